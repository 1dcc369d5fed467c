using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BertMLNet
{
    /// <summary>What <c>BertLabelTexts</c> reads, what it adds to the data, and how it scores.</summary>
    public sealed record BertLabelTextsOptions : BertTextPairOptions
    {
        /// <summary>Makes options for single texts.</summary>
        public BertLabelTextsOptions() => Sentence2ColumnName = null;

        /// <summary>The column of the labels that are given, a vector of text of any length.</summary>
        public string OutputColumnName { get; init; } = "PredictedLabels";

        /// <summary>The probabilities' column, a vector of Single in the order of the model's labels.</summary>
        public string ScoreColumnName { get; init; } = "Score";

        internal override IEnumerable<DataViewSchema.DetachedColumn> Foretell() =>
            Columns(ModelFolder.Open(ModelPath).LoadConfig().Labels).Select(output => output.Column);

        internal override OpenModel Open() => new LabelsModel(this, MultiLabelClassifier.Load(ModelPath, Scoring));

        /// <summary>The added columns for a model with these labels.</summary>
        internal IReadOnlyList<OutputColumn<MultiLabelPrediction>> Columns(IReadOnlyList<string> labels) =>
        [
            OutputColumn<MultiLabelPrediction>.Vector(
                OutputColumnName,
                SavedLabels.LabelsColumn,
                new VectorDataViewType(TextDataViewType.Instance),
                row => row.Labels.Count,
                (row, i) => row.Labels[i].AsMemory()),
            OutputColumn<MultiLabelPrediction>.Vector(
                ScoreColumnName,
                SavedPair.ScoreColumn,
                new VectorDataViewType(NumberDataViewType.Single, labels.Count),
                row => row.Probabilities.Length,
                (row, i) => row.Probabilities.Span[i],
                LabelKeys.Annotation("SlotNames", labels)),
        ];
    }

    /// <summary>An open classifier: one text column or two in, labels and probabilities out.</summary>
    internal sealed class LabelsModel(BertLabelTextsOptions options, MultiLabelClassifier classifier)
        : OpenModel<MultiLabelPrediction>(options.Columns(classifier.Labels))
    {
        public override IReadOnlyList<string> Labels => classifier.Labels;

        public override IEnumerable<MultiLabelPrediction> ScoreStream(IEnumerable<TextPair> rows) => classifier.ScoreStream(rows);

        public override MultiLabelPrediction Score(TextPair row) => classifier.Score(row);

        public override void Dispose() => classifier.Dispose();

        public override ITransformer ToBuiltIn() => SavedChain.Build(
            options,
            SavedModelFolder.Of(options),
            Outputs,
            transforms => SavedSlotMapping.Append(
                transforms.CustomMapping(new SavedLabelsMapping().GetMapping(), SavedLabelsMapping.Contract), transforms, Labels.Count),
            SavedLabelsMapping.Columns.Concat(SavedSlotMapping.Temporary(Labels.Count)));
    }

    /// <summary>What the custom mapping of a saved transformer of several labels writes.</summary>
    internal sealed class SavedLabels
    {
        internal const string LabelsColumn = "__bertmlnet_labels";

        [ColumnName(LabelsColumn)]
        [VectorType]
        public string[] Labels { get; set; } = [];

        [ColumnName(SavedPair.ScoreColumn)]
        [VectorType]
        public float[] Score { get; set; } = [];
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class SavedLabelsMapping : SavedMapping<MultiLabelPrediction, SavedLabels>
    {
        internal const string Contract = "BertMLNet.LabelTexts.v1";

        protected override void Write(OpenModel<MultiLabelPrediction> model, MultiLabelPrediction result, SavedLabels output)
        {
            output.Labels = [.. result.Labels];
            output.Score = result.Probabilities.ToArray();
        }
    }
}

namespace Microsoft.ML
{
    using BertMLNet;

    /// <summary>Several labels a text in a pipeline.</summary>
    public static class BertLabelCatalog
    {
        /// <summary>
        /// Gives texts any number of labels with a fine-tuned BERT: adds those whose probability reaches the model's threshold as a vector
        /// of text, and the probabilities as a vector in the order of the model's labels (slot names tell them).
        /// </summary>
        /// <param name="catalog">The transforms catalog.</param>
        /// <param name="modelPath">The model folder.</param>
        /// <param name="sentence1ColumnName">The text's column.</param>
        /// <param name="sentence2ColumnName">The second text's column; null for single texts.</param>
        /// <param name="outputColumnName">The labels' column.</param>
        /// <param name="scoreColumnName">The probabilities' column.</param>
        /// <param name="gpuDeviceId">The GPU to score on; the CPU where it is null.</param>
        /// <param name="fallbackToCpu">Scores on the CPU where the GPU cannot be used.</param>
        public static BertEstimator BertLabelTexts(
            this TransformsCatalog catalog,
            string modelPath,
            string sentence1ColumnName = "Sentence1",
            string? sentence2ColumnName = null,
            string outputColumnName = "PredictedLabels",
            string scoreColumnName = "Score",
            int? gpuDeviceId = null,
            bool fallbackToCpu = false) =>
            catalog.BertLabelTexts(new BertLabelTextsOptions
            {
                ModelPath = modelPath,
                Sentence1ColumnName = sentence1ColumnName,
                Sentence2ColumnName = sentence2ColumnName,
                OutputColumnName = outputColumnName,
                ScoreColumnName = scoreColumnName,
                Scoring = new ScoringOptions { GpuDeviceId = gpuDeviceId, FallbackToCpu = fallbackToCpu },
            });

        /// <summary>Gives texts any number of labels with a fine-tuned BERT.</summary>
        public static BertEstimator BertLabelTexts(this TransformsCatalog catalog, BertLabelTextsOptions options)
        {
            ArgumentNullException.ThrowIfNull(catalog);
            return new BertEstimator(options);
        }

        /// <summary>Gives texts any number of labels with the context's GPU settings and log where the options have none.</summary>
        public static BertEstimator BertLabelTexts(this MLContext context, BertLabelTextsOptions options) =>
            context.Estimator(options, nameof(BertLabelTexts));
    }
}
