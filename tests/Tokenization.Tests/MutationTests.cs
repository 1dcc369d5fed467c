using BertMLNet.TestKit;

namespace BertMLNet.Tokenization.Tests;

public sealed class MutationTests
{
    [Theory]
    [InlineData("tokenizer.json", 400)]
    [InlineData("vocab.txt", 300)]
    [InlineData("tokenizer_config.json", 300)]
    public void A_damaged_file_is_loaded_or_refused_with_one_line(string file, int mutations)
    {
        using var folder = new TemporaryFolder();
        SmallVocabulary.Uncased.Save(folder.Path);
        if (file != "tokenizer.json")
            File.Delete(folder["tokenizer.json"]);
        byte[] original = File.ReadAllBytes(folder[file]);
        var random = new Random(5);
        int refused = 0;
        for (int i = 0; i < mutations; i++)
        {
            File.WriteAllBytes(folder[file], Mutate(original, random));
            try
            {
                WordPieceTokenizer.Load(folder.Path).Encode("The unwanted\u0301 [MASK] 中", "low");
            }
            catch (TokenizationException error)
            {
                refused++;
                Assert.DoesNotContain('\n', error.Message);
            }
        }
        Assert.InRange(refused, 1, mutations);
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(bytes.Count);
            int length = random.Next(1, Math.Min(12, bytes.Count - at) + 1);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                    break;
                case 3:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    bytes.Add((byte)'}');
                    break;
            }
        }
        return [.. bytes];
    }
}
