using System.Text;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>
/// Reads plain text for pre-training. Lines without an empty one between them are one document, whether its paragraphs
/// are a line each or wrapped; sentences are found by rule and tokenized.
/// </summary>
public static class TextCorpusReader
{
    /// <summary>A stretch of text without the end of a sentence is cut at so many characters, so that memory is bounded.</summary>
    private const int LongestSentence = 4096;

    /// <summary>Reads files and the text files in folders, those whose name ends in <c>.txt</c> or <c>.txt.gz</c>, in the order of their names.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="tokenizer">Turns sentences into ids.</param>
    /// <param name="progress">Is told the bytes of the files read so far and those of all.</param>
    /// <param name="cancellationToken">Checked at each line.</param>
    /// <exception cref="BertMLNetException">A file is missing, not UTF-8 or damaged, or there is no text.</exception>
    public static TextCorpus Read(
        IReadOnlyList<string> paths, WordPieceTokenizer tokenizer, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(tokenizer);
        string[] files = [.. paths.SelectMany(FilesOf)];
        long total = files.Sum(file => new FileInfo(file).Length);
        long done = 0;
        var builder = new TextCorpusBuilder();
        foreach (string file in files)
        {
            using Stream source = Open(file);
            long length = source.Length;
            ReadFile(file, source, builder, tokenizer, () => progress?.Report(new TransferProgress(file, done + source.Position, total)), cancellationToken);
            builder.EndDocument();
            done += length;
        }
        return builder.TokenCount > 0
            ? builder.Build()
            : throw new BertMLNetException($"{string.Join(", ", paths)}: there is no text; expected UTF-8 text, sentences in lines, an empty line between documents.");
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new BertMLNetException($"{path}: no such file or folder; expected plain text.");
        string[] files = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".txt.gz", StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new BertMLNetException($"{path}: the folder holds no .txt or .txt.gz file.");
    }

    private static FileStream Open(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{file}: cannot be read: {exception.Message}", exception);
        }
    }

    private static void ReadFile(
        string file, Stream source, TextCorpusBuilder builder, WordPieceTokenizer tokenizer, Action onProgress, CancellationToken cancellationToken)
    {
        Stream stream = GzipText.Decompress(source, always: file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase));
        var pending = new StringBuilder();
        var ids = new int[LongestSentence];
        int lines = 0;
        try
        {
            foreach (string line in TextLines.Read(stream, file, cancellationToken: cancellationToken))
            {
                if (++lines % 4096 == 0)
                    onProgress();
                ReadOnlySpan<char> trimmed = line.AsSpan().Trim();
                if (trimmed.IsEmpty)
                {
                    Take(isLast: true);
                    builder.EndDocument();
                    continue;
                }
                if (pending.Length > 0)
                    pending.Append(' ');
                pending.Append(trimmed);
                Take(isLast: false);
            }
            Take(isLast: true);
        }
        catch (InvalidDataException exception)
        {
            throw new BertMLNetException($"{file}: is not gzip, or damaged: {exception.Message}", exception);
        }

        void Take(bool isLast)
        {
            string text = pending.ToString();
            ReadOnlySpan<char> rest = text;
            while (!rest.IsEmpty)
            {
                int length = SentenceSplitter.FirstLength(rest[..Math.Min(rest.Length, LongestSentence)], isLast && rest.Length <= LongestSentence);
                if (length == 0 && rest.Length <= LongestSentence)
                    break;
                if (length == 0)
                {
                    int space = rest[..LongestSentence].LastIndexOf(' ');
                    length = space > 0 ? space + 1 : LongestSentence;
                }
                int count = tokenizer.Tokenize(rest[..length].TrimEnd(), ids);
                builder.Add(ids.AsSpan(0, Math.Min(count, ids.Length)));
                rest = rest[length..];
            }
            int kept = rest.Length;
            pending.Clear().Append(text.AsSpan(text.Length - kept));
        }
    }
}
