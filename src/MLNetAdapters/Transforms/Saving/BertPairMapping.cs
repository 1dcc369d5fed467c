using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace BertMLNet;

/// <summary>The contract by which <c>mlContext.Model.Load</c> finds pair classification again; it scores row by row.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class BertPairMapping : CustomMappingFactory<BertTextInput, BertPairOutput>
{
    internal const string Contract = "BertMLNet.PairClassify.v1";

    /// <inheritdoc/>
    public override Action<BertTextInput, BertPairOutput> GetMapping()
    {
        var scorers = new ScorersByState<PairScoring>(Open);
        return (input, output) => Map(scorers.Of(input.State), input, output);
    }

    /// <summary>The built-in chain that does what a transformer with these options does.</summary>
    internal static ITransformer Save(BertPairClassifyOptions options, IReadOnlyList<string> labels)
    {
        var outputs = new List<(string Name, string Source)>
        {
            (options.OutputColumnName, options.BinaryScore ? BertPairOutput.BinaryLabelColumn : BertPairOutput.LabelColumn),
            (options.ScoreColumnName, options.BinaryScore ? BertPairOutput.BinaryScoreColumn : BertPairOutput.ScoreColumn),
        };
        if (labels.Count == 2 && options.ProbabilityColumnName is { } probability)
            outputs.Add((probability, BertPairOutput.ProbabilityColumn));
        return SavedChain.Build(
            PairColumns.Inputs(options),
            new SavedState<BertPairClassifyOptions>(ModelReference.ToGraph(options.ModelPath, options.Scoring.Graph), options),
            transforms =>
            {
                IEstimator<ITransformer> mapping = transforms.CustomMapping(new BertPairMapping().GetMapping(), Contract);
                if (options.BinaryScore)
                    return mapping;
                mapping = BertSlotMapping.Append(mapping, transforms, labels.Count);
                return options.PredictedLabelAsKey
                    ? mapping.Append(transforms.Conversion.MapValueToKey(BertPairOutput.LabelColumn, keyData: LabelKeys.Of(labels, options.ModelPath)))
                    : mapping;
            },
            outputs,
            [
                .. options.BinaryScore ? [] : BertSlotMapping.Temporary(labels.Count),
                BertPairOutput.LabelColumn,
                BertPairOutput.ScoreColumn,
                BertPairOutput.ProbabilityColumn,
                BertPairOutput.BinaryLabelColumn,
                BertPairOutput.BinaryScoreColumn,
            ]);
    }

    private static PairScoring Open(string column)
    {
        var state = SavedChain.ReadState<SavedState<BertPairClassifyOptions>>(column);
        string folder = state.Model.Resolve();
        return new PairScoring(new SharedScorer<PairClassifier>(() => PairClassifier.Load(folder, state.Options.Scoring)).Acquire(), state.Options);
    }

    private static void Map(PairScoring scoring, BertTextInput input, BertPairOutput output)
    {
        PairPrediction prediction = scoring.Score(input);
        ReadOnlySpan<float> probabilities = prediction.Probabilities.Span;
        output.Label = prediction.Label;
        output.Score = probabilities.ToArray();
        output.BinaryLabel = prediction.LabelIndex == 1;
        // More than two labels have no binary columns; these two are then dropped unread.
        output.Probability = probabilities.Length == 2 ? probabilities[1] : float.NaN;
        output.BinaryScore = probabilities.Length == 2 ? prediction.Logits.Span[1] - prediction.Logits.Span[0] : float.NaN;
    }
}
