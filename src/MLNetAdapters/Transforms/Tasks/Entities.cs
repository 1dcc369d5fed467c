using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BertMLNet
{
    /// <summary>What <c>BertRecognizeEntities</c> reads, what it adds to the data, and how it reads entities.</summary>
    public sealed record BertRecognizeEntitiesOptions : BertScoringOptions
    {
        /// <summary>The texts' column; they may be of any length.</summary>
        public string TextColumnName { get; init; } = "Text";

        /// <summary>
        /// The column of a text a row: all of its entities as a JSON array of objects with <c>type</c>, <c>text</c>, <c>start</c>,
        /// <c>end</c> and <c>score</c>, in the text's order.
        /// </summary>
        public string EntitiesColumnName { get; init; } = "Entities";

        /// <summary>The column of the entities' types; it and the next four are vectors as long as the row has entities.</summary>
        public string TypeColumnName { get; init; } = "EntityType";

        /// <summary>The column of the entities' texts, exactly as they stand.</summary>
        public string EntityTextColumnName { get; init; } = "EntityText";

        /// <summary>The column of the entities' first characters, Int32 in UTF-16 units.</summary>
        public string StartColumnName { get; init; } = "EntityStart";

        /// <summary>The column of the characters after the entities' last, Int32 in UTF-16 units.</summary>
        public string EndColumnName { get; init; } = "EntityEnd";

        /// <summary>The column of the entities' probabilities, Single.</summary>
        public string ScoreColumnName { get; init; } = "EntityScore";

        /// <summary>How texts are cut into windows and entities read.</summary>
        public EntityOptions Recognition { get; init; } = new();

        internal override IReadOnlyList<string> InputColumns => [TextColumnName];

        internal override IEnumerable<DataViewSchema.DetachedColumn> Foretell() => Columns().Select(output => output.Column);

        internal override OpenModel Open() => new EntityModel(this, EntityRecognizer.Load(ModelPath, Recognition, Scoring));

        /// <summary>The added columns.</summary>
        internal IReadOnlyList<OutputColumn<IReadOnlyList<RecognizedEntity>>> Columns()
        {
            var text = TextDataViewType.Instance;
            NumberDataViewType single = NumberDataViewType.Single, int32 = NumberDataViewType.Int32;
            return
            [
                OutputColumn<IReadOnlyList<RecognizedEntity>>.Value(
                    EntitiesColumnName, SavedEntities.EntitiesColumn, text, row => RecognizedEntity.ToJson(row).AsMemory()),
                Vector(TypeColumnName, SavedEntities.TypeColumn, text, entity => entity.Type.AsMemory()),
                Vector(EntityTextColumnName, SavedEntities.TextColumn, text, entity => entity.Text.AsMemory()),
                Vector(StartColumnName, SavedEntities.StartColumn, int32, entity => entity.Start),
                Vector(EndColumnName, SavedEntities.EndColumn, int32, entity => entity.End),
                Vector(ScoreColumnName, SavedEntities.ScoreColumn, single, entity => (float)entity.Score),
            ];

            // A slot an entity; texts differ in how many they have.
            static OutputColumn<IReadOnlyList<RecognizedEntity>> Vector<T>(
                string name, string savedAs, PrimitiveDataViewType type, Func<RecognizedEntity, T> read) =>
                OutputColumn<IReadOnlyList<RecognizedEntity>>.Vector(
                    name, savedAs, new VectorDataViewType(type), row => row.Count, (row, i) => read(row[i]));
        }
    }

    /// <summary>An open recogniser: a text in, its entities out.</summary>
    internal sealed class EntityModel(BertRecognizeEntitiesOptions options, EntityRecognizer recognizer)
        : OpenModel<IReadOnlyList<RecognizedEntity>>(options.Columns())
    {
        public override IEnumerable<IReadOnlyList<RecognizedEntity>> ScoreStream(IEnumerable<TextPair> rows) =>
            recognizer.RecognizeStream(rows.Select(row => new EntityInput(row.First)), CancellationToken.None);

        public override IReadOnlyList<RecognizedEntity> Score(TextPair row) => recognizer.Recognize(row.First);

        public override void Dispose() => recognizer.Dispose();

        public override ITransformer ToBuiltIn() =>
            SavedChain.Build(options, Outputs, new SavedEntitiesMapping(), SavedEntitiesMapping.Contract);
    }

    /// <summary>What the custom mapping of a saved entity recognising transformer writes.</summary>
    internal sealed class SavedEntities
    {
        internal const string EntitiesColumn = "__bertmlnet_entities";
        internal const string TypeColumn = "__bertmlnet_entity_type";
        internal const string TextColumn = "__bertmlnet_entity_text";
        internal const string StartColumn = "__bertmlnet_entity_start";
        internal const string EndColumn = "__bertmlnet_entity_end";
        internal const string ScoreColumn = "__bertmlnet_entity_score";

        [ColumnName(EntitiesColumn)]
        public string Entities { get; set; } = "";

        [ColumnName(TypeColumn)]
        [VectorType]
        public string[] Type { get; set; } = [];

        [ColumnName(TextColumn)]
        [VectorType]
        public string[] Text { get; set; } = [];

        [ColumnName(StartColumn)]
        [VectorType]
        public int[] Start { get; set; } = [];

        [ColumnName(EndColumn)]
        [VectorType]
        public int[] End { get; set; } = [];

        [ColumnName(ScoreColumn)]
        [VectorType]
        public float[] Score { get; set; } = [];
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class SavedEntitiesMapping : SavedMapping<IReadOnlyList<RecognizedEntity>, SavedEntities>
    {
        internal const string Contract = "BertMLNet.RecognizeEntities.v1";

        protected override void Write(
            OpenModel<IReadOnlyList<RecognizedEntity>> model, IReadOnlyList<RecognizedEntity> result, SavedEntities output)
        {
            output.Entities = RecognizedEntity.ToJson(result);
            output.Type = [.. result.Select(entity => entity.Type)];
            output.Text = [.. result.Select(entity => entity.Text)];
            output.Start = [.. result.Select(entity => entity.Start)];
            output.End = [.. result.Select(entity => entity.End)];
            output.Score = [.. result.Select(entity => (float)entity.Score)];
        }
    }
}

namespace Microsoft.ML
{
    using BertMLNet;

    /// <summary>Entity recognition in a pipeline.</summary>
    public static class BertEntityCatalog
    {
        /// <summary>
        /// Finds entities in texts with a fine-tuned BERT: adds them as JSON (<c>Entities</c>), and as vectors with a slot each, their
        /// types, texts, places in the text and probabilities (<c>EntityType</c>, <c>EntityText</c>, <c>EntityStart</c>,
        /// <c>EntityEnd</c>, <c>EntityScore</c>). For other names use <see cref="BertRecognizeEntitiesOptions"/>.
        /// </summary>
        /// <param name="catalog">The transforms catalog.</param>
        /// <param name="modelPath">The model folder.</param>
        /// <param name="textColumnName">The texts' column.</param>
        /// <param name="entitiesColumnName">The column of the entities as JSON.</param>
        /// <param name="aggregation">How a word's label comes of its tokens'.</param>
        /// <param name="gpuDeviceId">The GPU to score on; the CPU where it is null.</param>
        /// <param name="fallbackToCpu">Scores on the CPU where the GPU cannot be used.</param>
        public static BertEstimator BertRecognizeEntities(
            this TransformsCatalog catalog,
            string modelPath,
            string textColumnName = "Text",
            string entitiesColumnName = "Entities",
            EntityAggregation aggregation = EntityAggregation.First,
            int? gpuDeviceId = null,
            bool fallbackToCpu = false) =>
            catalog.BertRecognizeEntities(new BertRecognizeEntitiesOptions
            {
                ModelPath = modelPath,
                TextColumnName = textColumnName,
                EntitiesColumnName = entitiesColumnName,
                Recognition = new EntityOptions { Aggregation = aggregation },
                Scoring = new ScoringOptions { GpuDeviceId = gpuDeviceId, FallbackToCpu = fallbackToCpu },
            });

        /// <summary>Finds entities in texts with a fine-tuned BERT.</summary>
        public static BertEstimator BertRecognizeEntities(this TransformsCatalog catalog, BertRecognizeEntitiesOptions options)
        {
            ArgumentNullException.ThrowIfNull(catalog);
            return new BertEstimator(options);
        }

        /// <summary>Finds entities with the context's GPU settings and log where the options have none.</summary>
        public static BertEstimator BertRecognizeEntities(this MLContext context, BertRecognizeEntitiesOptions options) =>
            context.Estimator(options, nameof(BertRecognizeEntities));
    }
}
