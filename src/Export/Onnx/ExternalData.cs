using System.Globalization;
using BertMLNet.Export.Onnx;
using BertMLNet.Modeling;

namespace BertMLNet.Export;

/// <summary>Weights of a graph that lie in files beside it.</summary>
internal static class ExternalData
{
    /// <summary>The path of such a file.</summary>
    /// <param name="graphPath">The graph.</param>
    /// <param name="constant">The constant that names the file, for messages.</param>
    /// <param name="location">The name, relative to the graph's folder.</param>
    /// <exception cref="BertMLNetException">The name leads out of the graph's folder.</exception>
    public static string PathOf(string graphPath, string constant, string location)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(graphPath))!;
        if (location.Length > 0 && !location.Contains('\0', StringComparison.Ordinal))
        {
            string file = Path.GetFullPath(Path.Combine(folder, location));
            if (file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                return file;
        }
        throw new BertMLNetException($"{graphPath}: constant '{constant}' lies in '{location}', which is not a file in the graph's folder.");
    }

    /// <summary>What a constant says of its place by a key; the last counts where several have one key, as in <see cref="OnnxFileCheck"/>.</summary>
    public static string? Entry(TensorProto tensor, string key) =>
        tensor.ExternalData.LastOrDefault(entry => string.Equals(entry.Key, key, StringComparison.Ordinal))?.Value;

    /// <summary>A place or a length in such a file; null where the constant does not say.</summary>
    /// <param name="graphPath">The graph, for messages.</param>
    /// <param name="constant">The constant, for messages.</param>
    /// <param name="key"><c>offset</c> or <c>length</c>.</param>
    /// <param name="text">What the constant says.</param>
    /// <exception cref="BertMLNetException">It is no number.</exception>
    public static long? Number(string graphPath, string constant, string key, string? text) =>
        text is null ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : throw new BertMLNetException($"{graphPath}: constant '{constant}' lies at {key} '{text}', which is no number; export it again.");
}
