using System.IO.Compression;
using BertMLNet.Modeling;
using BertMLNet.Modeling.Tests;
using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>Damaged self-contained pipelines: as files, and, with right checksums, in what they say, pack and name.</summary>
public sealed class DamagedPipelineTests
{
    private static readonly string[] EvilNames =
    [
        "../evil", "0/../../evil", "/tmp/evil", "0//evil", "0/..\\evil", "C:\\evil", "0/vocab.txt/evil", "0/\0evil", "0/config.json",
        "..", "0/.", "",
    ];

    [Fact]
    public void Damaged_pipelines_end_in_a_clean_error_and_write_nowhere_else()
    {
        using var scenario = new Scenario(2);
        using var saved = new TemporaryFolder();
        using (BertTransformer transformer = scenario.Fit())
            BertPipeline.Save(scenario.Context, transformer, scenario.Data.Schema, saved["good.zip"]);
        byte[] good = File.ReadAllBytes(saved["good.zip"]);

        DamageRun.Of<Exception>(
            (random, folder) =>
            {
                byte[] bytes = random.Next(3) == 0 ? Mutation.Of(good, random) : Rewrite(good, random);
                File.WriteAllBytes(folder["bad.zip"], bytes);
                try
                {
                    Load(folder["bad.zip"], scenario);
                }
                catch (Exception exception) when (exception is not BertMLNetException)
                {
                    Assert.Fail($"an error that is not ours: {exception}");
                }
                finally
                {
                    Assert.Equal(["bad.zip"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
                    Assert.False(File.Exists("/tmp/evil") || File.Exists(Path.Combine(Path.GetTempPath(), "evil")));
                }
            },
            ordinary: 200);
    }

    private static void Load(string path, Scenario scenario)
    {
        var context = new MLContext();
        ITransformer loaded = BertPipeline.Load(context, path, out _);
        using (loaded as IDisposable)
        {
            try
            {
                foreach (float[] row in loaded.Transform(scenario.Data).GetColumn<float[]>("Score"))
                    Assert.InRange(row.Length, 1, 1000);
            }
            catch (Exception exception) when (
                exception.GetBaseException() is ArgumentOutOfRangeException or InvalidOperationException or ArgumentException)
            {
                // ML.NET's own word on a column that the damage renamed.
                Assert.Contains("olumn", exception.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Writes the archive anew with a damaged or renamed entry, and with right checksums.</summary>
    private static byte[] Rewrite(byte[] good, Random random)
    {
        using var source = new ZipArchive(new MemoryStream(good), ZipArchiveMode.Read);
        using var memory = new MemoryStream();
        int chosen = random.Next(source.Entries.Count);
        bool rename = random.Next(4) == 0;
        using (var target = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (int i = 0; i < source.Entries.Count; i++)
            {
                using var content = new MemoryStream();
                using (Stream stored = source.Entries[i].Open())
                    stored.CopyTo(content);
                bool damage = i == chosen || (source.Entries[i].Name == "pipeline.json" && random.Next(4) == 0);
                string name = damage && rename
                    ? "BertMLNet/models/" + EvilNames[random.Next(EvilNames.Length)]
                    : source.Entries[i].FullName;
                using Stream copy = target.CreateEntry(name, CompressionLevel.Fastest).Open();
                copy.Write(damage && !rename ? Mutation.Of(content.ToArray(), random) : content.ToArray());
            }
        }
        return memory.ToArray();
    }
}
