using System.IO.Compression;
using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

/// <summary>Cuts texts into blocks. Where they are cut depends on the texts and the size of a block alone.</summary>
internal sealed class TextBlockReader
{
    /// <summary>How many blocks' bytes without a line end or a space are no text.</summary>
    private const int BlocksWithoutSpace = 4;

    private static readonly string[] Endings = [".txt", ".txt.gz"];
    private readonly List<(string Path, int Weight)> _files = [];
    private readonly int _blockBytes;

    /// <summary>Finds the files of the sources; folders are read in the ordinal order of their files' paths.</summary>
    /// <exception cref="BertMLNetException">A source is absent, or a folder without text.</exception>
    public TextBlockReader(IEnumerable<TextSource> sources, int blockBytes)
    {
        _blockBytes = blockBytes;
        foreach (TextSource source in sources)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(source.Weight, nameof(sources));
            foreach (string path in FilesOf(source.Path))
                _files.Add((path, source.Weight));
        }
        TotalBytes = _files.Sum(file => new FileInfo(file.Path).Length);
    }

    /// <summary>The size of all files, compressed ones as they are.</summary>
    public long TotalBytes { get; }

    /// <summary>Reads the texts in order.</summary>
    /// <exception cref="BertMLNetException">A file cannot be read, is damaged gzip, or has no white space.</exception>
    public IEnumerable<TextBlock> Read()
    {
        long before = 0;
        foreach ((string path, int weight) in _files)
        {
            using FileStream file = Open(path);
            using Stream text = Decompress(file);
            long line = 1;
            byte[] rest = [];
            while (ReadBlock(text, path, line, ref rest) is { Length: > 0 } block)
            {
                yield return new TextBlock(path, line, block, weight, before + file.Position);
                line += block.Span.Count((byte)'\n');
            }
            before += file.Length;
        }
    }

    /// <summary>Reads until a block is full; <paramref name="rest"/> is what was read behind the end of the last one.</summary>
    private ReadOnlyMemory<byte> ReadBlock(Stream text, string path, long line, ref byte[] rest)
    {
        byte[] buffer = new byte[Math.Max(_blockBytes, rest.Length)];
        rest.CopyTo(buffer, 0);
        int length = rest.Length;
        while (true)
        {
            length += Fill(text, buffer.AsSpan(length), path);
            if (length < buffer.Length)
            {
                rest = [];
                return buffer.AsMemory(0, length);
            }
            int end = buffer.AsSpan().LastIndexOf((byte)'\n');
            if (end < 0)
                end = buffer.AsSpan().LastIndexOf((byte)' ');
            if (end >= 0)
            {
                rest = buffer[(end + 1)..];
                return buffer.AsMemory(0, end + 1);
            }
            if (length >= BlocksWithoutSpace * _blockBytes)
            {
                throw new BertMLNetException(
                    $"{path}, line {line}: {length} bytes without a line end or a space are no text; give plain text in UTF-8");
            }
            Array.Resize(ref buffer, buffer.Length + _blockBytes);
        }
    }

    private static int Fill(Stream text, Span<byte> buffer, string path)
    {
        try
        {
            return text.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException exception)
        {
            throw new BertMLNetException($"{path}: the gzip file is damaged or cut short; compress the text again", exception);
        }
        catch (IOException exception)
        {
            throw Unreadable(path, exception);
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, exception);
        }
    }

    private static Stream Decompress(FileStream file)
    {
        Span<byte> magic = stackalloc byte[2];
        int read = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return read == 2 && magic is [0x1F, 0x8B] ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static string[] FilesOf(string path)
    {
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new BertMLNetException($"{path}: there is no such file or folder");
        string[] files = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
            .Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new BertMLNetException($"{path}: the folder holds no .txt and no .txt.gz file");
    }

    private static BertMLNetException Unreadable(string path, Exception exception) =>
        new($"{path}: cannot be read: {exception.Message}", exception);
}

/// <summary>A stretch of a text that ends at the end of a line or, in very long lines, at a space.</summary>
/// <param name="Path">The file it stands in.</param>
/// <param name="FirstLine">The number of the block's first line in the file, from 1.</param>
/// <param name="Bytes">UTF-8, not yet checked.</param>
/// <param name="Weight">How often each word counts.</param>
/// <param name="EndsAt">How many bytes of all files were read up to its end.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TextBlock(string Path, long FirstLine, ReadOnlyMemory<byte> Bytes, int Weight, long EndsAt);

/// <summary>Plain text to learn a vocabulary from.</summary>
/// <remarks>
/// The runtime takes a gzip file that is cut short for a whole one, unless its switch
/// <c>System.IO.Compression.UseStrictValidation</c> is on, as it is in the <c>bertmlnet</c> command.
/// </remarks>
/// <param name="Path">
/// A file of UTF-8 text, as it is or compressed with gzip, or a folder, whose <c>.txt</c> and <c>.txt.gz</c> files are
/// read, those in folders inside it, too.
/// </param>
/// <param name="Weight">How often each word of the text counts, at least 1: so a small text has its say beside a large one.</param>
public sealed record TextSource(string Path, int Weight = 1);
