namespace BertMLNet.Export;

/// <summary>A tensor that flows through a graph: its name, element type and symbolic shape.</summary>
public sealed class GraphValue
{
    internal GraphValue(string name, ElementType type, Dimension[] shape)
    {
        Name = name;
        Type = type;
        Shape = shape;
    }

    /// <summary>The name, unique in its graph.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public ElementType Type { get; }

    /// <summary>The dimensions; empty for a scalar.</summary>
    public IReadOnlyList<Dimension> Shape { get; }

    /// <summary>The number of dimensions.</summary>
    public int Rank => Shape.Count;

    /// <summary>The node that computes the value; null for graph inputs and initializers.</summary>
    public GraphNode? Producer { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Type} [{string.Join(", ", Shape)}]";
}
