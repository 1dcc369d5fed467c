using System.Text.Json;
using BertMLNet.Scoring;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>Classifies the sentence pairs of data with a fine-tuned BERT, in batches; see <see cref="BertPairClassifyOptions"/>.</summary>
public sealed class BertPairTransformer : ScoringTransformer<TextPair, PairPrediction>, IPackable, IDisposable
{
    internal const string PackedKind = "PairClassify";

    private readonly SharedScorer<PairClassifier>.Lease _classifier;
    private readonly IDisposable? _modelFolder;

    /// <summary>Takes over its part in a classifier and, where the model folder is a temporary one, in that.</summary>
    internal BertPairTransformer(
        BertPairClassifyOptions options, SharedScorer<PairClassifier>.Lease classifier, IDisposable? modelFolder = null)
    {
        Options = options;
        _classifier = classifier;
        _modelFolder = modelFolder;
    }

    /// <summary>What the transformer reads, adds and scores with.</summary>
    public BertPairClassifyOptions Options { get; }

    /// <summary>The model's labels, in the order of the scores.</summary>
    public IReadOnlyList<string> Labels => _classifier.Value.Labels;

    string IPackable.Kind => PackedKind;

    string IPackable.ModelPath => Options.ModelPath;

    /// <summary>Releases the session, once the last transformer that shares it is disposed; what is scored after that is an error.</summary>
    public void Dispose()
    {
        _classifier.Dispose();
        _modelFolder?.Dispose();
    }

    JsonElement IPackable.WriteOptions() => JsonSerializer.SerializeToElement(Options);

    private protected override RowScoring<TextPair, PairPrediction> CreateScoring() => new PairScoring(_classifier, Options);

    private protected override ITransformer CreateSavedForm() => BertPairMapping.Save(Options, Labels);
}
