namespace Microsoft.ML.Data;

public sealed class MultiFileSource : IMultiStreamSource
{
    private readonly string[] _paths;

    public MultiFileSource(params string[] paths) => _paths = paths is null or [null] ? [] : paths;

    public int Count => _paths.Length;

    public string GetPathOrNull(int index)
    {
        Check.Parameter(index >= 0 && index < Count, nameof(index), "There is no file of that index.");
        return _paths[index];
    }

    public Stream Open(int index) => File.OpenRead(GetPathOrNull(index));

    public TextReader OpenTextReader(int index) => new StreamReader(Open(index));
}
