using Microsoft.ML.Data;

namespace MLNet.Conformance;

public sealed class LengthsOut
{
    public int Length { get; set; }

    [VectorType(2)]
    public float[] Pair { get; set; } = [];

    public string Upper { get; set; } = "";
}
