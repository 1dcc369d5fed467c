using System.Security.Cryptography;
using BertMLNet.Modeling;
using BertMLNet.Modeling.Tests;
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

    [Theory]
    [InlineData("\"primary\":\"f1\"", "\"primary\":\"x1\"")]
    [InlineData("\"primary\":\"f1\"", "\"primary\":7777")]
    [InlineData("\"values\":", "\"walues\":")]
    [InlineData("\"loss\":0.7", "\"loss\":[7]")]
    [InlineData("\"BestEpoch\":1", "\"BestEpoch\":9")]
    [InlineData("\"BestEpoch\":1", "\"BestEpoch\":x")]
    [InlineData("\"Steps\":[]", "\"Steps\":{}")]
    [InlineData("\"Length\":10", "\"Length\":-1")]
    public void A_header_that_cannot_be_is_damage_whatever_its_checksum_says(string part, string wrong)
    {
        var state = new TrainingState
        {
            BestEpoch = 1,
            Epochs = [new ReportEpoch(1, 1.0 / 3, new ClassificationMetrics(["no", "yes"], new[,] { { 1, 2 }, { 3, 4 } }, 0.7, "f1"))],
        };
        CheckpointFile.Write(_folder["a.ckpt"], state, [("x", 10)], (_, buffer) => buffer.Span.Fill(1));
        byte[] bytes = File.ReadAllBytes(_folder["a.ckpt"]);
        int place = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(part));
        Assert.True(place > 0, part);
        System.Text.Encoding.UTF8.GetBytes(wrong).CopyTo(bytes, place);
        System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(..^32)).CopyTo(bytes, bytes.Length - 32);
        File.WriteAllBytes(_folder["a.ckpt"], bytes);

        var exception = Assert.Throws<BertMLNetException>(() => CheckpointFile.Read(_folder["a.ckpt"], (_, _) => null));
        Assert.Contains("a.ckpt: the checkpoint is damaged: its header", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    /// <summary>Half of the files have the checksum of what they hold.</summary>
    [Fact]
    public void A_damaged_state_is_read_or_refused_with_one_line()
    {
        var state = new TrainingState
        {
            Settings = new Dictionary<string, string> { ["seed"] = "7" },
            BestEpoch = 1,
            Epochs = [new ReportEpoch(1, 1.0 / 3, new ClassificationMetrics(["no", "yes"], new[,] { { 1, 2 }, { 3, 4 } }, 0.7, "f1"))],
            Steps = [new ReportStep(3, 2.0 / 3, 1e-5)],
        };
        CheckpointFile.Write(_folder["a.ckpt"], state, [("x", 10), ("y", 3)], (_, buffer) => buffer.Span.Fill(1));
        byte[] good = File.ReadAllBytes(_folder["a.ckpt"]);

        DamageRun.Of<BertMLNetException>((random, folder) =>
        {
            byte[] bytes = Mutation.Of(good, random);
            if (random.Next(2) == 0 && bytes.Length > 32)
                SHA256.HashData(bytes.AsSpan(..^32)).CopyTo(bytes, bytes.Length - 32);
            File.WriteAllBytes(folder["state-000000001.ckpt"], bytes);
            _ = new CheckpointStore(folder.Path).ReadState()?.ToOutcome();
            CheckpointFile.Read(folder["state-000000001.ckpt"], (_, _) => (_, _) => { });
        });
    }

    [Fact]
    public void What_an_interrupted_write_left_is_removed()
    {
        File.WriteAllText(_folder["state-000000001.ckpt.0123.tmp"], "half");
        _ = new CheckpointStore(_folder.Path);

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }
}
