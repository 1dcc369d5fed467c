using System.Text;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Training;

/// <summary>
/// Reads plain text for pre-training. Lines without an empty one between them are one document, whether its paragraphs
/// are a line each or wrapped; sentences are found by rule and tokenized.
/// </summary>
internal static class TextCorpusReader
{
    /// <summary>A stretch of text without the end of a sentence is cut at so many characters, so that memory is bounded.</summary>
    private const int LongestSentence = 4096;

    private static readonly string[] TextEndings = [".txt", ".txt.gz"];

    /// <summary>
    /// Reads files and the text files in folders, those whose name ends in <c>.txt</c> or <c>.txt.gz</c>, in the order of their names.
    /// </summary>
    /// <exception cref="BertMLNetException">A file is missing, not UTF-8 or damaged, or there is no text.</exception>
    public static TextCorpus Read(
        IReadOnlyList<string> paths, WordPieceTokenizer tokenizer, IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        string[] files = [.. paths.SelectMany(FilesOf)];
        long total = files.Sum(file => new FileInfo(file).Length);
        long done = 0;
        var builder = new TextCorpusBuilder();
        foreach (string file in files)
        {
            using Stream source = DataFile.Open(file);
            long length = source.Length;
            ReadFile(
                file, source, builder, tokenizer, () => progress?.Report(new TransferProgress(file, done + source.Position, total)),
                cancellationToken);
            builder.EndDocument();
            done += length;
        }
        return builder.TokenCount > 0
            ? builder.Build()
            : throw new BertMLNetException(
                $"{string.Join(", ", paths)}: there is no text; expected UTF-8 text, sentences in lines, an empty line between documents.");
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new BertMLNetException($"{path}: no such file or folder; expected plain text.");
        string[] files = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => TextEndings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
            .Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new BertMLNetException($"{path}: the folder holds no .txt or .txt.gz file.");
    }

    private static void ReadFile(
        string file, Stream source, TextCorpusBuilder builder, WordPieceTokenizer tokenizer, Action onProgress,
        CancellationToken cancellationToken)
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
                int length = SentenceSplitter.FirstLength(
                    rest[..Math.Min(rest.Length, LongestSentence)], isLast && rest.Length <= LongestSentence);
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

/// <summary>
/// Finds where sentences end, by rule: at a full stop, question or exclamation mark, closing quotes and brackets included,
/// with white space and the likely start of a sentence behind it. Abbreviations and initials end none.
/// </summary>
internal static class SentenceSplitter
{
    private const string Marks = ".!?。！？";
    private const string Closing = "\"'”’)]»";
    private const string Opening = "\"'“‘([«";
    private const int LongestAbbreviation = 5;

    private static readonly HashSet<string> _abbreviations =
    [
        "mr", "mrs", "ms", "dr", "prof", "st", "rev", "hon", "gen", "col", "capt", "lt", "sgt", "jr", "sr", "vs", "etc",
        "inc", "ltd", "co", "corp", "no", "vol", "fig", "pp", "ed", "eds", "ca", "cf", "al", "messrs", "mme", "mlle",
    ];

    /// <summary>Finds the end of the first sentence; the last sentence of all ends with the text.</summary>
    /// <returns>The characters of the first sentence, white space behind it included; 0 where no end is in sight.</returns>
    public static int FirstLength(ReadOnlySpan<char> text, bool isLast)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!Marks.Contains(text[i]))
                continue;
            int end = i + 1;
            while (end < text.Length && (Marks.Contains(text[end]) || Closing.Contains(text[end])))
                end++;
            int next = end;
            while (next < text.Length && char.IsWhiteSpace(text[next]))
                next++;
            if (next == text.Length)
                break;
            if ((next > end || text[i] > 127) && BeginsSentence(text[next..]) && !(text[i] == '.' && IsAbbreviation(text[..i])))
                return next;
            i = end - 1;
        }
        return isLast ? text.Length : 0;
    }

    private static bool BeginsSentence(ReadOnlySpan<char> text)
    {
        text = text.TrimStart(Opening);
        return text.Length > 0 && !char.IsLower(text[0]) && !Marks.Contains(text[0]);
    }

    private static bool IsAbbreviation(ReadOnlySpan<char> before)
    {
        int start = before.Length;
        while (start > 0 && (char.IsLetter(before[start - 1]) || before[start - 1] == '.'))
            start--;
        ReadOnlySpan<char> word = before[start..];
        // An initial (J.), initials (U.S.) or a short form from the list.
        if (word.Length == 1 || word.Contains('.'))
            return true;
        if (word.Length > LongestAbbreviation + 1)
            return false;
        Span<char> lower = stackalloc char[word.Length];
        word.ToLowerInvariant(lower);
        return _abbreviations.GetAlternateLookup<ReadOnlySpan<char>>().Contains(lower);
    }
}
