namespace BertMLNet.Training;

/// <summary>One thing that can be told of a subject and asked about. Every question asks for the value of every statement.</summary>
/// <param name="Value">Draws a value.</param>
/// <param name="Statements">Sentences with {S}, the subject, and {V}, the value.</param>
/// <param name="Questions">Questions with {S}.</param>
internal sealed record DemoRelation(Func<Random, string> Value, string[] Statements, string[] Questions);
