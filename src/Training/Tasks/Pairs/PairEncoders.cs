using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>
/// Turns rows of one or two sentences, whose second ones are null for single ones, into a model's inputs: a sequence a row, in order.
/// </summary>
internal delegate void PairEncoder(IReadOnlyList<string> sentences1, IReadOnlyList<string>? sentences2, TokenSequences sequences);

/// <summary>Makes and uses <see cref="PairEncoder"/>s.</summary>
internal static class PairEncoders
{
    /// <summary>[CLS] sentence1 [SEP] sentence2 [SEP], the longer sentence shortened first, on all processors.</summary>
    public static PairEncoder For(WordPieceTokenizer tokenizer, int maxLength)
    {
        var options = new EncodeOptions { MaxLength = maxLength };
        return (sentences1, sentences2, sequences) =>
        {
            var rows = new Scoring.TokenSequences();
            rows.Encode(sentences1.Count, Encode, CancellationToken.None);
            for (int row = 0; row < rows.Count; row++)
            {
                int second = rows.TypeIds(row).IndexOf((byte)1);
                sequences.Add(rows.Ids(row), second < 0 ? rows.Length(row) : second);
            }

            void Encode(int row, Scoring.TokenSequences.Chunk chunk)
            {
                chunk.Reserve(maxLength, out Span<int> ids, out Span<byte> typeIds);
                chunk.Add(tokenizer.EncodeToIds(sentences1[row], sentences2?[row], sentences2 is not null, options, ids, typeIds));
            }
        };
    }

    /// <summary>
    /// Tokenizes sentences, or pairs where the first row has a second sentence: without labels, what a model's logits are wanted for.
    /// </summary>
    public static TokenSequences Tokenize(this PairEncoder encode, IReadOnlyList<(string Sentence1, string? Sentence2)> rows)
    {
        var sequences = new TokenSequences();
        bool arePairs = rows.Count > 0 && rows[0].Sentence2 is not null;
        encode([.. rows.Select(row => row.Sentence1)], arePairs ? [.. rows.Select(row => row.Sentence2 ?? "")] : null, sequences);
        return sequences;
    }
}
