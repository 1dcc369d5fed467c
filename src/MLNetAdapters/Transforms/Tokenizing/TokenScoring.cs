using BertMLNet.Scoring;

namespace BertMLNet;

/// <summary>Tokenization: two text columns in, the graph's three inputs out. Rows do not wait for one another.</summary>
internal sealed class TokenScoring(PairTokenizer tokenizer, BertTokenizeOptions options)
    : TextPairScoring<TokenSequence>(TokenColumns.Inputs(options))
{
    public override IReadOnlyList<OutputColumn<TokenSequence>> OutputColumns { get; } = TokenColumns.Outputs(options);

    public override IEnumerable<TokenSequence> Stream(IEnumerable<TextPair> rows) => rows.Select(Score);

    public override TokenSequence Score(TextPair row)
    {
        int[] ids = new int[tokenizer.MaxLength];
        byte[] typeIds = new byte[tokenizer.MaxLength];
        int count = tokenizer.Encode(row, ids, typeIds);
        return new(ids.AsMemory(0, count), typeIds.AsMemory(0, count));
    }
}
