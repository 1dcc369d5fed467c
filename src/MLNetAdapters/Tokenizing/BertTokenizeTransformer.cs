using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>Turns texts into the inputs of a BERT graph; see <see cref="BertTokenizeOptions"/>.</summary>
public sealed class BertTokenizeTransformer : ScoringTransformer<TextPair, TokenSequence>, IPackable, IDisposable
{
    internal const string PackedKind = "Tokenize";

    private readonly PairTokenizer _tokenizer;
    private readonly IDisposable? _modelFolder;

    /// <summary>Takes over its part in the model folder where that is a temporary one.</summary>
    internal BertTokenizeTransformer(BertTokenizeOptions options, IDisposable? modelFolder = null)
    {
        Options = options;
        _tokenizer = new PairTokenizer(ModelFolder.Open(options.ModelPath), options.MaxLength, options.Truncation);
        _modelFolder = modelFolder;
    }

    /// <summary>What the transformer reads and adds.</summary>
    public BertTokenizeOptions Options { get; }

    string IPackable.Kind => PackedKind;

    string IPackable.ModelPath => Options.ModelPath;

    /// <summary>Gives up the model folder where that is a temporary one.</summary>
    public void Dispose() => _modelFolder?.Dispose();

    JsonElement IPackable.WriteOptions() => JsonSerializer.SerializeToElement(Options);

    private protected override RowScoring<TextPair, TokenSequence> CreateScoring() => new TokenScoring(_tokenizer, Options);

    private protected override ITransformer CreateSavedForm() => BertTokenizeMapping.Save(Options);
}
