namespace BertMLNet.Bench;

/// <summary>The machine that figures belong to.</summary>
internal static class Machine
{
    private const string ProcessorFile = "/proc/cpuinfo";

    /// <summary>The processor's name, where the system tells it.</summary>
    public static string Processor() => File.Exists(ProcessorFile)
        ? File.ReadLines(ProcessorFile).First(line => line.StartsWith("model name", StringComparison.Ordinal)).Split(':')[1].Trim()
        : "unknown";
}
