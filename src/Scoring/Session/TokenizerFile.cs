using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Scoring;

/// <summary>Loads the tokenizer of a model folder.</summary>
internal static class TokenizerFile
{
    /// <summary>Loads it and checks that the model has an embedding for each of its tokens.</summary>
    /// <exception cref="BertMLNetException">The vocabulary is larger than the model's embedding table.</exception>
    /// <exception cref="TokenizationException">The folder has no usable vocabulary.</exception>
    public static WordPieceTokenizer Load(ModelFolder folder, BertConfig config)
    {
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(folder.FolderPath);
        return tokenizer.Vocabulary.Count <= config.VocabSize
            ? tokenizer
            : throw new BertMLNetException(
                $"{folder.FolderPath}: the vocabulary has {tokenizer.Vocabulary.Count} tokens but \"vocab_size\" in config.json is {config.VocabSize}; put the model's own vocabulary there.");
    }
}
