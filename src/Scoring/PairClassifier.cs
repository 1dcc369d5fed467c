using System.Numerics.Tensors;
using BertMLNet.Modeling;

namespace BertMLNet.Scoring;

/// <summary>What the model says of one pair.</summary>
/// <param name="Label">The most probable class's name.</param>
/// <param name="LabelIndex">The most probable class's index in the classifier's <c>Labels</c>.</param>
/// <param name="Logits">The raw scores, one a class, in the order of the classifier's <c>Labels</c>.</param>
/// <param name="Probabilities">
/// The classes' probabilities, the softmax of the logits; of a model with one logit its score (<see cref="PairScore"/>). Where the
/// model gives values (<c>PairClassifier.GivesValues</c>), the logits themselves.
/// </param>
public readonly record struct PairPrediction(
    string Label, int LabelIndex, ReadOnlyMemory<float> Logits, ReadOnlyMemory<float> Probabilities);

/// <summary>Classifies sentence pairs, or single texts, with a model folder's ONNX graph.</summary>
public sealed class PairClassifier : TextPairModel<PairPrediction>
{
    private readonly ScoreActivation? _oneScore;

    private PairClassifier(ModelFolder folder, BertConfig config, ScoringOptions? options)
        : base(folder, folder.Require(config, Heads.Classes, Heads.Value, config.NumLabels == 1 ? Heads.Labels : Heads.Classes), options)
    {
        GivesValues = config.GivesValues;
        _oneScore = config.NumLabels == 1 ? Logits.ActivationOf(config) : null;
    }

    /// <summary>
    /// Whether the model gives values (<c>problem_type</c> is <c>regression</c>), which are no probabilities: its labels name them.
    /// </summary>
    public bool GivesValues { get; }

    /// <summary>Opens a model folder: its configuration, its tokenizer and its graph.</summary>
    /// <exception cref="BertMLNetException">
    /// The folder is incomplete or damaged, its model has a head of another kind, or the execution provider cannot be used.
    /// </exception>
    public static PairClassifier Load(string folder, ScoringOptions? options = null)
    {
        ModelFolder model = ModelFolder.Open(folder);
        return new PairClassifier(model, model.LoadConfig(), options);
    }

    private protected override PairPrediction Interpret(ReadOnlyMemory<float> logits, Memory<float> scores)
    {
        int best = Interpret(logits.Span, scores.Span);
        return new(Labels[best], best, logits, scores);
    }

    /// <summary>Writes what logits stand for, as Hugging Face's pipeline for classification does.</summary>
    /// <returns>The index of the largest, the first of them where several are equal.</returns>
    private int Interpret(ReadOnlySpan<float> logits, Span<float> scores)
    {
        if (_oneScore is { } activation)
        {
            scores[0] = activation == ScoreActivation.Sigmoid ? Scoring.Logits.Logistic(logits[0]) : logits[0];
            return 0;
        }
        if (!GivesValues)
            return Softmax(logits, scores);
        logits.CopyTo(scores);
        return TensorPrimitives.IndexOfMax(logits);
    }

    /// <summary>
    /// Writes the softmax of <paramref name="logits"/>, of which the largest is taken off first so that nothing overflows.
    /// </summary>
    /// <returns>The index of the largest, the first of them where several are equal.</returns>
    private static int Softmax(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                best = i;
        }
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - logits[best]);
        for (int i = 0; i < logits.Length; i++)
            probabilities[i] = (float)(Math.Exp(logits[i] - logits[best]) / sum);
        return best;
    }
}
