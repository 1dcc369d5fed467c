using BertMLNet.Scoring;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>The columns that question answering reads and adds.</summary>
internal static class AnswerColumns
{
    /// <summary>What stands for a place where there is no answer: data views have no null.</summary>
    public const int NoPlace = -1;

    public static string[] Inputs(BertAnswerQuestionOptions options) => [options.QuestionColumnName, options.ContextColumnName];

    public static OutputColumn<QuestionAnswer>[] Outputs(BertAnswerQuestionOptions options) =>
    [
        OutputColumn<QuestionAnswer>.Of<ReadOnlyMemory<char>>(
            options.AnswerColumnName,
            TextDataViewType.Instance,
            (in QuestionAnswer row, ref ReadOnlyMemory<char> value) => value = row.Text.AsMemory()),
        OutputColumn<QuestionAnswer>.Of<float>(
            options.ScoreColumnName, NumberDataViewType.Single, (in QuestionAnswer row, ref float value) => value = (float)row.Score),
        OutputColumn<QuestionAnswer>.Of<int>(
            options.StartColumnName, NumberDataViewType.Int32, (in QuestionAnswer row, ref int value) => value = row.Start ?? NoPlace),
        OutputColumn<QuestionAnswer>.Of<int>(
            options.EndColumnName, NumberDataViewType.Int32, (in QuestionAnswer row, ref int value) => value = row.End ?? NoPlace),
    ];
}
