using System.CommandLine;
using BertMLNet.Scoring;

namespace BertMLNet.Cli;

/// <summary>How passages are cut into windows and answers read.</summary>
/// <param name="threshold">Whether the command takes a null threshold; training finds it by itself.</param>
/// <param name="candidates">Whether the command lists candidates.</param>
internal sealed class QuestionOptionsGroup(bool threshold, bool candidates)
{
    private readonly Option<int?> _docStride = CommonOptions.Number<int>("--doc-stride", "Passage tokens that neighbouring windows share; more than half of a window counts as half (default: 128).", least: 0);
    private readonly Option<int?> _maxQueryLength = CommonOptions.Positive("--max-query-length", "Cut questions to N tokens (default: 64).");
    private readonly Option<int?> _maxAnswerLength = CommonOptions.Positive("--max-answer-length", "The longest answer in tokens (default: 30).");
    private readonly Option<double?> _nullThreshold = CommonOptions.Number<double>(
        "--null-threshold", "Give no answer where its score exceeds the best answer's by more than N (default: what training found best, or never).");

    private readonly Option<int?> _nBest = CommonOptions.Positive("--n-best", "Candidates given with an answer (default: 20).");

    /// <summary>The options, to be added to a command.</summary>
    public IReadOnlyList<Option> All =>
        [_docStride, _maxQueryLength, _maxAnswerLength, .. threshold ? [_nullThreshold] : Array.Empty<Option>(), .. candidates ? [_nBest] : Array.Empty<Option>()];

    /// <summary>How many candidates are given.</summary>
    public Option NBest => _nBest;

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in All)
            command.Options.Add(option);
    }

    /// <summary>The options as the library takes them.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="defaults">What is not given.</param>
    public QuestionAnsweringOptions Read(ParseResult arguments, QuestionAnsweringOptions defaults) =>
        defaults with
        {
            DocStride = arguments.GetValue(_docStride) ?? defaults.DocStride,
            MaxQuestionLength = arguments.GetValue(_maxQueryLength) ?? defaults.MaxQuestionLength,
            MaxAnswerLength = arguments.GetValue(_maxAnswerLength) ?? defaults.MaxAnswerLength,
            NullThreshold = (threshold ? arguments.GetValue(_nullThreshold) : null) ?? defaults.NullThreshold,
            NBestSize = (candidates ? arguments.GetValue(_nBest) : null) ?? defaults.NBestSize,
        };
}
