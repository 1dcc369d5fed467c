using System.Globalization;

namespace BertMLNet.Bench;

/// <summary>What is made of measured times.</summary>
internal static class Statistics
{
    /// <summary>The middle of the values; the mean of both middle ones where their number is even.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The most memory that this process has held, as Linux counts it; null elsewhere.</summary>
    public static double? PeakMemoryMiB()
    {
        const string Status = "/proc/self/status";
        if (!File.Exists(Status))
            return null;
        string line = File.ReadLines(Status).First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', '\t').First(part => part.Length > 0 && char.IsAsciiDigit(part[0])), CultureInfo.InvariantCulture) / 1024;
    }
}
