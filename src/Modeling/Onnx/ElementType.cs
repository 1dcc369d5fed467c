namespace BertMLNet.Modeling;

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
