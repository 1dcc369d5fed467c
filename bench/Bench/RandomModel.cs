using System.Globalization;
using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Bench;

/// <summary>A model folder of random weights over made-up words, deleted at the end.</summary>
internal sealed class RandomModel : IDisposable
{
    private const int SpecialTokens = 5;

    public RandomModel(BertConfig config)
    {
        Config = config;
        FolderPath = Path.Combine(Path.GetTempPath(), $"bertmlnet-bench-model-{Guid.NewGuid():N}");
        ParameterSet parameters = ParameterSet.Initialize(config, Heads.Classes, seed: 1);
        var folder = new ModelFolder(FolderPath);
        folder.Save(parameters);
        string[] words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(0, config.VocabSize - SpecialTokens).Select(Word)];
        new WordPieceTokenizer(new Vocabulary(words)).Save(FolderPath, config.MaxPositionEmbeddings);
        OnnxExporter.Export(parameters, folder.OptimizedOnnxPath, new ExportOptions { Operators = GraphOperators.Fused });
    }

    public BertConfig Config { get; }

    public string FolderPath { get; }

    /// <summary>A pair that makes so many tokens, special ones included.</summary>
    public TextRow Pair(int tokens, Random random)
    {
        int words = tokens - 3;
        return new TextRow { Sentence1 = Sentence(words / 2), Sentence2 = Sentence(words - words / 2) };

        string Sentence(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Word(random.Next(Config.VocabSize - SpecialTokens))));
    }

    public void Dispose() => Directory.Delete(FolderPath, recursive: true);

    private static string Word(int number) => "w" + number.ToString(CultureInfo.InvariantCulture);
}
