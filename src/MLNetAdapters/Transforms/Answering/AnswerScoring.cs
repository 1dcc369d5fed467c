using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet;

/// <summary>Question answering: a question and a passage in, the answer, its score and its place out.</summary>
internal sealed class AnswerScoring(SharedScorer<QuestionAnswerer>.Lease answerer, BertAnswerQuestionOptions options)
    : RowScoring<QuestionInput, QuestionAnswer>
{
    public override IReadOnlyList<string> InputColumns { get; } = AnswerColumns.Inputs(options);

    public override IReadOnlyList<OutputColumn<QuestionAnswer>> OutputColumns { get; } = AnswerColumns.Outputs(options);

    /// <summary>Whether candidates are asked for beside the answer.</summary>
    public bool GivesCandidates { get; } =
        (options.NBestAnswerColumnName ?? options.NBestScoreColumnName ?? options.NBestStartColumnName ?? options.NBestEndColumnName) is not null;

    /// <summary>The answerer that the options ask for; it is opened with its first lease.</summary>
    public static SharedScorer<QuestionAnswerer> Answerer(BertAnswerQuestionOptions options) =>
        new(() => QuestionAnswerer.Load(options.ModelPath, Answering(options), options.Scoring));

    public override QuestionInput Read(ReadOnlySpan<ReadOnlyMemory<char>> texts) => new(texts[0], texts[1]);

    public override IEnumerable<QuestionAnswer> Stream(IEnumerable<QuestionInput> rows) => answerer.Value.AnswerStream(rows);

    public override QuestionAnswer Score(QuestionInput row) => answerer.Value.Answer(row);

    /// <summary>A number of candidates changes nothing else of what the options or the model's configuration say.</summary>
    private static QuestionAnsweringOptions? Answering(BertAnswerQuestionOptions options) =>
        options.NBestSize is { } size
            ? (options.Answering ?? QuestionAnsweringOptions.For(ModelFolder.Open(options.ModelPath).LoadConfig())) with { NBestSize = size }
            : options.Answering;
}
