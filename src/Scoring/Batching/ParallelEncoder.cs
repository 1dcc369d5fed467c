using BertMLNet.Tokenization;

namespace BertMLNet.Scoring;

/// <summary>
/// Tokenizes rows on all processors. It comes before the graph runs, never beside it, so that it and ONNX Runtime's
/// threads do not take the processors from one another.
/// </summary>
internal sealed class ParallelEncoder
{
    private const int ChunkRows = 32;

    private readonly Pool<SequenceList> _lists = new(() => new SequenceList());

    /// <summary>Adds the sequences of <paramref name="rows"/> rows to <paramref name="sequences"/>, in the rows' order.</summary>
    public void Encode(int rows, SequenceList sequences, SequenceEncoder encode, CancellationToken cancellationToken)
    {
        int chunks = (rows + ChunkRows - 1) / ChunkRows;
        if (chunks <= 1)
        {
            for (int row = 0; row < rows; row++)
                encode(row, sequences);
            return;
        }

        var parts = new SequenceList?[chunks];
        try
        {
            void EncodeChunk(int chunk)
            {
                SequenceList part = parts[chunk] = _lists.Rent();
                for (int row = chunk * ChunkRows; row < Math.Min(rows, (chunk + 1) * ChunkRows); row++)
                    encode(row, part);
            }

            Concurrently.For(chunks, Environment.ProcessorCount, EncodeChunk, cancellationToken);
            foreach (SequenceList? part in parts)
                sequences.AddRange(part!);
        }
        finally
        {
            foreach (SequenceList? part in parts)
            {
                part?.Clear();
                if (part is not null)
                    _lists.Return(part);
            }
        }
    }
}
