using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BertMLNet
{
    /// <summary>What <c>BertEmbed</c> reads and adds to the data.</summary>
    public sealed record BertEmbedOptions : BertOptions
    {
        /// <summary>The texts' column.</summary>
        public string InputColumnName { get; init; } = "Text";

        /// <summary>The vectors' column, Single vectors as long as the model's are: features for any trainer.</summary>
        public string OutputColumnName { get; init; } = "Features";

        /// <summary>
        /// What stands before each text, such as e5's <c>query: </c>; null for <see cref="PromptName"/>, or else the model's own default.
        /// </summary>
        public string? Prompt { get; init; }

        /// <summary>The same by its name in the model's <c>config_sentence_transformers.json</c>.</summary>
        public string? PromptName { get; init; }

        /// <summary>How the model is run.</summary>
        public ScoringOptions Scoring { get; init; } = new();

        internal override IReadOnlyList<string> InputColumns => [InputColumnName];

        internal override IEnumerable<DataViewSchema.DetachedColumn> Foretell() =>
            Columns(TextEmbedder.DimensionsOf(ModelPath)).Select(output => output.Column);

        internal override OpenModel Open()
        {
            TextEmbedder embedder = TextEmbedder.Load(ModelPath, Scoring);
            try
            {
                return new EmbeddingModel(this, embedder, Prompt ?? (PromptName is null ? null : embedder.Prompt(PromptName)));
            }
            catch
            {
                embedder.Dispose();
                throw;
            }
        }

        internal override string? Graph => Scoring.Graph;

        internal override BertOptions Packed() => this with { ModelPath = "", Scoring = PackedGraph.Of(ModelPath, Scoring) };

        internal override BertOptions With(MLContext context, string source) => this with { Scoring = Scoring.With(context, source) };

        internal IReadOnlyList<OutputColumn<ReadOnlyMemory<float>>> Columns(int dimensions) =>
        [
            OutputColumn<ReadOnlyMemory<float>>.Vector(
                OutputColumnName,
                SavedEmbedding.Column,
                new VectorDataViewType(NumberDataViewType.Single, dimensions),
                row => row.Length,
                (row, i) => row.Span[i]),
        ];
    }

    /// <summary>An open embedder: a text column in, its vectors out.</summary>
    internal sealed class EmbeddingModel(BertEmbedOptions options, TextEmbedder embedder, string? prompt)
        : OpenModel<ReadOnlyMemory<float>>(options.Columns(embedder.Dimensions))
    {
        public override IEnumerable<ReadOnlyMemory<float>> ScoreStream(IEnumerable<TextPair> rows) =>
            embedder.EmbedStream(rows.Select(row => row.First), prompt);

        public override ReadOnlyMemory<float> Score(TextPair row) => embedder.EmbedBatch(new[] { row.First }, prompt)[0];

        public override void Dispose() => embedder.Dispose();

        public override ITransformer ToBuiltIn() => SavedChain.Build(
            options,
            SavedModelFolder.ToGraph(options.ModelPath, options.Scoring.Graph),
            Outputs,
            transforms => transforms.CustomMapping(new SavedEmbeddingMapping().GetMapping(), SavedEmbeddingMapping.Contract)
                .Append(transforms.Concatenate(
                    SavedEmbedding.Column, [.. SavedEmbedding.Parts(embedder.Dimensions).Select(SavedEmbedding.PartOf)])),
            SavedEmbeddingMapping.Columns.Append(SavedEmbedding.Column));
    }

    /// <summary>
    /// What the custom mapping of a saved embedding transformer writes. A mapping's vectors have a length that its class fixes, or none
    /// that a schema knows of, which no trainer takes: so a vector is cut into parts as long as the powers of two that its length is
    /// the sum of, and these, put together again, make a vector of known length.
    /// </summary>
    internal sealed class SavedEmbedding
    {
        internal const string Column = "__bertmlnet_embedding";
        private const string PartPrefix = "__bertmlnet_part_";

        [ColumnName(PartPrefix + "1"), VectorType(1)]
        public float[] Part1 { get; set; } = [];

        [ColumnName(PartPrefix + "2"), VectorType(2)]
        public float[] Part2 { get; set; } = [];

        [ColumnName(PartPrefix + "4"), VectorType(4)]
        public float[] Part4 { get; set; } = [];

        [ColumnName(PartPrefix + "8"), VectorType(8)]
        public float[] Part8 { get; set; } = [];

        [ColumnName(PartPrefix + "16"), VectorType(16)]
        public float[] Part16 { get; set; } = [];

        [ColumnName(PartPrefix + "32"), VectorType(32)]
        public float[] Part32 { get; set; } = [];

        [ColumnName(PartPrefix + "64"), VectorType(64)]
        public float[] Part64 { get; set; } = [];

        [ColumnName(PartPrefix + "128"), VectorType(128)]
        public float[] Part128 { get; set; } = [];

        [ColumnName(PartPrefix + "256"), VectorType(256)]
        public float[] Part256 { get; set; } = [];

        [ColumnName(PartPrefix + "512"), VectorType(512)]
        public float[] Part512 { get; set; } = [];

        [ColumnName(PartPrefix + "1024"), VectorType(1024)]
        public float[] Part1024 { get; set; } = [];

        [ColumnName(PartPrefix + "2048"), VectorType(2048)]
        public float[] Part2048 { get; set; } = [];

        [ColumnName(PartPrefix + "4096"), VectorType(4096)]
        public float[] Part4096 { get; set; } = [];

        [ColumnName(PartPrefix + "8192"), VectorType(8192)]
        public float[] Part8192 { get; set; } = [];

        [ColumnName(PartPrefix + "16384"), VectorType(16384)]
        public float[] Part16384 { get; set; } = [];

        /// <summary>The lengths of a vector's parts, the first ones first.</summary>
        public static IEnumerable<int> Parts(int length) =>
            Enumerable.Range(0, 15).Select(bit => 1 << bit).Where(part => (length & part) != 0);

        /// <summary>The column of a part.</summary>
        public static string PartOf(int length) => FormattableString.Invariant($"{PartPrefix}{length}");

        /// <summary>Takes a vector apart; parts that it has not are dropped unread.</summary>
        public void Set(ReadOnlySpan<float> vector)
        {
            int start = 0;
            foreach (int part in Parts(vector.Length))
            {
                float[] values = vector.Slice(start, part).ToArray();
                start += part;
                switch (part)
                {
                    case 1: Part1 = values; break;
                    case 2: Part2 = values; break;
                    case 4: Part4 = values; break;
                    case 8: Part8 = values; break;
                    case 16: Part16 = values; break;
                    case 32: Part32 = values; break;
                    case 64: Part64 = values; break;
                    case 128: Part128 = values; break;
                    case 256: Part256 = values; break;
                    case 512: Part512 = values; break;
                    case 1024: Part1024 = values; break;
                    case 2048: Part2048 = values; break;
                    case 4096: Part4096 = values; break;
                    case 8192: Part8192 = values; break;
                    default: Part16384 = values; break;
                }
            }
        }
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class SavedEmbeddingMapping : SavedMapping<ReadOnlyMemory<float>, SavedEmbedding>
    {
        internal const string Contract = "BertMLNet.Embed.v1";

        protected override void Write(OpenModel<ReadOnlyMemory<float>> model, ReadOnlyMemory<float> result, SavedEmbedding output) =>
            output.Set(result.Span);
    }
}

namespace Microsoft.ML
{
    using BertMLNet;

    /// <summary>Vectors of texts in a pipeline.</summary>
    public static class BertEmbedCatalog
    {
        /// <summary>
        /// Makes vectors of texts with a BERT whose folder says how they are pooled, as sentence-transformers' do: adds a Single vector as
        /// long as the model's are, which any trainer takes for features.
        /// </summary>
        /// <param name="catalog">The transforms catalog.</param>
        /// <param name="modelPath">The model folder.</param>
        /// <param name="inputColumnName">The texts' column.</param>
        /// <param name="outputColumnName">The vectors' column.</param>
        /// <param name="prompt">What stands before each text, such as e5's <c>query: </c>; null for the model's own default.</param>
        /// <param name="gpuDeviceId">The GPU to run on; the CPU where it is null.</param>
        /// <param name="fallbackToCpu">Runs on the CPU where the GPU cannot be used.</param>
        public static BertEstimator BertEmbed(
            this TransformsCatalog catalog,
            string modelPath,
            string inputColumnName = "Text",
            string outputColumnName = "Features",
            string? prompt = null,
            int? gpuDeviceId = null,
            bool fallbackToCpu = false) =>
            catalog.BertEmbed(new BertEmbedOptions
            {
                ModelPath = modelPath,
                InputColumnName = inputColumnName,
                OutputColumnName = outputColumnName,
                Prompt = prompt,
                Scoring = new ScoringOptions { GpuDeviceId = gpuDeviceId, FallbackToCpu = fallbackToCpu },
            });

        /// <summary>Makes vectors of texts.</summary>
        public static BertEstimator BertEmbed(this TransformsCatalog catalog, BertEmbedOptions options)
        {
            ArgumentNullException.ThrowIfNull(catalog);
            return new BertEstimator(options);
        }

        /// <summary>Makes vectors of texts with the context's GPU settings and log where the options have none.</summary>
        public static BertEstimator BertEmbed(this MLContext context, BertEmbedOptions options) =>
            context.Estimator(options, nameof(BertEmbed));
    }
}
