using BertMLNet.Cli;
using BertMLNet.Modeling;
using BertMLNet.TestKit;
using BertMLNet.Tokenization;

namespace BertMLNet.Training.Tests;

/// <summary>Generated pairs and a small model to begin with, in a folder.</summary>
internal static class GeneratedPairs
{
    /// <summary>Writes <c>train.tsv</c>, <c>heldout.tsv</c> and the model folder <c>start</c>.</summary>
    public static void Write(string folder, int training, int heldOut)
    {
        var generator = new PairGenerator(seed: 1);
        IReadOnlyList<DemoPair> pairs = generator.Training(training);
        File.WriteAllText(Path.Combine(folder, "train.tsv"), Tsv(pairs));
        File.WriteAllText(Path.Combine(folder, "heldout.tsv"), Tsv(generator.HeldOut(heldOut)));
        var start = new ModelFolder(Path.Combine(folder, "start"));
        var vocabulary = new Vocabulary(WordListVocabulary.Build(pairs.SelectMany(pair => new[] { pair.Sentence1, pair.Sentence2 })));
        var config = new BertConfig
        {
            VocabSize = vocabulary.Count,
            HiddenSize = 128,
            NumHiddenLayers = 2,
            NumAttentionHeads = 4,
            IntermediateSize = 512,
            MaxPositionEmbeddings = 64,
            HiddenDropoutProb = 0,
            AttentionProbsDropoutProb = 0,
            InitializerRange = 0.05f,
            Labels = PairGenerator.Labels,
        };
        new WordPieceTokenizer(vocabulary).Save(start.FolderPath, config.MaxPositionEmbeddings);
        config.Save(start.ConfigPath, Heads.Classes);
    }

    private static string Tsv(IEnumerable<DemoPair> pairs) => "sentence1\tsentence2\tlabel\n" + string.Concat(pairs.Select(pair =>
        $"{pair.Sentence1}\t{pair.Sentence2}\t{PairGenerator.Labels[pair.Equivalent ? 1 : 0]}\n"));
}
