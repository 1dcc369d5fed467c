using BertMLNet.Export;
using BertMLNet.Modeling;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>The model that fine-tuning starts from: a model folder, or a checkpoint as others publish them.</summary>
internal static class StartingModel
{
    /// <summary>Reads the configuration.</summary>
    /// <exception cref="BertMLNetException">There is no such model, or it is to be overwritten by what comes of it.</exception>
    public static (ModelFolder Folder, BertConfig Config) Open(string path, string outputPath)
    {
        ModelFolder folder = ModelFolder.Find(path);
        return RealPath.Same(folder.FolderPath, outputPath)
            ? throw new BertMLNetException($"{outputPath}: the output folder is the model to start from; choose another.")
            : (folder, folder.LoadConfig());
    }

    /// <summary>Loads the weights, the head's drawn anew where it is another task's, or draws all of them.</summary>
    /// <exception cref="BertMLNetException">The weights are missing, damaged or another model's.</exception>
    public static ParameterSet LoadParameters(
        string path, BertConfig config, Head head, bool fromScratch, ulong seed, ILogger logger, CancellationToken cancellationToken)
    {
        int drawn = unchecked((int)seed);
        if (fromScratch)
            return ParameterSet.Initialize(config, head, drawn);
        using ICheckpoint checkpoint = ModelFolder.Find(path).TryOpenWeights()
            ?? throw new BertMLNetException($"{path}: the folder holds no weights; start from random ones (option from-scratch), or choose another model.");
        (ParameterSet parameters, LoadReport report) = ParameterLoader.Load(checkpoint, config, head, drawn, replaceHead: true, cancellationToken);
        foreach (string remark in report.Remarks)
            logger.LogWarning("{Remark}", remark);
        return parameters;
    }
}
