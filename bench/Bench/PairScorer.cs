using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Bench;

/// <summary>A way of scoring pairs: rows in, class indices out.</summary>
internal abstract class PairScorer : IDisposable
{
    public static PairScorer Create(string through, string model, ScoringOptions options) => through switch
    {
        "idataview" => new ThroughDataView(model, options),
        "one-row" => new RowByRow(model, options),
        "apply-onnx-model" => new OnnxTransformerScorer(model),
        _ => new Directly(model, options),
    };

    public abstract int[] Score(TextRow[] rows);

    public abstract void Dispose();

    private sealed class Directly(string model, ScoringOptions options) : PairScorer
    {
        private readonly PairClassifier _classifier = PairClassifier.Load(model, options);

        public override int[] Score(TextRow[] rows)
        {
            TextPair[] pairs = Array.ConvertAll(rows, row => new TextPair(row.Sentence1, row.Sentence2));
            return Array.ConvertAll(_classifier.ScoreBatch(pairs), prediction => prediction.LabelIndex);
        }

        public override void Dispose() => _classifier.Dispose();
    }

    /// <summary>One run of the graph a row, as ML.NET's ApplyOnnxModel makes them.</summary>
    private sealed class RowByRow(string model, ScoringOptions options) : PairScorer
    {
        private readonly PairClassifier _classifier = PairClassifier.Load(model, options);

        public override int[] Score(TextRow[] rows) => Array.ConvertAll(rows, row => _classifier.Score(row.Sentence1, row.Sentence2).LabelIndex);

        public override void Dispose() => _classifier.Dispose();
    }

    private sealed class ThroughDataView : PairScorer
    {
        private readonly MLContext _context = new();
        private readonly ITransformer _model;

        public ThroughDataView(string model, ScoringOptions options)
        {
            var estimator = _context.Transforms.BertPairClassify(new BertPairClassifyOptions { ModelPath = model, Scoring = options });
            _model = estimator.Fit(_context.Data.LoadFromEnumerable(Array.Empty<TextRow>()));
        }

        public override int[] Score(TextRow[] rows)
        {
            IDataView scored = _model.Transform(_context.Data.LoadFromEnumerable(rows));
            var labels = new List<int>(rows.Length);
            foreach (Prediction row in _context.Data.CreateEnumerable<Prediction>(scored, reuseRowObject: true))
                labels.Add(row.Score[1] > row.Score[0] ? 1 : 0);
            return [.. labels];
        }

        public override void Dispose() => (_model as IDisposable)?.Dispose();

        private sealed class Prediction
        {
            [VectorType]
            public float[] Score { get; set; } = [];
        }
    }
}
