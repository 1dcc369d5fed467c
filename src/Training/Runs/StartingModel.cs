using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>The model that training starts from: a model folder, or a checkpoint as others publish them.</summary>
internal sealed class StartingModel
{
    private readonly TrainingRunOptions _options;
    private readonly ILogger _logger;
    private readonly Lazy<WordPieceTokenizer> _tokenizer;

    private StartingModel(TrainingRunOptions options, ModelFolder folder, BertConfig config, ILogger logger)
    {
        _options = options;
        _logger = logger;
        Folder = folder;
        Config = config;
        _tokenizer = new(() => folder.LoadTokenizer(config));
    }

    /// <summary>Its folder.</summary>
    public ModelFolder Folder { get; }

    /// <summary>Its configuration.</summary>
    public BertConfig Config { get; }

    /// <summary>Its tokenizer, loaded when it is first asked for.</summary>
    /// <exception cref="BertMLNetException">It is missing or damaged.</exception>
    public WordPieceTokenizer Tokenizer => _tokenizer.Value;

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="BertMLNetException">There is no such model, or it is to be overwritten by what comes of it.</exception>
    public static StartingModel Open(TrainingRunOptions options, ILogger logger)
    {
        ModelFolder folder = ModelFolder.Find(options.ModelPath);
        return RealPath.Same(folder.FolderPath, options.OutputPath)
            ? throw new BertMLNetException($"{options.OutputPath}: the output folder is the model to start from; choose another.")
            : new(options, folder, folder.LoadConfig(), logger);
    }

    /// <summary>The most tokens of a sequence.</summary>
    /// <param name="usual">Where the options say nothing and the model takes as many.</param>
    /// <param name="least">The fewest that make sense.</param>
    /// <exception cref="BertMLNetException">The options ask for fewer, or for more than the model takes.</exception>
    public int MaxLength(int usual, int least)
    {
        int most = Config.LongestSequence;
        int length = _options.MaxLength ?? Math.Min(usual, most);
        TrainingOptions.Check(
            length >= least && length <= most,
            "max-length", length, FormattableString.Invariant($"{least} to {Config.LongestSequenceName} of {most}"));
        return length;
    }

    /// <summary>Loads the weights, the head's drawn anew where it is another task's, or draws all of them.</summary>
    /// <param name="config">The configuration of the model to train.</param>
    /// <param name="head">Its head.</param>
    /// <param name="cancellationToken">Checked at each parameter.</param>
    /// <param name="whyNewHead">Why the head starts anew though it may fit ("since …"); null to take the model's.</param>
    /// <exception cref="BertMLNetException">The weights are missing, damaged or another model's.</exception>
    public ParameterSet LoadParameters(BertConfig config, Head head, CancellationToken cancellationToken, string? whyNewHead = null)
    {
        int seed = unchecked((int)_options.Optimization.Seed);
        if (_options.FromScratch)
            return ParameterSet.Initialize(config, head, seed);
        string path = _options.ModelPath;
        using ICheckpoint checkpoint = ModelFolder.Find(path).TryOpenWeights() ?? throw new BertMLNetException(
            $"{path}: the folder holds no weights; start from random ones (option from-scratch), or choose another model.");
        (ParameterSet parameters, LoadReport report) = ParameterSet.Load(
            WeightPlan.Create(checkpoint, config, head, seed, replaceHead: true, whyNewHead), cancellationToken);
        foreach (string remark in report.Remarks)
            _logger.LogWarning("{Remark}", remark);
        return parameters;
    }
}
