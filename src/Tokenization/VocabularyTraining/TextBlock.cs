using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

/// <summary>A stretch of a text that ends at the end of a line or, in very long lines, at a space.</summary>
/// <param name="Path">The file it stands in.</param>
/// <param name="FirstLine">The number of the block's first line in the file, from 1.</param>
/// <param name="Bytes">UTF-8, not yet checked.</param>
/// <param name="Weight">How often each word counts.</param>
/// <param name="EndsAt">How many bytes of all files were read up to its end.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TextBlock(string Path, long FirstLine, ReadOnlyMemory<byte> Bytes, int Weight, long EndsAt);
