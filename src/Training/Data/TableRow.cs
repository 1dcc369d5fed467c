namespace BertMLNet.Training;

/// <summary>One row.</summary>
/// <param name="Line">The line of the file that it starts at, the first being 1.</param>
/// <param name="Values">The values of the columns asked for, in the order asked for.</param>
public readonly record struct TableRow(long Line, IReadOnlyList<string> Values);
