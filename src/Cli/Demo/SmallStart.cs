using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Cli;

/// <summary>A small model to begin with where none is at hand: a configuration and a tokenizer without weights.</summary>
internal static class SmallStart
{
    /// <summary>Writes it.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="texts">The texts that its vocabulary is of.</param>
    /// <param name="config">Its lengths and labels; its sizes are set here.</param>
    /// <param name="head">Its head.</param>
    public static void Save(ModelFolder folder, IEnumerable<string> texts, BertConfig config, Head head)
    {
        var vocabulary = new Vocabulary(WordListVocabulary.Build(texts));
        config = config with
        {
            VocabSize = vocabulary.Count,
            HiddenSize = 128,
            NumHiddenLayers = 2,
            NumAttentionHeads = 4,
            IntermediateSize = 512,
            HiddenDropoutProb = 0,
            AttentionProbsDropoutProb = 0,
            InitializerRange = 0.05f,
        };
        new WordPieceTokenizer(vocabulary).Save(folder.FolderPath, config.MaxPositionEmbeddings);
        config.Save(folder.ConfigPath, head);
    }
}
