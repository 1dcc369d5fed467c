using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

/// <summary>A character with a canonical combining class other than 0.</summary>
/// <param name="CodePoint">The character.</param>
/// <param name="Class">Its combining class.</param>
/// <param name="Order">How many marks of its run were written before it.</param>
/// <param name="Continues">Whether it came out of a decomposition and is not the first character of it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CombiningMark(int CodePoint, int Class, int Order, bool Continues);
