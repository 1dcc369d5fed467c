using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>The model that fine-tuning starts from: a model folder, or a checkpoint as others publish them.</summary>
internal static class StartingModel
{
    /// <summary>Reads the configuration.</summary>
    /// <exception cref="BertMLNetException">There is no such model, or it is to be overwritten by what comes of it.</exception>
    public static (ModelFolder Folder, BertConfig Config) Open(string path, string outputPath)
    {
        var folder = new ModelFolder(ModelSource.FolderOf(path));
        return Path.GetFullPath(folder.FolderPath) == Path.GetFullPath(outputPath)
            ? throw new BertMLNetException($"{outputPath}: the output folder is the model to start from; choose another.")
            : (folder, ModelSource.LoadConfig(path));
    }

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
        string path, BertConfig config, TaskHead head, bool fromScratch, ulong seed, ILogger logger, CancellationToken cancellationToken)
    {
        int drawn = unchecked((int)seed);
        if (fromScratch)
            return ParameterSet.Initialize(config, head, drawn);
        using ICheckpoint checkpoint = ModelFiles.TryOpenWeights(path)
            ?? throw new BertMLNetException($"{path}: the folder holds no weights; start from random ones with --from-scratch, or choose another model.");
        (ParameterSet parameters, LoadReport report) = ParameterLoader.Load(checkpoint, config, head, drawn, replaceHead: true, cancellationToken);
        foreach (string remark in report.Remarks)
            logger.LogWarning("{Remark}", remark);
        return parameters;
    }
}
