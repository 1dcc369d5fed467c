using BertMLNet.Scoring;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>The columns that question answering reads and adds.</summary>
internal static class AnswerColumns
{
    /// <summary>What stands for a place where there is no answer: data views have no null.</summary>
    public const int NoPlace = -1;

    public static string[] Inputs(BertAnswerQuestionOptions options) => [options.QuestionColumnName, options.ContextColumnName];

    public static OutputColumn<QuestionAnswer>[] Outputs(BertAnswerQuestionOptions options)
    {
        var columns = new List<OutputColumn<QuestionAnswer>>
        {
            OutputColumn<QuestionAnswer>.Of<ReadOnlyMemory<char>>(
                options.AnswerColumnName,
                TextDataViewType.Instance,
                (in QuestionAnswer row, ref ReadOnlyMemory<char> value) => value = row.Text.AsMemory()),
            OutputColumn<QuestionAnswer>.Of<float>(
                options.ScoreColumnName, NumberDataViewType.Single, (in QuestionAnswer row, ref float value) => value = (float)row.Score),
            OutputColumn<QuestionAnswer>.Of<int>(
                options.StartColumnName, NumberDataViewType.Int32, (in QuestionAnswer row, ref int value) => value = Place(row.Start)),
            OutputColumn<QuestionAnswer>.Of<int>(
                options.EndColumnName, NumberDataViewType.Int32, (in QuestionAnswer row, ref int value) => value = Place(row.End)),
        };
        if (options.NBestAnswerColumnName is { } answers)
            columns.Add(Candidates(answers, TextDataViewType.Instance, candidate => candidate.Text.AsMemory()));
        if (options.NBestScoreColumnName is { } scores)
            columns.Add(Candidates(scores, NumberDataViewType.Single, candidate => (float)candidate.Score));
        if (options.NBestStartColumnName is { } starts)
            columns.Add(Candidates(starts, NumberDataViewType.Int32, candidate => Place(candidate.Start)));
        if (options.NBestEndColumnName is { } ends)
            columns.Add(Candidates(ends, NumberDataViewType.Int32, candidate => Place(candidate.End)));
        return [.. columns];
    }

    /// <summary>A place as a number.</summary>
    public static int Place(int? place) => place ?? NoPlace;

    /// <summary>A column with a slot a candidate; passages differ in how many they have.</summary>
    private static OutputColumn<QuestionAnswer> Candidates<T>(string name, PrimitiveDataViewType type, Func<AnswerCandidate, T> read) =>
        OutputColumn<QuestionAnswer>.Of<VBuffer<T>>(
            name,
            new VectorDataViewType(type),
            (in QuestionAnswer row, ref VBuffer<T> value) =>
            {
                VBufferEditor<T> editor = VBufferEditor.Create(ref value, row.NBest.Count);
                for (int i = 0; i < row.NBest.Count; i++)
                    editor.Values[i] = read(row.NBest[i]);
                value = editor.Commit();
            });
}
