using BertMLNet.Modeling;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace BertMLNet.Bench;

/// <summary>ML.NET's own ApplyOnnxModel, which scores row by row, on the columns that BertTokenize makes.</summary>
internal sealed class OnnxTransformerScorer : PairScorer
{
    private readonly MLContext _context = new();
    private readonly TransformerChain<OnnxTransformer> _model;

    public OnnxTransformerScorer(string model)
    {
        var pipeline = _context.Transforms.BertTokenize(model)
            .Append(_context.Transforms.ApplyOnnxModel(["logits"], ["input_ids", "attention_mask", "token_type_ids"], new ModelFolder(model).OnnxPath));
        _model = pipeline.Fit(_context.Data.LoadFromEnumerable(Array.Empty<TextRow>()));
    }

    public override int[] Score(TextRow[] rows)
    {
        IDataView scored = _model.Transform(_context.Data.LoadFromEnumerable(rows));
        return [.. scored.GetColumn<float[]>("logits").Select(logits => logits[1] > logits[0] ? 1 : 0)];
    }

    public override void Dispose() => _model.Dispose();
}
