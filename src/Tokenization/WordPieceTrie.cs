namespace BertMLNet.Tokenization;

/// <summary>
/// The tokens of a vocabulary as a trie over UTF-16 units, its edges in one hash table: one look-up a character finds
/// every prefix of a word that is a token.
/// </summary>
internal sealed class WordPieceTrie
{
    /// <summary>Where tokens are looked for that begin a word.</summary>
    public const int WordStart = 0;

    /// <summary>Where tokens are looked for that continue a word, without their prefix (##).</summary>
    public const int Continuation = 1;

    private const ulong Multiplier = 0x9E3779B97F4A7C15;
    private Edge[] _edges = new Edge[1 << 16];
    private int[] _ids = new int[1 << 15];
    private int _shift = 64 - 16;
    private int _nodes;

    public WordPieceTrie(ReadOnlySpan<string> tokens, string continuingPrefix)
    {
        AddNode();
        AddNode();
        for (int id = 0; id < tokens.Length; id++)
        {
            string token = tokens[id];
            Add(token, WordStart, id);
            if (token.StartsWith(continuingPrefix, StringComparison.Ordinal))
                Add(token.AsSpan(continuingPrefix.Length), Continuation, id);
        }
    }

    /// <summary>The id of the longest token that <paramref name="text"/> begins with, or -1 for none.</summary>
    /// <param name="text">The rest of a word.</param>
    /// <param name="root"><see cref="WordStart"/> or <see cref="Continuation"/>.</param>
    /// <param name="length">How many units the token takes.</param>
    public int LongestPrefix(ReadOnlySpan<char> text, int root, out int length)
    {
        int id = -1;
        length = 0;
        int node = root;
        for (int i = 0; i < text.Length; i++)
        {
            node = Find(node, text[i]);
            if (node < 0)
                break;
            if (_ids[node] >= 0)
            {
                id = _ids[node];
                length = i + 1;
            }
        }
        return id;
    }

    private void Add(ReadOnlySpan<char> text, int root, int id)
    {
        if (text.IsEmpty)
            return;
        int node = root;
        foreach (char character in text)
        {
            int next = Find(node, character);
            node = next >= 0 ? next : AddEdge(node, character);
        }
        _ids[node] = id;
    }

    private int Find(int node, char character)
    {
        ulong key = Key(node, character);
        for (int slot = Slot(key); ; slot = (slot + 1) & (_edges.Length - 1))
        {
            ref readonly var edge = ref _edges[slot];
            if (edge.Key == key)
                return edge.Node;
            if (edge.Key == 0)
                return -1;
        }
    }

    private int AddEdge(int node, char character)
    {
        if (_nodes * 2 > _edges.Length)
            Grow();
        int child = AddNode();
        Put(new Edge(Key(node, character), child));
        return child;
    }

    private int AddNode()
    {
        if (_nodes == _ids.Length)
            Array.Resize(ref _ids, _nodes * 2);
        _ids[_nodes] = -1;
        return _nodes++;
    }

    private void Put(Edge edge)
    {
        int slot = Slot(edge.Key);
        while (_edges[slot].Key != 0)
            slot = (slot + 1) & (_edges.Length - 1);
        _edges[slot] = edge;
    }

    private void Grow()
    {
        var old = _edges;
        _edges = new Edge[old.Length * 2];
        _shift--;
        foreach (var edge in old)
        {
            if (edge.Key != 0)
                Put(edge);
        }
    }

    /// <summary>Names an edge; never 0, which marks a free slot.</summary>
    private static ulong Key(int node, char character) => ((ulong)(uint)(node + 1) << 16) | character;

    private int Slot(ulong key) => (int)((key * Multiplier) >> _shift);

    private readonly record struct Edge(ulong Key, int Node);
}
