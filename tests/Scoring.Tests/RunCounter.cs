using System.Text.Json;
using BertMLNet.Scoring;
using BertMLNet.TestKit;

namespace BertMLNet.Tests;

/// <summary>Has ONNX Runtime's own profiler say what it ran. Read <see cref="Count"/> after the session is disposed.</summary>
internal sealed class RunCounter : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>How often the graph ran.</summary>
    public int Count => Directory.GetFiles(_folder.Path, "profile*.json").Sum(Runs);

    public ScoringOptions CountIn(ScoringOptions options) => options with
    {
        ConfigureSession = session =>
        {
            session.ProfileOutputPathPrefix = _folder["profile"];
            session.EnableProfiling = true;
        },
    };

    public void Dispose() => _folder.Dispose();

    private static int Runs(string file)
    {
        using JsonDocument profile = JsonDocument.Parse(File.ReadAllBytes(file));
        return profile.RootElement.EnumerateArray().Count(item => item.GetProperty("name").GetString() == "model_run");
    }
}
