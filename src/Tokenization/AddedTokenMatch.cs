using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

/// <summary>An added token found in a text: its id and where it stands, stripped whitespace included.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AddedTokenMatch(int Id, int Start, int End);
