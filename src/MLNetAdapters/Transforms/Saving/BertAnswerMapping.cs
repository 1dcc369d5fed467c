using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace BertMLNet;

/// <summary>The contract by which <c>mlContext.Model.Load</c> finds question answering again; it answers row by row.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class BertAnswerMapping : CustomMappingFactory<BertTextInput, BertAnswerOutput>
{
    internal const string Contract = "BertMLNet.AnswerQuestion.v1";

    /// <inheritdoc/>
    public override Action<BertTextInput, BertAnswerOutput> GetMapping()
    {
        var scorers = new ScorersByState<AnswerScoring>(Open);
        return (input, output) => Map(scorers.Of(input.State), input, output);
    }

    /// <summary>The built-in chain that does what a transformer with these options does.</summary>
    internal static ITransformer Save(BertAnswerQuestionOptions options) => SavedChain.Build(
        AnswerColumns.Inputs(options),
        new SavedState<BertAnswerQuestionOptions>(ModelReference.ToGraph(options.ModelPath, options.Scoring.Graph), options),
        transforms => transforms.CustomMapping(new BertAnswerMapping().GetMapping(), Contract),
        Columns(options).Where(column => column.Name is not null).Select(column => (column.Name!, column.Source)),
        Columns(options).Select(column => column.Source));

    /// <summary>What the mapping writes, and the columns' names in the data; those without a name are not wanted.</summary>
    private static (string? Name, string Source)[] Columns(BertAnswerQuestionOptions options) =>
    [
        (options.AnswerColumnName, BertAnswerOutput.AnswerColumn),
        (options.ScoreColumnName, BertAnswerOutput.ScoreColumn),
        (options.StartColumnName, BertAnswerOutput.StartColumn),
        (options.EndColumnName, BertAnswerOutput.EndColumn),
        (options.NBestAnswerColumnName, BertAnswerOutput.NBestAnswerColumn),
        (options.NBestScoreColumnName, BertAnswerOutput.NBestScoreColumn),
        (options.NBestStartColumnName, BertAnswerOutput.NBestStartColumn),
        (options.NBestEndColumnName, BertAnswerOutput.NBestEndColumn),
    ];

    private static AnswerScoring Open(string column)
    {
        var state = SavedChain.ReadState<SavedState<BertAnswerQuestionOptions>>(column);
        BertAnswerQuestionOptions options = state.Options with { ModelPath = state.Model.Resolve() };
        return new AnswerScoring(AnswerScoring.Answerer(options).Acquire(), options);
    }

    private static void Map(AnswerScoring scoring, BertTextInput input, BertAnswerOutput output)
    {
        QuestionAnswer answer = scoring.Score(input);
        output.Answer = answer.Text;
        output.Score = (float)answer.Score;
        output.Start = AnswerColumns.Place(answer.Start);
        output.End = AnswerColumns.Place(answer.End);
        // Unread otherwise: these columns are then dropped.
        if (!scoring.GivesCandidates)
            return;
        output.NBestAnswer = [.. answer.NBest.Select(candidate => candidate.Text)];
        output.NBestScore = [.. answer.NBest.Select(candidate => (float)candidate.Score)];
        output.NBestStart = [.. answer.NBest.Select(candidate => AnswerColumns.Place(candidate.Start))];
        output.NBestEnd = [.. answer.NBest.Select(candidate => AnswerColumns.Place(candidate.End))];
    }
}
