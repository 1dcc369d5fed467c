namespace BertMLNet.Training;

/// <summary>A kind of thing that generated passages tell of.</summary>
/// <param name="FirstNames">The first parts of names.</param>
/// <param name="LastNames">The last parts of names; a name is one of each.</param>
/// <param name="Pronouns">What a sentence may call the subject that the sentence before it named.</param>
/// <param name="Relations">What can be told of it.</param>
internal sealed record DemoSubject(string[] FirstNames, string[] LastNames, string[] Pronouns, DemoRelation[] Relations);
