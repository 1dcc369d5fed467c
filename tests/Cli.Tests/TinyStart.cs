using BertMLNet.Modeling;
using BertMLNet.TestKit;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Cli.Tests;

/// <summary>Writes a configuration and a tokenizer, without weights, of a model that is trained in a moment.</summary>
internal static class TinyStart
{
    public static void Write(string folder, IEnumerable<string> texts, Head head, BertConfig config)
    {
        var vocabulary = new Vocabulary(WordListVocabulary.Build(texts));
        new WordPieceTokenizer(vocabulary).Save(folder);
        config = config with
        {
            VocabSize = vocabulary.Count,
            HiddenSize = 16,
            NumHiddenLayers = 2,
            NumAttentionHeads = 2,
            IntermediateSize = 32,
        };
        config.Save(new ModelFolder(folder).ConfigPath, head);
    }
}
