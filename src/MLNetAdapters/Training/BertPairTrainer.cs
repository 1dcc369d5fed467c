using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>
/// Fine-tunes BERT on the sentence pairs of data when it is fitted, and gives the transformer that scores with the result.
/// </summary>
public sealed class BertPairTrainer : IEstimator<BertPairTransformer>
{
    private readonly BertPairTrainerOptions _options;
    private readonly bool _binary;

    internal BertPairTrainer(BertPairTrainerOptions options, bool binary)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _binary = binary;
    }

    private FineTuneEnvironment Environment => _options.CreateEngine is { } create
        ? _options.Environment with { CreateEngine = create }
        : _options.Environment;

    private IReadOnlyList<string> Texts => TextColumns.Names(_options.Sentence1ColumnName, _options.Sentence2ColumnName);

    /// <summary>Trains, keeps the best epoch's model, writes it as a model folder, and opens it for scoring.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a type that cannot be used.</exception>
    /// <exception cref="BertMLNetException">An option, the model or a row is wrong.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public BertPairTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TextColumns.Check(input.Schema, Texts);
        LabelReader label = LabelReader.For(input.Schema, _options.LabelColumnName, _binary);
        var output = new WorkFolder(_options.OutputPath);
        try
        {
            FineTuneResult result = FineTuner.Run(FineTuning(input, label, output.Path), Environment, _options.CancellationToken);
            BertPairClassifyOptions options = Scored(result.Folder.FolderPath, labelIsKey: label.Names is not null);
            var classifier = new SharedScorer<PairClassifier>(() => PairClassifier.Load(options.ModelPath, options.Scoring));
            return new BertPairTransformer(options, classifier.Acquire(), output);
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    /// <summary>The columns that the fitted transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a type that cannot be used.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumns.Check(inputSchema, Texts);
        SchemaShape.Column label = LabelReader.Find(inputSchema, _options.LabelColumnName, _binary);
        // The labels themselves are known only from the data, and their number is not part of a shape.
        BertPairClassifyOptions options = Scored(_options.ModelPath, label.IsKey);
        return SchemaShapes.Add(inputSchema, PairColumns.Outputs(options, ["0", "1"]).Select(column => column.Detached));
    }

    private PairFineTuningOptions FineTuning(IDataView input, LabelReader label, string outputPath) => new()
    {
        ModelPath = _options.ModelPath,
        OutputPath = outputPath,
        Training = () => LabelledRows.Open("training data", input, Texts, label, _options.LabelColumnName),
        Validation = _options.ValidationSet is { } validation ? () => OpenValidation(validation) : null,
        ValidationFraction = _options.ValidationFraction,
        FromScratch = _options.FromScratch,
        MaxLength = _options.MaxLength,
        Metric = _options.Metric,
        ClassWeights = _options.ClassWeights,
        BalanceClasses = _options.BalanceClasses,
        Optimization = _options.Optimization,
        Resume = _options.Resume,
    };

    private IPairSource OpenValidation(IDataView validation)
    {
        TextColumns.Check(validation.Schema, Texts);
        LabelReader label = LabelReader.For(validation.Schema, _options.LabelColumnName, _binary);
        return LabelledRows.Open("validation data", validation, Texts, label, _options.LabelColumnName);
    }

    private BertPairClassifyOptions Scored(string modelPath, bool labelIsKey) => new()
    {
        ModelPath = modelPath,
        Sentence1ColumnName = _options.Sentence1ColumnName,
        Sentence2ColumnName = _options.Sentence2ColumnName,
        OutputColumnName = _options.OutputColumnName,
        ScoreColumnName = _options.ScoreColumnName,
        ProbabilityColumnName = _binary ? _options.ProbabilityColumnName : null,
        PredictedLabelAsKey = labelIsKey && !_binary,
        BinaryScore = _binary,
        Scoring = _options.Scoring,
    };
}
