using System.CommandLine;
using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary><c>pretrain</c>: trains a model on plain text, from random weights or from those of another.</summary>
internal sealed class PretrainCommand : TrainingCommand
{
    private readonly Option<string> _model = CommonOptions.Model(
        "The model to begin with, or a folder with a config.json and a vocabulary alone.");
    private readonly Option<string[]> _text = Paths(
        "--text", "Plain text to learn from: files (.txt, .txt.gz) or folders.", required: true);
    private readonly Option<string[]> _validation = Paths(
        "--validation", "Plain text to judge by (default: a hundredth of --text, by seed).", required: false);
    private readonly Option<bool> _fromScratch = CommonOptions.Flag("--from-scratch", "Start from random weights.");
    private readonly Option<int?> _updates = CommonOptions.Number<int>(
        "--updates", "Updates in all, a multiple of --evaluate-every (default: 10000).");
    private readonly Option<int?> _evaluateEvery = CommonOptions.Number<int>(
        "--evaluate-every", "Updates between two evaluations (default: 500).");
    private readonly Option<int?> _maxLength = CommonOptions.Number<int>(
        "--max-length", "The longest example in tokens (default: 128, or what the model takes).");
    private readonly Option<double?> _maskRate = CommonOptions.Number<double>(
        "--mask-rate", "The part of the tokens that is to be predicted (default: 0.15).");
    private readonly Option<float?> _dropout = CommonOptions.Number<float>(
        "--dropout", "The dropout rate while pre-training (default: the configuration's; 0 suits text that is seen once).");
    private readonly Option<bool> _wholeWords = CommonOptions.Flag("--whole-words", "Mask the pieces of a word together.");
    private readonly Option<double?> _sentencePart = CommonOptions.Number<double>(
        "--sentence-part", "The part of the examples that are two texts, with a --sentence-task (default: 0.5).");

    private readonly Option<string> _sentenceTask = CommonOptions.Choice(
        "--sentence-task",
        "What is asked of two texts, beside their masked tokens: whether the second follows, whether they are in order, or "
        + "whether they say the same.",
        "none", "next-sentence", "sentence-order", "same-content");

    private readonly TrainingOptionsGroup _training = new(PretrainingOptions.DefaultOptimization, hasEpochs: false);

    public PretrainCommand(CliTerminal terminal)
        : base("pretrain", "Train a model on plain text, to be fine-tuned later.", terminal)
    {
        Add(
            [
                _model, _text, _validation, Output, Resume, Overwrite, _fromScratch, _updates, _evaluateEvery, _maxLength, _maskRate,
                _wholeWords, _dropout, _sentenceTask, _sentencePart, .. _training.All, .. Engine.All, TensorBoard,
            ]);
        Validators.Add(command =>
        {
            if (command.GetResult(_sentencePart) is not null && command.GetValue(_sentenceTask) is null or "none")
                command.AddError("--sentence-part is the part of a --sentence-task; give one.");
        });
    }

    protected override async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var options = new PretrainingOptions
        {
            ModelPath = arguments.ModelPath(_model),
            OutputPath = arguments.GetRequiredValue(Output),
            TextPaths = arguments.GetRequiredValue(_text),
            ValidationPaths = arguments.GetValue(_validation) ?? [],
            FromScratch = arguments.GetValue(_fromScratch),
            Resume = arguments.GetValue(Resume),
            Overwrite = arguments.GetValue(Overwrite),
            MaxLength = arguments.GetValue(_maxLength),
            Dropout = arguments.GetValue(_dropout),
            SentenceTask = arguments.GetValue(_sentenceTask) switch
            {
                "next-sentence" => SentenceTask.NextSentence,
                "sentence-order" => SentenceTask.SentenceOrder,
                "same-content" => SentenceTask.SameContent,
                _ => SentenceTask.None,
            },
            Optimization = _training.Read(arguments),
        };
        options = options with
        {
            Updates = arguments.GetValue(_updates) ?? options.Updates,
            EvaluateEvery = arguments.GetValue(_evaluateEvery) ?? options.EvaluateEvery,
            SentencePart = arguments.GetValue(_sentencePart) ?? options.SentencePart,
            Masking = options.Masking with
            {
                Rate = arguments.GetValue(_maskRate) ?? options.Masking.Rate,
                WholeWords = arguments.GetValue(_wholeWords),
            },
        };
        TrainingEngineOptions engine = Engine.Choose(arguments, Terminal);
        TrainedModel result = await TrainAsync(
            arguments, engine, "pre-training", bar => options with { Reading = new ReadingBar(bar) }, cancellationToken);
        WriteResult(arguments, result);
    }

    private static Option<string[]> Paths(string name, string description, bool required) => new(name)
    {
        Description = description,
        HelpName = "PATH",
        Required = required,
        AllowMultipleArgumentsPerToken = true,
        Arity = required ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
    };
}
