using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BertMLNet
{
    /// <summary>What <c>BertPairScore</c> reads, what it adds to the data, and how it scores.</summary>
    public sealed record BertPairScoreOptions : BertTextPairOptions
    {
        /// <summary>The score's column, a Single; see <see cref="PairScore"/>.</summary>
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>The added column.</summary>
        internal OutputColumn<PairScore> Column => OutputColumn<PairScore>.Value(
            ScoreColumnName, SavedPairScore.ScoreColumn, NumberDataViewType.Single, row => row.Score);

        internal override IEnumerable<DataViewSchema.DetachedColumn> Foretell() => [Column.Column];

        internal override OpenModel Open() => new PairScoreModel(this, PairScorer.Load(ModelPath, Scoring));
    }

    /// <summary>An open scorer: two text columns or one in, the score out.</summary>
    internal sealed class PairScoreModel(BertPairScoreOptions options, PairScorer scorer) : OpenModel<PairScore>([options.Column])
    {
        public override IEnumerable<PairScore> ScoreStream(IEnumerable<TextPair> rows) => scorer.ScoreStream(rows);

        public override PairScore Score(TextPair row) => scorer.Score(row);

        public override void Dispose() => scorer.Dispose();

        public override ITransformer ToBuiltIn() => SavedChain.Build(
            options, Outputs, new SavedPairScoreMapping(), SavedPairScoreMapping.Contract);
    }

    /// <summary>What the custom mapping of a saved score transformer writes.</summary>
    internal sealed class SavedPairScore
    {
        internal const string ScoreColumn = "__bertmlnet_pair_score";

        [ColumnName(ScoreColumn)]
        public float Score { get; set; }
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class SavedPairScoreMapping : SavedMapping<PairScore, SavedPairScore>
    {
        internal const string Contract = "BertMLNet.PairScore.v1";

        protected override void Write(OpenModel<PairScore> model, PairScore result, SavedPairScore output) => output.Score = result.Score;
    }
}

namespace Microsoft.ML
{
    using BertMLNet;

    /// <summary>Scores of sentence pairs in a pipeline.</summary>
    public static class BertPairScoreCatalog
    {
        /// <summary>
        /// Gives sentence pairs a value with a fine-tuned BERT, be it how alike they are or how well the second answers the first: adds one
        /// number, as <c>Regression.Evaluate</c> and <c>Ranking.Evaluate</c> expect it.
        /// </summary>
        /// <param name="catalog">The transforms catalog.</param>
        /// <param name="modelPath">The model folder, whose model has one output.</param>
        /// <param name="sentence1ColumnName">The first text's column.</param>
        /// <param name="sentence2ColumnName">The second text's column; null to score single texts.</param>
        /// <param name="scoreColumnName">The score's column.</param>
        /// <param name="gpuDeviceId">The GPU to score on; the CPU where it is null.</param>
        /// <param name="fallbackToCpu">Scores on the CPU where the GPU cannot be used.</param>
        public static BertEstimator BertPairScore(
            this TransformsCatalog catalog,
            string modelPath,
            string sentence1ColumnName = "Sentence1",
            string? sentence2ColumnName = "Sentence2",
            string scoreColumnName = "Score",
            int? gpuDeviceId = null,
            bool fallbackToCpu = false) =>
            catalog.BertPairScore(new BertPairScoreOptions
            {
                ModelPath = modelPath,
                Sentence1ColumnName = sentence1ColumnName,
                Sentence2ColumnName = sentence2ColumnName,
                ScoreColumnName = scoreColumnName,
                Scoring = new ScoringOptions { GpuDeviceId = gpuDeviceId, FallbackToCpu = fallbackToCpu },
            });

        /// <summary>Gives sentence pairs a value with a fine-tuned BERT.</summary>
        public static BertEstimator BertPairScore(this TransformsCatalog catalog, BertPairScoreOptions options)
        {
            ArgumentNullException.ThrowIfNull(catalog);
            return new BertEstimator(options);
        }

        /// <summary>Gives sentence pairs a value with the context's GPU settings and log where the options have none.</summary>
        public static BertEstimator BertPairScore(this MLContext context, BertPairScoreOptions options) =>
            context.Estimator(options, nameof(BertPairScore));
    }
}
