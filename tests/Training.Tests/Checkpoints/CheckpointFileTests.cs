using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

public sealed class CheckpointFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void State_and_tensors_come_back_bit_for_bit()
    {
        var state = new TrainingState
        {
            Settings = new Dictionary<string, string> { ["seed"] = "7" },
            Update = 12,
            EpochLoss = 0.1 + 0.2,
            PointLoss = double.NaN,
            Elapsed = TimeSpan.FromTicks(123456789),
            Epochs = [new ReportEpoch(1, 1.0 / 3, new ClassificationMetrics(["no", "yes"], new[,] { { 1, 2 }, { 3, 4 } }, 0.7, "f1"))],
            Steps = [new ReportStep(3, 2.0 / 3, 1e-5)],
        };
        float[] values = [1f / 3, -0f, float.NaN, float.Epsilon];
        CheckpointFile.Write(_folder["a.ckpt"], state, [("x", 4), ("y", 2)], (name, buffer) =>
            (name == "x" ? values : [5, 6]).AsSpan().CopyTo(buffer.Span));

        var tensors = new Dictionary<string, float[]>();
        TrainingState read = CheckpointFile.Read(_folder["a.ckpt"], (_, _) => (name, buffer) => tensors.Add(name, buffer.ToArray()));

        Assert.Equal(values.Select(BitConverter.SingleToInt32Bits), tensors["x"].Select(BitConverter.SingleToInt32Bits));
        Assert.Equal([5f, 6f], tensors["y"]);
        Assert.Equal((12, 0.1 + 0.2, double.NaN, state.Elapsed), (read.Update, read.EpochLoss, read.PointLoss, read.Elapsed));
        Assert.Equal("7", read.Settings["seed"]);
        Assert.Equal(state.Steps, read.Steps);
        TaskMetrics metrics = read.Epochs[0].Metrics;
        Assert.Equal(state.Epochs[0].Metrics.Values, metrics.Values);
        Assert.Equal(("f1", 0.7), (metrics.PrimaryName, metrics.Loss));

        // What was read is written alike again: metrics keep what only their own task knows.
        CheckpointFile.Write(_folder["b.ckpt"], read, [("x", 4), ("y", 2)], (name, buffer) => tensors[name].CopyTo(buffer));
        Assert.Equal(File.ReadAllBytes(_folder["a.ckpt"]), File.ReadAllBytes(_folder["b.ckpt"]));
    }

    [Fact]
    public void Every_damage_is_found()
    {
        CheckpointFile.Write(_folder["a.ckpt"], new TrainingState(), [("x", 10)], (_, buffer) => buffer.Span.Fill(1));
        byte[] good = File.ReadAllBytes(_folder["a.ckpt"]);
        var random = new Random(1);
        for (int run = 0; run < 300; run++)
        {
            byte[] bytes = run % 3 == 0 ? good[..random.Next(good.Length)] : [.. good];
            if (run % 3 != 0)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(_folder["b.ckpt"], bytes);

            var exception = Assert.Throws<BertMLNetException>(() => CheckpointFile.Read(_folder["b.ckpt"], (_, _) => null));
            Assert.Contains("b.ckpt: the checkpoint is damaged", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_an_interrupted_write_left_is_removed()
    {
        File.WriteAllText(_folder["state-000000001.ckpt.0123.tmp"], "half");
        _ = new CheckpointStore(_folder.Path);

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }
}
