using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

/// <summary>The part of the original text that a token stands for, in UTF-16 units.</summary>
/// <param name="Start">The first unit.</param>
/// <param name="End">The unit behind the last one. Special tokens that the tokenizer adds have (0, 0).</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TokenOffset(int Start, int End);
