using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>The model folder that fine-tuning starts from.</summary>
internal static class StartingModel
{
    /// <summary>Loads the tokenizer and checks that the model has an embedding for each of its tokens.</summary>
    /// <exception cref="BertMLNetException">The vocabulary is larger than the model's.</exception>
    /// <exception cref="TokenizationException">The tokenizer is missing or damaged.</exception>
    public static WordPieceTokenizer LoadTokenizer(ModelFolder folder, BertConfig config)
    {
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(folder.FolderPath);
        return tokenizer.Vocabulary.Count <= config.VocabSize
            ? tokenizer
            : throw new BertMLNetException(
                $"{folder.FolderPath}: the vocabulary has {tokenizer.Vocabulary.Count} tokens, more than the vocab_size of {config.VocabSize} in config.json; are these files of one model?");
    }

    /// <summary>Loads the weights, the head's drawn anew where it is another task's, or draws all of them.</summary>
    /// <exception cref="BertMLNetException">The weights are missing, damaged or another model's.</exception>
    public static ParameterSet LoadParameters(
        ModelFolder folder, BertConfig config, TaskHead head, bool fromScratch, ulong seed, ILogger logger, CancellationToken cancellationToken)
    {
        int drawn = unchecked((int)seed);
        if (fromScratch)
        {
            config.Validate(folder.ConfigPath);
            return ParameterSet.Initialize(config, head, drawn);
        }
        using ICheckpoint checkpoint = folder.OpenWeights();
        (ParameterSet parameters, LoadReport report) = ParameterLoader.Load(checkpoint, config, head, drawn, replaceHead: true, cancellationToken);
        foreach (string remark in report.Remarks)
            logger.LogInformation("{Remark}", remark);
        return parameters;
    }
}
