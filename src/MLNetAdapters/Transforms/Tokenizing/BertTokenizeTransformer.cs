using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>Turns texts into the inputs of a BERT graph; see <see cref="BertTokenizeOptions"/>.</summary>
public sealed class BertTokenizeTransformer : ScoringTransformer<TextPair, TokenSequence, BertTokenizeOptions>
{
    internal const string PackedKind = "Tokenize";

    private readonly PairTokenizer _tokenizer;

    internal BertTokenizeTransformer(BertTokenizeOptions options, IDisposable? modelFolder = null)
        : base(options, modelFolder) =>
        _tokenizer = new PairTokenizer(ModelFolder.Open(options.ModelPath), options.MaxLength, options.Truncation);

    private protected override string Kind => PackedKind;

    private protected override RowScoring<TextPair, TokenSequence> CreateScoring() => new TokenScoring(_tokenizer, Options);

    private protected override ITransformer CreateSavedForm() => BertTokenizeMapping.Save(Options);
}
