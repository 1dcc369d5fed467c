using System.IO.Compression;
using BertMLNet.TestKit;

namespace BertMLNet.Tokenization.Tests;

public sealed class OracleAgreementTests
{
    private const int RowsOfAFixture = 1064;

    [Theory]
    [InlineData("bert-base-uncased", "tokenizer.json")]
    [InlineData("bert-base-uncased", "vocab.txt")]
    [InlineData("bert-base-cased", "tokenizer.json")]
    [InlineData("bert-base-chinese", "tokenizer.json")]
    [InlineData("bert-base-multilingual-cased", "tokenizer.json")]
    public void Every_row_has_the_oracles_ids_type_ids_offsets_and_windows(string model, string file)
    {
        string fixture = SharedData.PathOf("fixtures", "tokenization", model + ".jsonl.gz");
        var tokenizer = WordPieceTokenizer.Load(SharedData.PathOf("vocab", model, file));
        int rows = 0;
        foreach (string line in Lines(fixture))
        {
            rows++;
            var row = OracleRow.Parse(line);
            if (row.Error is not null)
            {
                Assert.Throws<BertMLNetException>(() => tokenizer.Encode(row.Text, row.Pair, row.Options));
                continue;
            }
            var windows = tokenizer.Encode(row.Text, row.Pair, row.Options).Windows.ToList();
            Assert.Equal(row.Windows.Count, windows.Count);
            foreach (var (expected, actual) in row.Windows.Zip(windows))
            {
                Assert.Equal(expected.Ids, actual.Ids);
                Assert.Equal(expected.TypeIds, actual.TypeIds);
                Assert.Equal(expected.Offsets, actual.Offsets);
            }
        }
        Assert.Equal(RowsOfAFixture, rows);
    }

    private static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}
