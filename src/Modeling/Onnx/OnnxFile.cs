namespace BertMLNet.Modeling;

/// <summary>Reads ONNX files that may come from anywhere.</summary>
public static class OnnxFile
{
    /// <summary>Protocol buffers hold at most 2 GiB in one message.</summary>
    private const long LargestFile = int.MaxValue;

    /// <summary>Checks a file as <see cref="Check"/> does and parses it; what is allocated is bounded by the file's size.</summary>
    /// <exception cref="BertMLNetException">The file is missing, too large, damaged, not an ONNX model, or names files elsewhere.</exception>
    internal static OnnxModel Read(string path) => Open(path, stream =>
    {
        new OnnxFileCheck(path, new WireReader(stream)).Run(stream.Length);
        stream.Position = 0;
        return new OnnxModel(new WireReader(stream), stream.Length);
    });

    /// <summary>
    /// Checks a file that a runtime is to open, without reading its weights: its structure is whole, constants are as large as
    /// their shapes say, and weights in other files lie in the graph's folder and within those files.
    /// </summary>
    /// <exception cref="BertMLNetException">The file is missing, too large, damaged, not an ONNX model, or names files elsewhere.</exception>
    public static void Check(string path) => Open(path, stream =>
    {
        new OnnxFileCheck(path, new WireReader(stream)).Run(stream.Length);
        return true;
    });

    private static T Open<T>(string path, Func<FileStream, T> use)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            return stream.Length <= LargestFile
                ? use(stream)
                : throw new BertMLNetException($"{path}: the file has {stream.Length} bytes; an ONNX model has at most {LargestFile}, larger weights lie in files beside it.");
        }
        catch (InvalidDataException exception)
        {
            throw new BertMLNetException($"{path}: not an ONNX model, or damaged: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BertMLNetException($"{path}: no such file.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }
}
