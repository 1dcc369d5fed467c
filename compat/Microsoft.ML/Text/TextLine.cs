namespace Microsoft.ML.Data;

/// <summary>A row's text and the number of the line it begins on, counted from 1.</summary>
internal readonly record struct TextLine(string Text, long Number);
