using System.Collections.Concurrent;
using BertMLNet.Tokenization;

namespace BertMLNet.Scoring;

/// <summary>
/// The token sequences of rows, in the rows' order. The tokenizer writes each where it stays until a batch is filled; the memory is
/// kept for the next use.
/// </summary>
internal sealed class TokenSequences
{
    private const int ChunkRows = 32;

    private readonly List<Chunk> _chunks = [];
    private (Chunk Chunk, int Index)[] _sequences = new (Chunk, int)[64];

    public int Count { get; private set; }

    public int TokenCount { get; private set; }

    public int Length(int index) => _sequences[index].Chunk.Length(_sequences[index].Index);

    public ReadOnlySpan<int> Ids(int index) => _sequences[index].Chunk.Ids(_sequences[index].Index);

    public ReadOnlySpan<byte> TypeIds(int index) => _sequences[index].Chunk.TypeIds(_sequences[index].Index);

    /// <summary>
    /// Tokenizes rows on all processors, in place of what was here. It comes before the graph runs, never beside it, so that it and
    /// ONNX Runtime's threads do not take the processors from one another.
    /// </summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="encode">Tokenizes one row and adds its sequences to a chunk; called from several threads at once.</param>
    /// <param name="cancellationToken">Checked at each chunk of rows.</param>
    public void Encode(int rows, Action<int, Chunk> encode, CancellationToken cancellationToken)
    {
        (Count, TokenCount) = (0, 0);
        int chunks = (rows + ChunkRows - 1) / ChunkRows;
        while (_chunks.Count < chunks)
            _chunks.Add(new Chunk());
        if (chunks == 1)
            EncodeChunk(0);
        else
            Concurrently.For(chunks, Environment.ProcessorCount, EncodeChunk, cancellationToken);
        for (int i = 0; i < chunks; i++)
            Add(_chunks[i]);

        void EncodeChunk(int number)
        {
            Chunk chunk = _chunks[number];
            chunk.Clear();
            for (int row = number * ChunkRows; row < Math.Min(rows, (number + 1) * ChunkRows); row++)
                encode(row, chunk);
        }
    }

    private void Add(Chunk chunk)
    {
        if (Count + chunk.Count > _sequences.Length)
            Array.Resize(ref _sequences, Math.Max(Count + chunk.Count, 2 * _sequences.Length));
        for (int i = 0; i < chunk.Count; i++)
            _sequences[Count++] = (chunk, i);
        TokenCount += chunk.TokenCount;
    }

    /// <summary>Sequences one after another in two arrays that grow as needed.</summary>
    internal sealed class Chunk
    {
        private int[] _ids = new int[1024];
        private byte[] _typeIds = new byte[1024];
        private int[] _ends = new int[ChunkRows];

        public int Count { get; private set; }

        public int TokenCount => Start(Count);

        public int Length(int index) => _ends[index] - Start(index);

        public ReadOnlySpan<int> Ids(int index) => _ids.AsSpan(Start(index), Length(index));

        public ReadOnlySpan<byte> TypeIds(int index) => _typeIds.AsSpan(Start(index), Length(index));

        /// <summary>Room for the next sequence, of up to <paramref name="most"/> tokens; <see cref="Add"/> takes it in.</summary>
        public void Reserve(int most, out Span<int> ids, out Span<byte> typeIds)
        {
            int start = TokenCount;
            if (start + most > _ids.Length)
            {
                int capacity = Math.Max(start + most, _ids.Length * 2);
                Array.Resize(ref _ids, capacity);
                Array.Resize(ref _typeIds, capacity);
            }
            ids = _ids.AsSpan(start, most);
            typeIds = _typeIds.AsSpan(start, most);
        }

        /// <summary>Adds the sequence of <paramref name="length"/> tokens that was written into the room reserved last.</summary>
        public void Add(int length)
        {
            int end = TokenCount + length;
            if (Count == _ends.Length)
                Array.Resize(ref _ends, Count * 2);
            _ends[Count++] = end;
        }

        public void Clear() => Count = 0;

        private int Start(int index) => index == 0 ? 0 : _ends[index - 1];
    }
}

/// <summary>Objects with buffers worth keeping; as many exist as were ever used at once.</summary>
internal sealed class Pool<T>(Func<T> create)
{
    private readonly ConcurrentBag<T> _idle = [];

    public T Rent() => _idle.TryTake(out T? item) ? item : create();

    public void Return(T item) => _idle.Add(item);
}
