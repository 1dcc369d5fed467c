namespace BertMLNet.Export;

/// <summary>The versions and domains of the format that BertMLNet writes.</summary>
public static class Opset
{
    /// <summary>ONNX's own operator set.</summary>
    public const int Version = 17;

    /// <summary>The file format's version.</summary>
    public const int IrVersion = 8;

    /// <summary>The domain of ONNX Runtime's contributed operators.</summary>
    public const string Microsoft = "com.microsoft";

    /// <summary>The domain of onnxruntime-extensions, a library of its own.</summary>
    public const string Extensions = "ai.onnx.contrib";
}
