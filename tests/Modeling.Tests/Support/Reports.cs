namespace BertMLNet.Modeling.Tests;

/// <summary>Collects progress reports in the order they are made, on the thread that makes them.</summary>
internal sealed class Reports<T>(List<T> reports) : IProgress<T>
{
    public void Report(T value) => reports.Add(value);
}
