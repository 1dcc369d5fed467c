using BertMLNet.Modeling;
using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>
/// Fine-tunes BERT on the sentence pairs of data when it is fitted, and gives the transformer that scores with the result.
/// </summary>
public sealed class BertPairTrainer : IEstimator<BertTransformer>
{
    private readonly BertTextTrainerOptions _options;

    internal BertPairTrainer(BertTextTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    private IReadOnlyList<string> Texts => TextColumns.Names(_options.Sentence1ColumnName, _options.Sentence2ColumnName);

    /// <summary>Trains, keeps the best epoch's model, writes it as a model folder, and opens it for scoring.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a type that cannot be used.</exception>
    /// <exception cref="BertMLNetException">An option, the model or a row is wrong.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public BertTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TextColumns.Check(input.Schema, Texts);
        LabelReader label = LabelReader.For(input.Schema, _options.LabelColumnName, _options.Label);
        _ = Added(labelIsKey: label.Names is not null);
        return Owned.HandOn(new WorkFolder(_options.OutputPath), output =>
        {
            TrainedModel result = TrainingRun.Execute(
                FineTuning(input, label, output.Path), _options.Environment, _options.CancellationToken);
            return BertTransformer.Open(_options.Scored(result.Folder.FolderPath, labelIsKey: label.Names is not null), output);
        });
    }

    /// <summary>The columns that the fitted transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of a type that cannot be used.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumns.Check(inputSchema, Texts);
        SchemaShape.Column label = LabelReader.Find(inputSchema, _options.LabelColumnName, _options.Label);
        return SchemaShapes.Add(inputSchema, Added(label.IsKey));
    }

    /// <summary>The columns that will be added; none may hide one that is read.</summary>
    private DataViewSchema.DetachedColumn[] Added(bool labelIsKey)
    {
        DataViewSchema.DetachedColumn[] added = [.. _options.Added(labelIsKey)];
        _options.Scored(_options.ModelPath, labelIsKey).CheckNames(added, _options.LabelColumnName);
        return added;
    }

    private PairFineTuningOptions FineTuning(IDataView input, LabelReader label, string outputPath) => _options.Learned(new()
    {
        ModelPath = _options.ModelPath,
        OutputPath = outputPath,
        Training = () => label.Open("training data", input, Texts),
        Validation = _options.ValidationSet is { } validation ? () => OpenValidation(validation) : null,
        ValidationFraction = _options.ValidationFraction,
        FromScratch = _options.FromScratch,
        MaxLength = _options.MaxLength,
        Metric = _options.Metric,
        Optimization = _options.Optimization,
        Resume = _options.Resume,
        Overwrite = _options.Overwrite,
    });

    private IPairSource OpenValidation(IDataView validation)
    {
        TextColumns.Check(validation.Schema, Texts);
        LabelReader label = LabelReader.For(validation.Schema, _options.LabelColumnName, _options.Label);
        return label.Open("validation data", validation, Texts);
    }
}
