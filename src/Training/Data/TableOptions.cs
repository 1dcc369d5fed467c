using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>How to read a file of rows, and how much of it to accept.</summary>
public sealed record TableOptions
{
    /// <summary>The format; null to tell it from the file name's ending.</summary>
    public TableFormat? Format { get; init; }

    /// <summary>Stops after so many rows.</summary>
    public int MaxRows { get; init; } = int.MaxValue;

    /// <summary>The longest row accepted, in bytes; a longer one is a bad row, and is never held in memory.</summary>
    public int MaxRowBytes { get; init; } = 16 << 20;

    /// <summary>Whether JSON lines may be none at all, as a stream's may; otherwise that is an error. Tables always have a header.</summary>
    public bool AllowEmpty { get; init; }

    /// <summary>Is told of each bad row, which is then left out; where it is null a bad row ends the reading with its error.</summary>
    public Action<BertMLNetException>? OnBadRow { get; init; }
}
