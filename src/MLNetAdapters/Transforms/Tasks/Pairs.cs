using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BertMLNet
{
    /// <summary>What <c>BertPairClassify</c> reads, what it adds to the data, and how it scores.</summary>
    public sealed record BertPairClassifyOptions : BertOptions
    {
        /// <summary>The first text's column.</summary>
        public string Sentence1ColumnName { get; init; } = "Sentence1";

        /// <summary>The second text's column; null where single texts are classified.</summary>
        public string? Sentence2ColumnName { get; init; } = "Sentence2";

        /// <summary>
        /// The predicted label's column: text, or a key with <see cref="PredictedLabelAsKey"/>, or a Boolean with
        /// <see cref="BinaryScore"/>.
        /// </summary>
        public string OutputColumnName { get; init; } = "PredictedLabel";

        /// <summary>
        /// The probabilities' column, a vector of Single in the order of the model's labels; a single number with
        /// <see cref="BinaryScore"/>.
        /// </summary>
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>The column of label 1's probability, a Single; it is there where the model has two labels. Null for none.</summary>
        public string? ProbabilityColumnName { get; init; } = "Probability";

        /// <summary>Makes the predicted label a key whose values are the model's labels in order, as <c>BertLabelToKey</c> does.</summary>
        public bool PredictedLabelAsKey { get; init; }

        /// <summary>
        /// Shapes the columns of a two-label model for <c>BinaryClassification.Evaluate</c>: the predicted label is a Boolean,
        /// true for label 1, and the score is label 1's logit less label 0's, whose sigmoid is the probability.
        /// </summary>
        public bool BinaryScore { get; init; }

        /// <summary>The graph, the device, the batches.</summary>
        public ScoringOptions Scoring { get; init; } = new();

        internal override IReadOnlyList<string> InputColumns => TextColumns.Names(Sentence1ColumnName, Sentence2ColumnName);

        internal override IEnumerable<DataViewSchema.DetachedColumn> Foretell() =>
            Columns(ModelFolder.Open(ModelPath).LoadConfig().Labels).Select(output => output.Column);

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

        internal override string? Graph => Scoring.Graph;

        internal override BertOptions Packed() => this with { ModelPath = "", Scoring = PackedGraph.Of(ModelPath, Scoring) };

        internal override BertOptions With(MLContext context, string source) => this with { Scoring = Scoring.With(context, source) };

        /// <summary>The added columns for a model with these labels.</summary>
        /// <exception cref="BertMLNetException">The binary shape is asked of a model that has not two labels.</exception>
        internal IReadOnlyList<OutputColumn<PairPrediction>> Columns(IReadOnlyList<string> labels)
        {
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
                            Named("KeyValues", labels))
                        : OutputColumn<PairPrediction>.Value(
                            OutputColumnName, SavedPair.LabelColumn, TextDataViewType.Instance, row => row.Label.AsMemory()),
                    OutputColumn<PairPrediction>.Vector(
                        ScoreColumnName,
                        SavedPair.ScoreColumn,
                        new VectorDataViewType(NumberDataViewType.Single, labels.Count),
                        row => row.Probabilities.Length,
                        (row, i) => row.Probabilities.Span[i],
                        Named("SlotNames", labels)),
                ];
            if (labels.Count == 2 && ProbabilityColumnName is { } probability)
            {
                columns.Add(OutputColumn<PairPrediction>.Value(
                    probability, SavedPair.ProbabilityColumn, NumberDataViewType.Single, row => row.Probabilities.Span[1]));
            }
            return columns;
        }

        /// <summary>An annotation with the labels' names, of the kind that ML.NET gives slots (of scores) and values (of keys).</summary>
        private static DataViewSchema.Annotations Named(string kind, IReadOnlyList<string> labels)
        {
            ReadOnlyMemory<char>[] names = [.. labels.Select(label => label.AsMemory())];
            var builder = new DataViewSchema.Annotations.Builder();
            builder.Add(
                kind,
                new VectorDataViewType(TextDataViewType.Instance, names.Length),
                (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(names.Length, names).CopyTo(ref value));
            return builder.ToAnnotations();
        }
    }

    /// <summary>An open classifier: two text columns or one in, the label, the scores and the probability out.</summary>
    internal sealed class PairModel(BertPairClassifyOptions options, PairClassifier classifier)
        : OpenModel<PairPrediction>(options.Columns(classifier.Labels))
    {
        public override IReadOnlyList<string> Labels => classifier.Labels;

        public override IEnumerable<PairPrediction> ScoreStream(IEnumerable<TextPair> rows) => classifier.ScoreStream(rows);

        public override PairPrediction Score(TextPair row) => classifier.Score(row);

        public override void Dispose() => classifier.Dispose();

        public override ITransformer ToBuiltIn() => SavedChain.Build(
            options,
            SavedModelFolder.ToGraph(options.ModelPath, options.Scoring.Graph),
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

        /// <summary>Label 1's logit less label 0's.</summary>
        internal static float BinaryScoreOf(PairPrediction row) => row.Logits.Span[1] - row.Logits.Span[0];
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class SavedPairMapping : SavedMapping<PairPrediction, SavedPair>
    {
        internal const string Contract = "BertMLNet.PairClassify.v1";

        protected override void Write(PairPrediction result, SavedPair output)
        {
            ReadOnlySpan<float> probabilities = result.Probabilities.Span;
            output.Label = result.Label;
            output.Score = probabilities.ToArray();
            output.BinaryLabel = result.LabelIndex == 1;
            // More than two labels have no binary columns; these two are then dropped unread.
            output.Probability = probabilities.Length == 2 ? probabilities[1] : float.NaN;
            output.BinaryScore = probabilities.Length == 2 ? SavedPair.BinaryScoreOf(result) : float.NaN;
        }
    }

    /// <summary>A model's labels as the key data of ML.NET's value-to-key mapping.</summary>
    internal static class LabelKeys
    {
        /// <summary>A view of one text column with the labels in order.</summary>
        /// <param name="labels">The model's labels.</param>
        /// <param name="modelPath">The model folder, for messages.</param>
        /// <exception cref="BertMLNetException">
        /// A label is empty: ML.NET would leave it out, and the keys behind it would not be the scores' places any more.
        /// </exception>
        public static IDataView Of(IReadOnlyList<string> labels, string modelPath)
        {
            int empty = labels.ToList().FindIndex(string.IsNullOrEmpty);
            if (empty >= 0)
            {
                string number = empty.ToString(CultureInfo.InvariantCulture);
                throw new BertMLNetException(
                    $"{new ModelFolder(modelPath).ConfigPath}: the name of label {number} is empty, and ML.NET has no key for empty text; "
                    + "expected a name for every label (id2label).");
            }
            return new MLContext().Data.LoadFromEnumerable(labels.Select(label => new LabelKey { Value = label }));
        }

        private sealed class LabelKey
        {
            public string Value { get; set; } = "";
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

        /// <summary>
        /// Maps a text column of label names to keys whose values are the model's labels in order, so that key and score agree
        /// in <c>MulticlassClassification.Evaluate</c>. As in ML.NET's own mapping, a name that the model does not know becomes
        /// the missing key.
        /// </summary>
        /// <param name="catalog">The transforms catalog.</param>
        /// <param name="modelPath">The model folder.</param>
        /// <param name="outputColumnName">The keys' column.</param>
        /// <param name="inputColumnName">The names' column; <paramref name="outputColumnName"/> where it is null.</param>
        /// <exception cref="BertMLNetException">The model folder has no readable <c>config.json</c>, or a label has no name.</exception>
        public static ValueToKeyMappingEstimator BertLabelToKey(
            this TransformsCatalog catalog, string modelPath, string outputColumnName = "Label", string? inputColumnName = null)
        {
            ArgumentNullException.ThrowIfNull(catalog);
            IReadOnlyList<string> labels = ModelFolder.Open(modelPath).LoadConfig().Labels;
            return catalog.Conversion.MapValueToKey(outputColumnName, inputColumnName, keyData: LabelKeys.Of(labels, modelPath));
        }
    }
}
