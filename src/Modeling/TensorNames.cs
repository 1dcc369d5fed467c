namespace BertMLNet.Modeling;

/// <summary>The names of an exported graph's inputs and outputs.</summary>
/// <param name="InputIds">Vocabulary ids, [batch, sequence].</param>
/// <param name="AttentionMask">1 for real tokens, 0 for padding, [batch, sequence].</param>
/// <param name="TokenTypeIds">Segments, [batch, sequence].</param>
/// <param name="InputType">The element type of the three inputs.</param>
public sealed record TensorNames(string InputIds, string AttentionMask, string TokenTypeIds, ElementType InputType)
{
    /// <summary>The first texts, [batch], where the tokenizer is in the graph.</summary>
    public const string Sentence1 = "sentence1";

    /// <summary>The second texts, [batch], where the tokenizer is in the graph.</summary>
    public const string Sentence2 = "sentence2";

    /// <summary>The index of the largest logit, [batch], where the tokenizer is in the graph.</summary>
    public const string ClassId = "class_id";

    /// <summary>That class's name, [batch], where the tokenizer is in the graph.</summary>
    public const string Class = "class";

    /// <summary>The classification head's output, [batch, labels].</summary>
    public const string Logits = "logits";

    /// <summary>The question answering head's first output, [batch, sequence].</summary>
    public const string StartLogits = "start_logits";

    /// <summary>The question answering head's second output, [batch, sequence].</summary>
    public const string EndLogits = "end_logits";

    /// <summary>The encoder's output where there is no head, [batch, sequence, hidden].</summary>
    public const string LastHiddenState = "last_hidden_state";

    /// <summary>The pooled [CLS] vector where there is no head, [batch, hidden].</summary>
    public const string PoolerOutput = "pooler_output";

    /// <summary>A text's vector, [batch, hidden].</summary>
    public const string SentenceEmbedding = "sentence_embedding";

    /// <summary>The masked-token head's output, [masked, vocabulary], in training and evaluation.</summary>
    public const string PredictionLogits = "prediction_logits";

    /// <summary>The judgement of two texts in pre-training, [batch, 2], in training and evaluation.</summary>
    public const string RelationshipLogits = "seq_relationship_logits";

    /// <summary>Hugging Face's names, 64-bit integers.</summary>
    public static TensorNames HuggingFace { get; } = new("input_ids", "attention_mask", "token_type_ids", ElementType.Int64);

    /// <summary>The names of TensorFlow's BERT modules, 32-bit integers.</summary>
    public static TensorNames TensorFlow { get; } = new("input_word_ids", "input_mask", "input_type_ids", ElementType.Int32);
}

/// <summary>A tensor's element type, numbered as ONNX's <c>TensorProto.DataType</c>.</summary>
public enum ElementType
{
    /// <summary>No type; never valid in a graph.</summary>
    Undefined = 0,

    /// <summary>32-bit floating point.</summary>
    Float = 1,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 2,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 3,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 6,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 7,

    /// <summary>UTF-8 text.</summary>
    String = 8,

    /// <summary>One byte a truth value.</summary>
    Bool = 9,

    /// <summary>IEEE 754 half precision.</summary>
    Float16 = 10,

    /// <summary>64-bit floating point.</summary>
    Double = 11,

    /// <summary>The upper half of a 32-bit float.</summary>
    BFloat16 = 16,
}
