using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Scoring;

/// <summary>
/// Answers questions from passages with a model folder's ONNX graph. Passages of any length are cut into windows, and
/// the windows of many questions share batches. Many threads may use one answerer at once; they share its session.
/// Disposed in use, it lets batches under way end and refuses everything else.
/// </summary>
public sealed partial class QuestionAnswerer : IDisposable
{
    private const int StartOutput = 0;
    private static readonly GraphOutput[] Outputs = [new(TensorNames.StartLogits, Width: null), new(TensorNames.EndLogits, Width: null)];

    private readonly ScoringOptions _scoring;
    private readonly StreamWindows _windows;
    private readonly QuestionAnsweringOptions _options;
    private readonly QuestionEncoder _questions;
    private readonly BatchScorer _scorer;
    private readonly ParallelEncoder _encoder = new();
    private readonly Pool<SequenceList> _sequences = new(() => new SequenceList());

    private QuestionAnswerer(ModelFolder folder, BertConfig config, QuestionAnsweringOptions options, ScoringOptions scoring)
    {
        _options = options;
        _scoring = scoring;
        _windows = StreamWindows.For(config, scoring);
        (_questions, _scorer) = ScorerParts.Load(
            () => QuestionEncoder.For(folder, config, folder.LoadTokenizer(config), scoring.MaxLength, options),
            () => BatchScorer.Open(folder, config, Outputs, scoring));
    }

    /// <summary>How passages are cut and answers read.</summary>
    public QuestionAnsweringOptions Options => _options;

    /// <summary>Opens a model folder: its configuration, its tokenizer and its graph.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="options">How passages are cut and answers read; where it is null, as the model's configuration says.</param>
    /// <param name="scoring">
    /// Which graph, on what, in which batches; where no length is given, windows have as many tokens as the model's
    /// configuration says, or else 384 where the model takes as many.
    /// </param>
    /// <exception cref="BertMLNetException">The folder is incomplete or damaged, or the execution provider cannot be used.</exception>
    /// <exception cref="BertMLNetException">The vocabulary is damaged.</exception>
    public static QuestionAnswerer Load(string folder, QuestionAnsweringOptions? options = null, ScoringOptions? scoring = null)
    {
        ModelFolder model = ModelFolder.Open(folder);
        BertConfig config = model.LoadConfig();
        return new QuestionAnswerer(model, config, options ?? QuestionAnsweringOptions.For(config), scoring ?? new ScoringOptions());
    }

    /// <inheritdoc/>
    public void Dispose() => _scorer.Dispose();
}
