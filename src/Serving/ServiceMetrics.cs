using System.Diagnostics.Metrics;

namespace BertMLNet.AspNetCore;

/// <summary>
/// What a service counts and measures, under the meter <see cref="MeterName"/>: in OpenTelemetry <c>AddMeter(BertMetrics.MeterName)</c>.
/// </summary>
public static class BertMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "BertMLNet.AspNetCore";
}

/// <summary>The instruments, one set for all models of a service; the tag <c>bert.task</c> tells which model.</summary>
internal sealed class ServiceMetrics
{
    public const string Done = "done";
    public const string Refused = "refused";
    public const string Cancelled = "cancelled";
    public const string Failed = "failed";

    private const string Task = "bert.task";

    private readonly Counter<long> _requests;
    private readonly Counter<long> _rows;
    private readonly Histogram<long> _batchRows;
    private readonly Histogram<double> _queueTime;
    private readonly Histogram<double> _duration;

    public ServiceMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(BertMetrics.MeterName);
        _requests = meter.CreateCounter<long>(
            "bert.requests", "{request}", "Requests by how they ended (bert.outcome: done, refused, cancelled, failed).");
        _rows = meter.CreateCounter<long>("bert.rows", "{row}", "Rows of requests that were scored.");
        _batchRows = meter.CreateHistogram("bert.batch.rows", "{row}", "Rows that were scored together.", advice: new InstrumentAdvice<long>
        {
            HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256],
        });
        _queueTime = meter.CreateHistogram("bert.queue.time", "s", "From a request's arrival to its batch's beginning.", advice: Seconds());
        _duration = meter.CreateHistogram("bert.request.duration", "s", "From a request's arrival to its results.", advice: Seconds());
    }

    /// <summary>The instruments of one model.</summary>
    public OfModel For(string task) => new(this, task);

    private static InstrumentAdvice<double> Seconds() => new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    /// <summary>The instruments with a model's tag.</summary>
    internal sealed class OfModel(ServiceMetrics metrics, string task)
    {
        private readonly KeyValuePair<string, object?> _task = new(Task, task);

        /// <summary>Counts a request that has come to its end.</summary>
        public void RequestEnded(string outcome, int rows, TimeSpan duration)
        {
            metrics._requests.Add(1, _task, new("bert.outcome", outcome));
            if (outcome != Done)
                return;
            metrics._rows.Add(rows, _task);
            metrics._duration.Record(duration.TotalSeconds, _task);
        }

        /// <summary>Measures how long a slice of a request waited.</summary>
        public void Waited(TimeSpan time) => metrics._queueTime.Record(time.TotalSeconds, _task);

        /// <summary>Measures a batch.</summary>
        public void BatchBegins(int rows) => metrics._batchRows.Record(rows, _task);
    }
}
