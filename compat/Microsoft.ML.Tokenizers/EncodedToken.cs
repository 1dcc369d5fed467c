namespace Microsoft.ML.Tokenizers;

/// <summary>A token: its id, its text, and which part of the text it stands for.</summary>
public readonly struct EncodedToken(int id, string value, Range offset) : IEquatable<EncodedToken>
{
    public int Id { get; } = id;

    public string Value { get; } = value;

    public Range Offset { get; } = offset;

    public bool Equals(EncodedToken other) => Id == other.Id && Value == other.Value && Offset.Equals(other.Offset);
}
