using BertMLNet.Scoring;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

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
