using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>Makes <see cref="PairEncoder"/>s.</summary>
public static class PairEncoders
{
    /// <summary>[CLS] sentence1 [SEP] sentence2 [SEP], the longer sentence shortened first, on all processors.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="maxLength">The most tokens of a sequence, special tokens included.</param>
    public static PairEncoder For(WordPieceTokenizer tokenizer, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var options = new EncodeOptions { MaxLength = maxLength };
        return (sentences1, sentences2, sequences) =>
        {
            using EncodedBatch batch = tokenizer.EncodeBatch(sentences1, sentences2, options, Environment.ProcessorCount);
            for (int row = 0; row < batch.Count; row++)
                sequences.Add(batch.Ids(row), batch.FirstLength(row));
        };
    }
}
