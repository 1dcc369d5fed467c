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
}
