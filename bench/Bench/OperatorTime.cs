namespace BertMLNet.Bench;

/// <summary>What one operator costs a run.</summary>
/// <param name="Operator">The operator's name.</param>
/// <param name="Milliseconds">The time of all its nodes.</param>
/// <param name="Calls">The number of its nodes.</param>
/// <param name="GigaOperations">Floating-point operations, in thousands of millions; 0 where they are not counted.</param>
/// <param name="GigaBytes">What its nodes read and write, in thousands of millions of bytes.</param>
internal sealed record OperatorTime(string Operator, double Milliseconds, double Calls, double GigaOperations, double GigaBytes)
{
    /// <summary>Thousands of millions of floating-point operations a second.</summary>
    public double GigaOperationsPerSecond => GigaOperations == 0 ? 0 : GigaOperations / Milliseconds * 1000;
}
