using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary>The small pre-trained model that comes with the command, which knows it by name.</summary>
internal static class ShippedModel
{
    /// <summary>The name.</summary>
    public const string Name = "bertmlnet-mini-en";

    /// <summary>Its folder, beside the command.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "models", Name);

    /// <summary>
    /// The path of a model that is asked for: what is there under that path comes first, then the name stands for the shipped model.
    /// </summary>
    /// <exception cref="BertMLNetException">There is neither.</exception>
    public static string Resolve(string model) => TryResolve(model) ?? throw new BertMLNetException(
        $"{model}: no such file or folder; the name '{Name}' is the model that ships with the command.");

    /// <summary>The same; null where there is neither.</summary>
    public static string? TryResolve(string model)
    {
        // A TensorFlow checkpoint is named by what its files have in common.
        if (Path.Exists(model) || File.Exists($"{model}.index"))
            return model;
        return model == Name ? Folder : null;
    }
}
