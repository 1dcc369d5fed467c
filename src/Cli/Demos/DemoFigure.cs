namespace BertMLNet.Cli;

/// <summary>A figure that a demonstration measured through ML.NET.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Title">What it is, for people.</param>
/// <param name="Value">A fraction from 0 to 1.</param>
internal sealed record DemoFigure(string Name, string Title, double Value);
