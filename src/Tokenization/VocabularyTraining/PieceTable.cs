namespace BertMLNet.Tokenization;

/// <summary>The pieces that words are made of, numbered from 0, and how often each stands in the text.</summary>
internal sealed class PieceTable
{
    /// <summary>What a piece begins with that continues a word.</summary>
    public const string Continuing = "##";

    private readonly List<string> _texts = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private long[] _counts = new long[1024];

    public int Count => _texts.Count;

    public string this[int id] => _texts[id];

    /// <summary>How often the piece stands in the text.</summary>
    public ref long CountOf(int id) => ref _counts[id];

    /// <summary>The number of the piece, a new one where there is none of this text.</summary>
    public int GetOrAdd(string text)
    {
        if (_ids.TryGetValue(text, out int id))
            return id;
        id = _texts.Count;
        _texts.Add(text);
        _ids.Add(text, id);
        if (id == _counts.Length)
            Array.Resize(ref _counts, id * 2);
        return id;
    }

    /// <summary>The text of two pieces joined.</summary>
    public string Join(int left, int right) => string.Concat(_texts[left], _texts[right].AsSpan(Continuing.Length));
}
