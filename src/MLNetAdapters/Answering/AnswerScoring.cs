using BertMLNet.Scoring;

namespace BertMLNet;

/// <summary>Question answering: a question and a passage in, the answer, its score and its place out.</summary>
internal sealed class AnswerScoring(SharedScorer<QuestionAnswerer>.Lease answerer, BertAnswerQuestionOptions options)
    : RowScoring<QuestionInput, QuestionAnswer>
{
    public override IReadOnlyList<string> InputColumns { get; } = AnswerColumns.Inputs(options);

    public override IReadOnlyList<OutputColumn<QuestionAnswer>> OutputColumns { get; } = AnswerColumns.Outputs(options);

    public override QuestionInput Read(ReadOnlySpan<ReadOnlyMemory<char>> texts) => new(texts[0], texts[1]);

    public override IEnumerable<QuestionAnswer> Stream(IEnumerable<QuestionInput> rows) => answerer.Value.AnswerStream(rows);

    public override QuestionAnswer Score(QuestionInput row) => answerer.Value.Answer(row);
}
