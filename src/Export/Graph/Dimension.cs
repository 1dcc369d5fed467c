using System.Globalization;

namespace BertMLNet.Export;

/// <summary>One dimension of a value: a fixed size, or a symbol for a size that each run decides.</summary>
public readonly record struct Dimension
{
    private Dimension(long size, string? symbol)
    {
        Size = size;
        Symbol = symbol;
    }

    /// <summary>The fixed size; -1 where the dimension is a symbol.</summary>
    public long Size { get; }

    /// <summary>The symbol; null where the size is fixed.</summary>
    public string? Symbol { get; }

    /// <summary>Whether the size is fixed to one, so that the dimension broadcasts.</summary>
    public bool IsOne => Size == 1;

    /// <summary>A fixed size.</summary>
    public static implicit operator Dimension(long size) => new(size, null);

    /// <summary>A symbolic size; equal symbols stand for equal sizes.</summary>
    public static implicit operator Dimension(string symbol) => new(-1, symbol);

    /// <inheritdoc/>
    public override string ToString() => Symbol ?? Size.ToString(CultureInfo.InvariantCulture);
}
