namespace BertMLNet.Modeling;

/// <summary>A tensor that lies in one piece in a file.</summary>
internal sealed record FileTensor(TensorInfo Info, long Offset);
