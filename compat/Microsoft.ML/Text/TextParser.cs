namespace Microsoft.ML.Data;

internal delegate bool TextParser<T>(ReadOnlyMemory<char> text, out T value);
