using System.IO.Compression;
using System.Xml.Linq;

namespace BertMLNet.Packaging.Tests;

/// <summary>A package file opened for reading.</summary>
internal sealed class Package : IDisposable
{
    private readonly ZipArchive _zip;

    public Package(string path)
    {
        _zip = ZipFile.OpenRead(path);
        using Stream nuspec = _zip.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        Metadata = XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    /// <summary>The nuspec's metadata.</summary>
    public XElement Metadata { get; }

    /// <summary>The files' paths inside the package.</summary>
    public IEnumerable<string> Files => _zip.Entries.Select(entry => entry.FullName);

    /// <summary>The packages it depends on, with the least version; of one target framework.</summary>
    public Dictionary<string, string> Dependencies
    {
        get
        {
            XElement? group = Metadata.Descendants().SingleOrDefault(element => element.Name.LocalName == "group" && element.Parent!.Name.LocalName == "dependencies");
            return group is null ? [] : group.Elements().ToDictionary(element => element.Attribute("id")!.Value, element => element.Attribute("version")!.Value);
        }
    }

    /// <summary>A value of the metadata.</summary>
    public string? this[string name] => Metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;

    /// <summary>The text of a file inside the package.</summary>
    public string ReadText(string path)
    {
        using var reader = new StreamReader(_zip.GetEntry(path)!.Open());
        return reader.ReadToEnd();
    }

    public void Dispose() => _zip.Dispose();
}
