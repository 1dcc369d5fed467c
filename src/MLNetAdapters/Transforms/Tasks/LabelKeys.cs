using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BertMLNet
{
    /// <summary>What <c>BertLabelToKey</c> reads and what it adds.</summary>
    internal sealed record BertLabelToKeyOptions : BertOptions
    {
        public string InputColumnName { get; init; } = "Label";

        /// <summary>The keys' column, which may be the same.</summary>
        public string OutputColumnName { get; init; } = "Label";

        internal override IReadOnlyList<string> InputColumns => [InputColumnName];

        internal override bool MayHideInput => true;

        internal override IEnumerable<DataViewSchema.DetachedColumn> Foretell() => [Column(Labels()).Column];

        internal override OpenModel Open() => new LabelKeyModel(this, Labels());

        /// <summary>The model's labels.</summary>
        /// <exception cref="BertMLNetException">The model folder has no readable <c>config.json</c>, or a label has no name.</exception>
        internal IReadOnlyList<string> Labels() => LabelKeys.Named(ModelFolder.Open(ModelPath).LoadConfig().Labels, ModelPath);

        internal OutputColumn<int> Column(IReadOnlyList<string> labels) =>
            // Key 0 is the missing value, so the first label is key 1.
            OutputColumn<int>.Value(
                OutputColumnName,
                SavedLabelKey.LabelColumn,
                new KeyDataViewType(typeof(uint), labels.Count),
                label => (uint)(label + 1),
                LabelKeys.Annotation("KeyValues", labels));
    }

    /// <summary>A text column in, the index of the label that it names out; -1 for empty text.</summary>
    internal sealed class LabelKeyModel(BertLabelToKeyOptions options, IReadOnlyList<string> labels)
        : OpenModel<int>([options.Column(labels)])
    {
        private readonly LabelIndex _index = new(labels);

        public override IReadOnlyList<string> Labels => labels;

        public override IEnumerable<int> ScoreStream(IEnumerable<TextPair> rows) =>
            rows.Select((row, number) => Find(row, string.Create(CultureInfo.InvariantCulture, $", row {number + 1}")));

        public override int Score(TextPair row) => Find(row, "");

        public override ITransformer ToBuiltIn() => SavedChain.Build(
            options,
            SavedModelFolder.Of(options),
            Outputs,
            transforms => transforms.CustomMapping(new SavedLabelKeyMapping().GetMapping(), SavedLabelKeyMapping.Contract)
                .Append(transforms.Conversion.MapValueToKey(
                    SavedLabelKey.LabelColumn, keyData: LabelKeys.Of(labels, options.ModelPath))),
            SavedLabelKeyMapping.Columns);

        private int Find(TextPair row, string place)
        {
            if (row.First.IsEmpty)
                return -1;
            string label = row.First.ToString();
            return _index.TryFind(label, out int index)
                ? index
                : throw new BertMLNetException(
                    $"column '{options.InputColumnName}'{place}: the label '{label}' is none of the model's; expected "
                    + $"{string.Join(", ", labels.Select(known => $"'{known}'"))}, or leave it empty where it is not known.");
        }
    }

    /// <summary>What the custom mapping of a saved label transformer writes.</summary>
    internal sealed class SavedLabelKey
    {
        internal const string LabelColumn = "__bertmlnet_label_key";

        [ColumnName(LabelColumn)]
        public string Label { get; set; } = "";
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class SavedLabelKeyMapping : SavedMapping<int, SavedLabelKey>
    {
        internal const string Contract = "BertMLNet.LabelToKey.v1";

        protected override void Write(OpenModel<int> model, int result, SavedLabelKey output) =>
            output.Label = result < 0 ? "" : model.Labels[result];
    }

    /// <summary>A model's labels as the key data of ML.NET's value-to-key mapping.</summary>
    internal static class LabelKeys
    {
        /// <summary>A view of one text column with the labels in order.</summary>
        /// <param name="labels">The model's labels.</param>
        /// <param name="modelPath">The model folder, for messages.</param>
        /// <exception cref="BertMLNetException">A label is empty.</exception>
        public static IDataView Of(IReadOnlyList<string> labels, string modelPath) =>
            new MLContext().Data.LoadFromEnumerable(Named(labels, modelPath).Select(label => new LabelKey { Value = label }));

        /// <summary>The labels, each with a name.</summary>
        /// <param name="labels">The model's labels.</param>
        /// <param name="modelPath">The model folder, for messages.</param>
        /// <exception cref="BertMLNetException">
        /// A label is empty: ML.NET would leave it out, and the keys behind it would not be the scores' places any more.
        /// </exception>
        public static IReadOnlyList<string> Named(IReadOnlyList<string> labels, string modelPath)
        {
            int empty = labels.ToList().FindIndex(string.IsNullOrEmpty);
            if (empty >= 0)
            {
                string number = empty.ToString(CultureInfo.InvariantCulture);
                throw new BertMLNetException(
                    $"{new ModelFolder(modelPath).ConfigPath}: the name of label {number} is empty, and ML.NET has no key for empty text; "
                    + "expected a name for every label (id2label).");
            }
            return labels;
        }

        /// <summary>What a column's keys stand for, in their order, as text; empty for a column that has no keys over values.</summary>
        public static IReadOnlyList<string> NamesOf(DataViewSchema.Column column)
        {
            if (column.Type is not KeyDataViewType
                || column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is not VectorDataViewType values)
                return [];
            Type type = values.ItemType.RawType;
            if (type == typeof(ReadOnlyMemory<char>))
                return Read<ReadOnlyMemory<char>>();
            if (type == typeof(float))
                return Read<float>();
            if (type == typeof(double))
                return Read<double>();
            if (type == typeof(int))
                return Read<int>();
            if (type == typeof(uint))
                return Read<uint>();
            return type == typeof(long) ? Read<long>() : [];

            string[] Read<T>()
            {
                VBuffer<T> names = default;
                column.GetKeyValues(ref names);
                return [.. names.DenseValues().Select(name => string.Create(CultureInfo.InvariantCulture, $"{name}"))];
            }
        }

        /// <summary>An annotation with the labels' names, of the kind that ML.NET gives slots (of scores) and values (of keys).</summary>
        public static DataViewSchema.Annotations Annotation(string kind, IReadOnlyList<string> labels)
        {
            ReadOnlyMemory<char>[] names = [.. labels.Select(label => label.AsMemory())];
            var builder = new DataViewSchema.Annotations.Builder();
            builder.Add(
                kind,
                new VectorDataViewType(TextDataViewType.Instance, names.Length),
                (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(names.Length, names).CopyTo(ref value));
            return builder.ToAnnotations();
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

    /// <summary>Labels as keys in a pipeline.</summary>
    public static class BertLabelToKeyCatalog
    {
        /// <summary>
        /// Maps a text column of labels to keys whose values are the model's labels in order, so that key and score agree in
        /// <c>MulticlassClassification.Evaluate</c>. A label is called by its name, in any case of its letters, or by its index where
        /// the model names none by a number. Empty text becomes the missing key; any other label is an error when its row is read.
        /// </summary>
        /// <param name="catalog">The transforms catalog.</param>
        /// <param name="modelPath">The model folder.</param>
        /// <param name="outputColumnName">The keys' column.</param>
        /// <param name="inputColumnName">The labels' column; <paramref name="outputColumnName"/> where it is null.</param>
        /// <exception cref="BertMLNetException">The model folder has no readable <c>config.json</c>, or a label has no name.</exception>
        public static BertEstimator BertLabelToKey(
            this TransformsCatalog catalog, string modelPath, string outputColumnName = "Label", string? inputColumnName = null)
        {
            ArgumentNullException.ThrowIfNull(catalog);
            var options = new BertLabelToKeyOptions
            {
                ModelPath = modelPath,
                InputColumnName = inputColumnName ?? outputColumnName,
                OutputColumnName = outputColumnName,
            };
            _ = options.Labels();
            return new BertEstimator(options);
        }
    }
}
