namespace BertMLNet.Training;

/// <summary>
/// The token ids of many examples in one growing array: what every task's features have in common. An example takes
/// four bytes a token and eight more, whatever their number. By itself it is a feature set without targets.
/// </summary>
internal sealed class TokenSequences : IFeatureSet
{
    private readonly List<int> _ends = [];
    private readonly List<int> _secondSegments = [];
    private int[] _ids = new int[1024];

    /// <summary>The number of examples.</summary>
    public int Count => _ends.Count;

    /// <summary>The number of tokens of all examples.</summary>
    public int TokenCount => _ends.Count == 0 ? 0 : _ends[^1];

    /// <summary>Adds an example.</summary>
    /// <param name="ids">Its vocabulary ids, special tokens included.</param>
    /// <param name="secondSegment">The first token of token type 1; the number of tokens where all are of type 0.</param>
    public void Add(ReadOnlySpan<int> ids, int secondSegment)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)secondSegment, (uint)ids.Length, nameof(secondSegment));
        int start = TokenCount;
        int end = checked(start + ids.Length);
        if (end > _ids.Length)
            Array.Resize(ref _ids, (int)Math.Min(Math.Max(end, 2L * _ids.Length), Array.MaxLength));
        ids.CopyTo(_ids.AsSpan(start));
        _ends.Add(end);
        _secondSegments.Add(secondSegment);
    }

    /// <summary>The number of tokens of one example.</summary>
    public int LengthOf(int index) => _ends[index] - Start(index);

    /// <summary>The ids of one example.</summary>
    public ReadOnlySpan<int> IdsOf(int index) => _ids.AsSpan(Start(index), LengthOf(index));

    /// <summary>Packs examples, in the order given, into a batch with the given targets.</summary>
    public PackedBatch Pack(ReadOnlySpan<int> indices, BatchTargets? targets)
    {
        var lengths = new int[indices.Length];
        int tokens = 0;
        for (int i = 0; i < indices.Length; i++)
            tokens += lengths[i] = LengthOf(indices[i]);

        var ids = new int[tokens];
        var types = new int[tokens];
        int position = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            IdsOf(indices[i]).CopyTo(ids.AsSpan(position));
            int second = _secondSegments[indices[i]];
            types.AsSpan(position + second, lengths[i] - second).Fill(1);
            position += lengths[i];
        }
        return new PackedBatch { Lengths = lengths, InputIds = ids, TokenTypeIds = types, Targets = targets };
    }

    public PackedBatch Pack(ReadOnlySpan<int> indices) => Pack(indices, targets: null);

    public string Locate(int index) => $"row {index + 1}";

    private int Start(int index) => index == 0 ? 0 : _ends[index - 1];
}
