using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BertMLNet
{
    /// <summary>What the tasks over pairs of texts, or single ones, read and how they score.</summary>
    public abstract record BertTextPairOptions : BertScoringOptions
    {
        private protected BertTextPairOptions()
        {
        }

        /// <summary>The first text's column.</summary>
        public string Sentence1ColumnName { get; init; } = "Sentence1";

        /// <summary>The second text's column; null where single texts are scored.</summary>
        public string? Sentence2ColumnName { get; init; } = "Sentence2";

        internal override IReadOnlyList<string> InputColumns => TextColumns.Names(Sentence1ColumnName, Sentence2ColumnName);
    }

    /// <summary>What <c>BertPairClassify</c> reads, what it adds to the data, and how it scores.</summary>
    public sealed record BertPairClassifyOptions : BertTextPairOptions
    {
        /// <summary>
        /// The predicted label's column: text, or a key with <see cref="PredictedLabelAsKey"/>, or a Boolean with
        /// <see cref="BinaryScore"/>.
        /// </summary>
        public string OutputColumnName { get; init; } = "PredictedLabel";

        /// <summary>
        /// The probabilities' column, a vector of Single in the order of the model's labels; a single number with
        /// <see cref="BinaryScore"/>. Of a model with one label it is a vector of one: the logistic function of the logit, or the
        /// value itself where the model gives values (<c>problem_type</c> is <c>regression</c>).
        /// </summary>
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>
        /// The column of label 1's probability, a Single, where the model has two labels, or of the only label's, which is then the
        /// score. It is not there where the model has more labels or gives values. Null for none.
        /// </summary>
        public string? ProbabilityColumnName { get; init; } = "Probability";

        /// <summary>Makes the predicted label a key whose values are the model's labels in order, as <c>BertLabelToKey</c> does.</summary>
        public bool PredictedLabelAsKey { get; init; }

        /// <summary>
        /// Shapes the columns of a two-label model for <c>BinaryClassification.Evaluate</c>: the predicted label is a Boolean,
        /// true for label 1, and the score is label 1's logit less label 0's, whose sigmoid is the probability.
        /// </summary>
        public bool BinaryScore { get; init; }

        /// <summary>
        /// The column that has the right labels where there is one. Where it is a key over the model's labels in another order it is
        /// refused, since <c>MulticlassClassification.Evaluate</c> compares keys with the scores' places, whatever they are named. Null
        /// to take it as it is.
        /// </summary>
        public string? LabelColumnName { get; init; } = "Label";

        internal override IEnumerable<DataViewSchema.DetachedColumn> Foretell() =>
            Columns(ModelFolder.Open(ModelPath).LoadConfig()).Select(output => output.Column);

        internal override OpenModel Open()
        {
            PairClassifier classifier = PairClassifier.Load(ModelPath, Scoring);
            try
            {
                return new PairModel(this, classifier);
            }
            catch
            {
                classifier.Dispose();
                throw;
            }
        }

        internal override void CheckInput(DataViewSchema input, IReadOnlyList<string> labels)
        {
            if (LabelColumnName is null || input.GetColumnOrNull(LabelColumnName) is not { } column)
                return;
            IReadOnlyList<string> names = LabelKeys.NamesOf(column);
            var index = new LabelIndex(labels);
            for (int key = 0; key < names.Count; key++)
            {
                if (index.TryFind(names[key], out int label) && label != key)
                {
                    throw new BertMLNetException(
                        $"column '{LabelColumnName}': its keys have another order than the model's labels ('{names[key]}' is key {key + 1} "
                        + $"and label {label + 1}), so that an evaluation would compare other classes; map the names with "
                        + "BertLabelToKey(modelPath), or set LabelColumnName to null where nothing is evaluated.");
                }
            }
        }

        private IReadOnlyList<OutputColumn<PairPrediction>> Columns(BertConfig config) => Columns(config.Labels, config.GivesValues);

        /// <summary>The added columns for a model with these labels.</summary>
        /// <exception cref="BertMLNetException">The binary shape is asked of a model that has not two labels.</exception>
        internal IReadOnlyList<OutputColumn<PairPrediction>> Columns(IReadOnlyList<string> labels, bool givesValues = false)
        {
            if (BinaryScore && givesValues)
            {
                throw new BertMLNetException(
                    $"{ModelPath}: the binary score needs a model with two labels, this one gives values; leave BinaryScore off.");
            }
            if (BinaryScore && labels.Count != 2)
            {
                throw new BertMLNetException(
                    $"{ModelPath}: the binary score needs a model with two labels, this one has {labels.Count}; leave BinaryScore off.");
            }
            List<OutputColumn<PairPrediction>> columns =
                BinaryScore ?
                [
                    OutputColumn<PairPrediction>.Value(
                        OutputColumnName, SavedPair.BinaryLabelColumn, BooleanDataViewType.Instance, row => row.LabelIndex == 1),
                    OutputColumn<PairPrediction>.Value(
                        ScoreColumnName, SavedPair.BinaryScoreColumn, NumberDataViewType.Single, SavedPair.BinaryScoreOf),
                ]
                :
                [
                    PredictedLabelAsKey
                        // Key 0 is the missing value, so the first label is key 1.
                        ? OutputColumn<PairPrediction>.Value(
                            OutputColumnName,
                            SavedPair.LabelColumn,
                            new KeyDataViewType(typeof(uint), labels.Count),
                            row => (uint)row.LabelIndex + 1,
                            LabelKeys.Annotation("KeyValues", labels))
                        : OutputColumn<PairPrediction>.Value(
                            OutputColumnName, SavedPair.LabelColumn, TextDataViewType.Instance, row => row.Label.AsMemory()),
                    OutputColumn<PairPrediction>.Vector(
                        ScoreColumnName,
                        SavedPair.ScoreColumn,
                        new VectorDataViewType(NumberDataViewType.Single, labels.Count),
                        row => row.Probabilities.Length,
                        (row, i) => row.Probabilities.Span[i],
                        LabelKeys.Annotation("SlotNames", labels)),
                ];
            if (labels.Count <= 2 && !givesValues && ProbabilityColumnName is { } probability)
            {
                columns.Add(OutputColumn<PairPrediction>.Value(
                    probability, SavedPair.ProbabilityColumn, NumberDataViewType.Single, row => row.Probabilities.Span[^1]));
            }
            return columns;
        }
    }

    /// <summary>An open classifier: two text columns or one in, the label, the scores and the probability out.</summary>
    internal sealed class PairModel(BertPairClassifyOptions options, PairClassifier classifier)
        : OpenModel<PairPrediction>(options.Columns(classifier.Labels, classifier.GivesValues))
    {
        public override IReadOnlyList<string> Labels => classifier.Labels;

        public override IEnumerable<PairPrediction> ScoreStream(IEnumerable<TextPair> rows) => classifier.ScoreStream(rows);

        public override PairPrediction Score(TextPair row) => classifier.Score(row);

        public override void Dispose() => classifier.Dispose();

        public override ITransformer ToBuiltIn() => SavedChain.Build(
            options,
            SavedModelFolder.Of(options),
            Outputs,
            transforms =>
            {
                IEstimator<ITransformer> mapping = transforms.CustomMapping(new SavedPairMapping().GetMapping(), SavedPairMapping.Contract);
                if (options.BinaryScore)
                    return mapping;
                mapping = SavedSlotMapping.Append(mapping, transforms, Labels.Count);
                return options.PredictedLabelAsKey
                    ? mapping.Append(transforms.Conversion.MapValueToKey(
                        SavedPair.LabelColumn, keyData: LabelKeys.Of(Labels, options.ModelPath)))
                    : mapping;
            },
            SavedPairMapping.Columns.Concat(options.BinaryScore ? [] : SavedSlotMapping.Temporary(Labels.Count)));
    }

    /// <summary>What the custom mapping of a saved pair transformer writes.</summary>
    internal sealed class SavedPair
    {
        internal const string LabelColumn = "__bertmlnet_label";
        internal const string ScoreColumn = "__bertmlnet_score";
        internal const string ProbabilityColumn = "__bertmlnet_probability";
        internal const string BinaryLabelColumn = "__bertmlnet_binary_label";
        internal const string BinaryScoreColumn = "__bertmlnet_binary_score";

        [ColumnName(LabelColumn)]
        public string Label { get; set; } = "";

        [ColumnName(ScoreColumn)]
        [VectorType]
        public float[] Score { get; set; } = [];

        [ColumnName(ProbabilityColumn)]
        public float Probability { get; set; }

        [ColumnName(BinaryLabelColumn)]
        public bool BinaryLabel { get; set; }

        [ColumnName(BinaryScoreColumn)]
        public float BinaryScore { get; set; }

        internal static float BinaryScoreOf(PairPrediction row) => row.Logits.Span[1] - row.Logits.Span[0];
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class SavedPairMapping : SavedMapping<PairPrediction, SavedPair>
    {
        internal const string Contract = "BertMLNet.PairClassify.v1";

        protected override void Write(OpenModel<PairPrediction> model, PairPrediction result, SavedPair output)
        {
            ReadOnlySpan<float> probabilities = result.Probabilities.Span;
            output.Label = result.Label;
            output.Score = probabilities.ToArray();
            output.BinaryLabel = result.LabelIndex == 1;
            // More than two labels have no such columns; these are then dropped unread.
            output.Probability = probabilities.Length <= 2 ? probabilities[^1] : float.NaN;
            output.BinaryScore = probabilities.Length == 2 ? SavedPair.BinaryScoreOf(result) : float.NaN;
        }
    }
}

namespace Microsoft.ML
{
    using BertMLNet;

    /// <summary>Sentence pair classification in a pipeline.</summary>
    public static class BertPairCatalog
    {
        /// <summary>
        /// Classifies sentence pairs with a fine-tuned BERT: adds the label as text, the probabilities as a vector in the order
        /// of the model's labels (slot names tell them) and, for two labels, the probability of label 1.
        /// </summary>
        /// <param name="catalog">The transforms catalog.</param>
        /// <param name="modelPath">The model folder.</param>
        /// <param name="sentence1ColumnName">The first text's column.</param>
        /// <param name="sentence2ColumnName">The second text's column; null to classify single texts.</param>
        /// <param name="outputColumnName">The label's column.</param>
        /// <param name="scoreColumnName">The probabilities' column.</param>
        /// <param name="gpuDeviceId">The GPU to score on; the CPU where it is null.</param>
        /// <param name="fallbackToCpu">Scores on the CPU where the GPU cannot be used.</param>
        public static BertEstimator BertPairClassify(
            this TransformsCatalog catalog,
            string modelPath,
            string sentence1ColumnName = "Sentence1",
            string? sentence2ColumnName = "Sentence2",
            string outputColumnName = "PredictedLabel",
            string scoreColumnName = "Score",
            int? gpuDeviceId = null,
            bool fallbackToCpu = false) =>
            catalog.BertPairClassify(new BertPairClassifyOptions
            {
                ModelPath = modelPath,
                Sentence1ColumnName = sentence1ColumnName,
                Sentence2ColumnName = sentence2ColumnName,
                OutputColumnName = outputColumnName,
                ScoreColumnName = scoreColumnName,
                Scoring = new ScoringOptions { GpuDeviceId = gpuDeviceId, FallbackToCpu = fallbackToCpu },
            });

        /// <summary>Classifies sentence pairs with a fine-tuned BERT.</summary>
        public static BertEstimator BertPairClassify(this TransformsCatalog catalog, BertPairClassifyOptions options)
        {
            ArgumentNullException.ThrowIfNull(catalog);
            return new BertEstimator(options);
        }

        /// <summary>Classifies sentence pairs with the context's GPU settings and log where the options have none.</summary>
        public static BertEstimator BertPairClassify(this MLContext context, BertPairClassifyOptions options) =>
            context.Estimator(options, nameof(BertPairClassify));
    }
}
