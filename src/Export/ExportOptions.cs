using BertMLNet.Tokenization;

namespace BertMLNet.Export;

/// <summary>What kind of graph to write.</summary>
public sealed record ExportOptions
{
    /// <summary>The names and the integer type of the inputs.</summary>
    public TensorNames Names { get; init; } = TensorNames.HuggingFace;

    /// <summary>
    /// The tokenizer to put into the graph of a pair classifier; the graph then takes texts, <c>sentence1</c> and
    /// <c>sentence2</c> [batch], and gives <c>logits</c>, <c>class_id</c> and <c>class</c>, as the module does that
    /// TensorFlow's tutorial on fine-tuning BERT exports. It runs where onnxruntime-extensions is registered, whose
    /// tokenizer knows fewer letters and marks than ours beyond Latin script. Null for a graph that takes ids.
    /// </summary>
    public WordPieceTokenizer? Tokenizer { get; init; }

    /// <summary>What weights are stored and results computed in.</summary>
    public GraphPrecision Precision { get; init; } = GraphPrecision.Single;

    /// <summary>ONNX's own operators, which every runtime has, or ONNX Runtime's fused ones; int8 graphs always have those.</summary>
    public GraphOperators Operators { get; init; } = GraphOperators.Standard;
}
