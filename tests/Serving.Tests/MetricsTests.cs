using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace BertMLNet.AspNetCore.Tests;

/// <summary>Meters are the process's: no other service may count at the same time.</summary>
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
public static class MetricsCollection;

/// <summary>What a service measures, as OpenTelemetry sees it.</summary>
[Collection(nameof(MetricsTests))]
public sealed class MetricsTests : IDisposable
{
    private readonly TinyModel _pairs = TinyModel.Pairs();

    public void Dispose() => _pairs.Dispose();

    [Fact]
    public async Task OpenTelemetry_takes_up_the_metrics()
    {
        var exported = new List<Metric>();
        using MeterProvider provider = Sdk.CreateMeterProviderBuilder().AddMeter(BertMetrics.MeterName).AddInMemoryExporter(exported).Build();
        await using (TestService service = await TestService.StartAsync(
            services => services.AddBertPairClassifier(_pairs.Path, options => options.MaxRows = 5)))
        {
            await service.AskAsync("/predict", new { inputs = new[] { "w1", "w2" } });
            await service.AskAsync("/predict", new { inputs = new[] { new[] { "w1", "w2" }, ["w3", "w4"], ["w5", "w6"] } });
            Assert.Equal(413, (await service.PostAsync("/predict", JsonSerializer.Serialize(new { inputs = Enumerable.Repeat(new[] { "a", "b" }, 6) }))).Status);
            provider.ForceFlush();
        }
        Dictionary<string, Metric> metrics = exported.ToDictionary(metric => metric.Name);
        Assert.Equal(["bert.batch.rows", "bert.queue.time", "bert.request.duration", "bert.requests", "bert.rows"], metrics.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(2, Point(metrics["bert.requests"], "done").GetSumLong());
        Assert.Equal(4, Point(metrics["bert.rows"]).GetSumLong());
        Assert.Equal(4, Point(metrics["bert.batch.rows"]).GetHistogramSum());
        Assert.Equal(2, Point(metrics["bert.batch.rows"]).GetHistogramCount());
        Assert.Equal(2, Point(metrics["bert.request.duration"]).GetHistogramCount());
        Assert.InRange(Point(metrics["bert.request.duration"]).GetHistogramSum(), 0, 600);
        Assert.InRange(Point(metrics["bert.queue.time"]).GetHistogramSum(), 0, Point(metrics["bert.request.duration"]).GetHistogramSum());
        Assert.Equal("s", metrics["bert.queue.time"].Unit);
    }

    private static MetricPoint Point(Metric metric, string? outcome = null)
    {
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            foreach (KeyValuePair<string, object?> tag in point.Tags)
            {
                if (outcome is null ? tag is { Key: "bert.task", Value: "text_pairs" } : (tag.Key == "bert.outcome" && (string?)tag.Value == outcome))
                    return point;
            }
        }
        throw new InvalidOperationException($"{metric.Name} has no such point");
    }
}
