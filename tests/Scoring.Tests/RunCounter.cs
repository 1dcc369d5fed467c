using System.Text.Json;
using BertMLNet.Scoring;
using BertMLNet.TestKit;

namespace BertMLNet.Tests;

/// <summary>Has ONNX Runtime's own profiler say what it ran. Read <see cref="Count"/> after the session is disposed.</summary>
internal sealed class RunCounter : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>How often the graph ran.</summary>
    public int Count => Runs().Count;

    /// <summary>How many runs were under way at the same time, at most.</summary>
    public int MostAtOnce
    {
        get
        {
            List<(long Start, long End)> runs = Runs();
            return runs.Max(run => runs.Count(other => other.Start <= run.Start && run.Start < other.End));
        }
    }

    public ScoringOptions CountIn(ScoringOptions options) => options with
    {
        ConfigureSession = session =>
        {
            session.ProfileOutputPathPrefix = _folder["profile"];
            session.EnableProfiling = true;
        },
    };

    public void Dispose() => _folder.Dispose();

    /// <summary>When each run began and ended, in microseconds.</summary>
    private List<(long Start, long End)> Runs()
    {
        var runs = new List<(long, long)>();
        foreach (string file in Directory.GetFiles(_folder.Path, "profile*.json"))
        {
            using JsonDocument profile = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (JsonElement item in profile.RootElement.EnumerateArray().Where(item => item.GetProperty("name").GetString() == "model_run"))
            {
                long start = item.GetProperty("ts").GetInt64();
                runs.Add((start, start + item.GetProperty("dur").GetInt64()));
            }
        }
        return runs;
    }
}
