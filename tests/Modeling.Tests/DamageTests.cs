using System.IO.Compression;
using System.Text;
using BertMLNet.TestKit;

namespace BertMLNet.Modeling.Tests;

/// <summary>
/// Feeds damaged variants of every format to the readers. Half of the variants are damaged below the checksums, so that
/// these do not hide what lies beneath.
/// </summary>
public sealed class DamageTests
{
    private static string Golden(string name) => Path.Combine(Repository.Root, "tests", "oracles", "golden", "torch", name);

    [Fact]
    public void Damaged_configurations_end_in_a_clean_error()
    {
        byte[] json = Encoding.UTF8.GetBytes((Models.Tiny with { Labels = ["no", "yes", "日本"] }).ToJson(Heads.Classes));
        Run((random, folder) =>
        {
            File.WriteAllBytes(folder["config.json"], Mutation.Of(json, random));
            BertConfig.Load(folder["config.json"]);
        });
    }

    [Fact]
    public void Damaged_safetensors_end_in_a_clean_error()
    {
        using var folder = new TemporaryFolder();
        ParameterSet model = Models.Random(Models.Tiny, Heads.Classes, seed: 1);
        SafetensorsWriter.Write(folder["good"], Models.Tensors(model), name => model[name]);
        byte[] good = File.ReadAllBytes(folder["good"]);
        int header = BitConverter.ToInt32(good);
        Run((random, work) =>
        {
            byte[] bad = Mutation.Of(good, random);
            if (random.Next(2) == 0)
            {
                byte[] text = Mutation.Of(good[8..(8 + header)], random);
                bad = [.. BitConverter.GetBytes((long)text.Length), .. text, .. good[(8 + header)..]];
            }
            File.WriteAllBytes(work["bad.safetensors"], bad);
            LoadAll(work["bad.safetensors"], Heads.Classes);
        });
    }

    [Fact]
    public void Damaged_shard_indexes_end_in_a_clean_error()
    {
        byte[] good = Encoding.UTF8.GetBytes("""{"metadata": {"total_size": 16}, "weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors"}}""");
        Run((random, work) =>
        {
            SafetensorsWriter.Write(work["m-1.safetensors"], [("a", [2])], _ => new float[2]);
            SafetensorsWriter.Write(work["m-2.safetensors"], [("b", [2])], _ => new float[2]);
            File.WriteAllBytes(work["model.safetensors.index.json"], Mutation.Of(good, random));
            LoadAll(work["model.safetensors.index.json"], Heads.Encoder);
        });
    }

    [Theory]
    [InlineData("zip.bin")]
    [InlineData("wrapped-zip.bin")]
    public void Damaged_PyTorch_archives_end_in_a_clean_error(string file)
    {
        byte[] good = File.ReadAllBytes(Golden(file));
        Run((random, work) =>
        {
            if (random.Next(2) == 0)
                File.WriteAllBytes(work["bad.bin"], Mutation.Of(good, random));
            else
                RewriteZip(Golden(file), work["bad.bin"], random);
            LoadAll(work["bad.bin"], Heads.Encoder);
        });
    }

    [Theory]
    [InlineData("legacy.bin")]
    [InlineData("wrapped-legacy.bin")]
    public void Damaged_legacy_PyTorch_files_end_in_a_clean_error(string file)
    {
        byte[] good = File.ReadAllBytes(Golden(file));
        Run((random, work) =>
        {
            // The magic number stays, or every variant would end at it.
            File.WriteAllBytes(work["bad.bin"], [.. good[..14], .. Mutation.Of(good[14..], random)]);
            LoadAll(work["bad.bin"], Heads.Encoder);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Damaged_TensorFlow_checkpoints_end_in_a_clean_error(bool compress)
    {
        ParameterSet model = Models.Random(Models.Tiny, Heads.Classes, seed: 1);
        Run((random, work) =>
        {
            bool below = random.Next(2) == 0;
            var writer = new BundleWriter
            {
                Shards = 2,
                EntriesPerBlock = 20,
                EntriesPerRestart = 4,
                Compress = compress,
                Damage = below ? bytes => random.Next(3) == 0 ? Mutation.Of(bytes, random) : bytes : null,
            };
            TensorFlowModels.AddModelGarden(writer, model, "", byNumber: true);
            writer.Write(work["m"]);
            if (!below)
                Damage(work[random.Next(4) == 0 ? "m.data-00001-of-00002" : "m.index"], random);
            LoadAll(work["m"], Heads.Encoder);
        });
    }

    [Fact]
    public void Damaged_real_TensorFlow_indexes_end_in_a_clean_error()
    {
        byte[][] good =
        [
            .. new[] { "tf-bert-base-index/bert_model.ckpt.index", "tf-snappy-index/variables.index", "tf-string-tensor/variables.index" }
                .Select(name => File.ReadAllBytes(SharedData.PathOf("fixtures", "checkpoints", name))),
        ];
        Run((random, work) =>
        {
            // There are no data files: what can be read is the index.
            File.WriteAllBytes(work["m.index"], Mutation.Of(good[random.Next(good.Length)], random));
            CheckpointFormats.Open(work["m"]).Dispose();
        });
    }

    private static void Damage(string path, Random random) => File.WriteAllBytes(path, Mutation.Of(File.ReadAllBytes(path), random));

    /// <summary>Writes the archive anew with a damaged pickle or a cut storage, and with right checksums.</summary>
    private static void RewriteZip(string from, string to, Random random)
    {
        using ZipArchive source = ZipFile.OpenRead(from);
        using FileStream stream = File.Create(to);
        using var target = new ZipArchive(stream, ZipArchiveMode.Create);
        foreach (ZipArchiveEntry entry in source.Entries)
        {
            using var content = new MemoryStream();
            using (Stream stored = entry.Open())
                stored.CopyTo(content);
            byte[] bytes = content.ToArray();
            if (entry.Name == "data.pkl" || random.Next(20) == 0)
                bytes = Mutation.Of(bytes, random);
            using Stream copy = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
            copy.Write(bytes);
        }
    }

    /// <summary>Opens, reads every tensor that can be read, and loads a model; a clean error of one part does not end the others.</summary>
    private static void LoadAll(string path, Head head)
    {
        using ICheckpoint checkpoint = CheckpointFormats.Open(path);
        foreach ((string name, TensorInfo info) in checkpoint.Tensors)
        {
            // No tensor can be larger than the few kilobytes of its file, but for one of PyTorch's that repeats elements.
            bool small = info.Count is >= 0 and <= 1 << 20;
            Assert.True(small || checkpoint is PyTorchCheckpoint);
            if (small && ElementTypes.IsFloatingPoint(info.ElementType))
                Clean(() => checkpoint.Read(name));
        }
        Clean(() => ParameterSet.Load(checkpoint, Models.Tiny, head));
    }

    private static void Run(Action<Random, TemporaryFolder> variant) => DamageRun.Of<BertMLNetException>(variant);

    private static void Clean(Action action) => DamageRun.IsClean<BertMLNetException>(action);
}
