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
        new SavedState<BertAnswerQuestionOptions>(ModelReference.To(options.ModelPath), options),
        transforms => transforms.CustomMapping(new BertAnswerMapping().GetMapping(), Contract),
        [
            (options.AnswerColumnName, BertAnswerOutput.AnswerColumn),
            (options.ScoreColumnName, BertAnswerOutput.ScoreColumn),
            (options.StartColumnName, BertAnswerOutput.StartColumn),
            (options.EndColumnName, BertAnswerOutput.EndColumn),
        ],
        [BertAnswerOutput.AnswerColumn, BertAnswerOutput.ScoreColumn, BertAnswerOutput.StartColumn, BertAnswerOutput.EndColumn]);

    private static AnswerScoring Open(string column)
    {
        var state = SavedChain.ReadState<SavedState<BertAnswerQuestionOptions>>(column);
        string folder = state.Model.Resolve();
        var answerer = new SharedScorer<QuestionAnswerer>(() => QuestionAnswerer.Load(folder, state.Options.Answering, state.Options.Scoring));
        return new AnswerScoring(answerer.Acquire(), state.Options);
    }

    private static void Map(AnswerScoring scoring, BertTextInput input, BertAnswerOutput output)
    {
        QuestionAnswer answer = scoring.Score(input);
        output.Answer = answer.Text;
        output.Score = (float)answer.Score;
        output.Start = answer.Start ?? AnswerColumns.NoPlace;
        output.End = answer.End ?? AnswerColumns.NoPlace;
    }
}
