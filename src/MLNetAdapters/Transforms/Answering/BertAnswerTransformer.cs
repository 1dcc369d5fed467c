using BertMLNet.Scoring;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>Answers the questions of data with a fine-tuned BERT, in batches; see <see cref="BertAnswerQuestionOptions"/>.</summary>
public sealed class BertAnswerTransformer : ScoringTransformer<QuestionInput, QuestionAnswer, BertAnswerQuestionOptions>
{
    internal const string PackedKind = "AnswerQuestion";

    private readonly SharedScorer<QuestionAnswerer>.Lease _answerer;

    internal BertAnswerTransformer(
        BertAnswerQuestionOptions options, SharedScorer<QuestionAnswerer>.Lease answerer, IDisposable? modelFolder = null)
        : base(options, answerer, modelFolder) => _answerer = answerer;

    private protected override string Kind => PackedKind;

    private protected override RowScoring<QuestionInput, QuestionAnswer> CreateScoring() => new AnswerScoring(_answerer, Options);

    private protected override ITransformer CreateSavedForm() => BertAnswerMapping.Save(Options);
}
