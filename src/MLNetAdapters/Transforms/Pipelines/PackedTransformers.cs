using System.Globalization;
using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>Makes the transformers of a self-contained pipeline over its unpacked models.</summary>
internal static class PackedTransformers
{
    /// <summary>A null where the options have none is damage.</summary>
    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true };

    /// <summary>Makes one transformer.</summary>
    /// <param name="context">Whose GPU settings and log the transformer takes.</param>
    /// <param name="path">The pipeline's file, for messages.</param>
    /// <param name="item">What the manifest says.</param>
    /// <param name="models">The unpacked models, which the transformer keeps until it is disposed.</param>
    public static ITransformer Create(
        MLContext context, string path, PipelineManifest.Item item, SharedScorer<WorkFolder>.Lease models)
    {
        try
        {
            string folder = Path.Combine(models.Value.Path, item.Folder.ToString(CultureInfo.InvariantCulture));
            return item.Kind switch
            {
                BertPairTransformer.PackedKind => Pair(context, Read<BertPairClassifyOptions>(item) with { ModelPath = folder }, models),
                BertTokenizeTransformer.PackedKind =>
                    new BertTokenizeTransformer(Read<BertTokenizeOptions>(item) with { ModelPath = folder }, models),
                BertAnswerTransformer.PackedKind => Answer(context, Read<BertAnswerQuestionOptions>(item) with { ModelPath = folder }, models),
                _ => throw new BertMLNetException($"{path}: holds a transformer of kind '{item.Kind}', which this version does not know; use a newer one."),
            };
        }
        catch (JsonException exception)
        {
            models.Dispose();
            throw new BertMLNetException($"{path}: is a damaged pipeline: its options are not readable: {exception.Message}", exception);
        }
        catch
        {
            models.Dispose();
            throw;
        }
    }

    private static BertPairTransformer Pair(
        MLContext context, BertPairClassifyOptions options, SharedScorer<WorkFolder>.Lease models)
    {
        options = options with { Scoring = options.Scoring.With(context, nameof(BertPipeline)) };
        var classifier = new SharedScorer<PairClassifier>(() => PairClassifier.Load(options.ModelPath, options.Scoring));
        return new BertPairTransformer(options, classifier.Acquire(), models);
    }

    private static BertAnswerTransformer Answer(
        MLContext context, BertAnswerQuestionOptions options, SharedScorer<WorkFolder>.Lease models)
    {
        options = options with { Scoring = options.Scoring.With(context, nameof(BertPipeline)) };
        return new BertAnswerTransformer(options, AnswerScoring.Answerer(options).Acquire(), models);
    }

    private static TOptions Read<TOptions>(PipelineManifest.Item item) =>
        item.Options.Deserialize<TOptions>(Strict) ?? throw new JsonException("there are none");
}
