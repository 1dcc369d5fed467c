namespace BertMLNet.Training;

/// <summary>What a generated sentence states; two sentences are equivalent exactly where their facts are equal.</summary>
/// <param name="A">Who acts.</param>
/// <param name="B">Whom it concerns.</param>
/// <param name="Number">A count or an amount, 2 to 99.</param>
/// <param name="City">Where it happens.</param>
/// <param name="Day">When it happens: the day of a year of 365 days, from 0.</param>
/// <param name="Denied">Whether the sentence says that it did not happen.</param>
internal sealed record DemoFacts(string A, string B, int Number, string City, int Day, bool Denied);
