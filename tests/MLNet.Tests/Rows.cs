using BertMLNet.Scoring;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>A row as a user would have it: two sentences, a label, and columns that have nothing to do with BERT.</summary>
internal sealed class PairRow
{
    public string? Sentence1 { get; set; }

    public string? Sentence2 { get; set; }

    public string Label { get; set; } = "";

    public float Weight { get; set; }

    [VectorType(2)]
    public float[] Features { get; set; } = [];

    public static PairRow[] Many(int count)
    {
        string[] first = TinyModel.Sentences(count, seed: 1), second = TinyModel.Sentences(count, seed: 2);
        return [.. Enumerable.Range(0, count).Select(i => new PairRow
        {
            Sentence1 = first[i],
            Sentence2 = second[i],
            Label = i % 3 == 0 ? "same" : "different",
            Weight = i,
            Features = [i, -i],
        })];
    }
}

/// <summary>Two sentences and a label of yes or no.</summary>
internal sealed class BinaryRow
{
    public string Sentence1 { get; set; } = "";

    public string Sentence2 { get; set; } = "";

    public bool Label { get; set; }

    public static BinaryRow Of(PairRow row) => new()
    {
        Sentence1 = row.Sentence1!,
        Sentence2 = row.Sentence2!,
        Label = row.Label == "same",
    };
}

/// <summary>What <c>BertPairClassify</c> adds for a two-label model.</summary>
internal sealed class PairPredictionRow
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];

    public float Probability { get; set; }
}

/// <summary>A question and the passage to answer it from.</summary>
internal class QuestionRow
{
    public string? Question { get; set; }

    public string? Context { get; set; }
}

/// <summary>What <c>BertAnswerQuestion</c> adds.</summary>
internal sealed class AnswerRow
{
    public string Answer { get; set; } = "";

    public float Score { get; set; }

    public int AnswerStart { get; set; }

    public int AnswerEnd { get; set; }
}

/// <summary>What <c>BertAnswerQuestion</c> adds with candidates, as arrays and as ML.NET's own vectors.</summary>
internal sealed class CandidatesRow
{
    public string Answer { get; set; } = "";

    public string[] NBestAnswer { get; set; } = [];

    public float[] NBestScore { get; set; } = [];

    public VBuffer<int> NBestStart { get; set; }

    public int[] NBestEnd { get; set; } = [];

    public void AssertEqual(QuestionAnswer expected)
    {
        Assert.Equal(expected.Text, Answer);
        Assert.Equal(expected.NBest.Select(candidate => candidate.Text), NBestAnswer);
        Assert.Equal(expected.NBest.Select(candidate => (float)candidate.Score), NBestScore, (a, b) => MathF.Abs(a - b) < 1e-5f);
        Assert.Equal(expected.NBest.Select(candidate => candidate.Start ?? -1), NBestStart.DenseValues());
        Assert.Equal(expected.NBest.Select(candidate => candidate.End ?? -1), NBestEnd);
    }
}

/// <summary>A pair whose label is a number.</summary>
internal sealed class NumberedRow
{
    public string Sentence1 { get; set; } = "";

    public string Sentence2 { get; set; } = "";

    public int Label { get; set; }

    public static NumberedRow Of(PairRow row) => new()
    {
        Sentence1 = row.Sentence1!,
        Sentence2 = row.Sentence2!,
        Label = row.Label == "same" ? 7 : 3,
    };
}
