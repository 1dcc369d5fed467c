using BertMLNet.Modeling.Tests;
using BertMLNet.TestKit;

namespace BertMLNet.Tokenization.Tests;

public sealed class MutationTests
{
    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("vocab.txt")]
    [InlineData("tokenizer_config.json")]
    [InlineData("special_tokens_map.json")]
    public void A_damaged_file_is_loaded_or_refused_with_one_line(string file)
    {
        using var good = new TemporaryFolder();
        SmallVocabulary.Uncased.Save(good.Path);
        DamageRun.Of<BertMLNetException>((random, folder) =>
        {
            foreach (string path in Directory.GetFiles(good.Path))
            {
                string name = Path.GetFileName(path);
                if (name == file)
                    File.WriteAllBytes(folder[name], Mutation.Of(File.ReadAllBytes(path), random));
                else if (file == "tokenizer.json" || name != "tokenizer.json")
                    File.Copy(path, folder[name]);
            }
            WordPieceTokenizer.Load(folder.Path).Encode("The unwanted\u0301 [MASK] 中", "low");
        });
    }
}
