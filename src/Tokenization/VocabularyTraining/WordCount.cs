using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

/// <summary>A word of the text, normalized.</summary>
/// <param name="Word">Its characters.</param>
/// <param name="Count">How often it stands in the text, by weight.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WordCount(string Word, long Count);
