using System.Text.Json;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// Reads texts with entities, plain or compressed with gzip: JSON lines of
/// <c>{"text": "…", "entities": [{"start": 0, "end": 5, "type": "person"}]}</c>, with places in UTF-16 units and ends exclusive, from
/// files that are named <c>.jsonl</c>, <c>.ndjson</c> or <c>.json</c>; and columns as CoNLL's shared tasks have them from all others.
/// </summary>
/// <remarks>
/// Columns: a word a line, which comes first, and its tag, which comes last, with tabs or blanks between them; an empty line ends a
/// sentence, and lines that begin with <c>-DOCSTART-</c> are passed over. A sentence's text is its words with a blank between two. The
/// file's tags are all in one scheme (<see cref="TagScheme"/>), which they tell by themselves.
/// </remarks>
public static class EntityReader
{
    private const int MaxRecordBytes = 256 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="BertMLNetException">
    /// The file cannot be read or is not valid; entities overlap or leave their text; a line has too few columns, or a
    /// tag that cannot stand there.
    /// </exception>
    public static IEnumerable<EntityExample> Read(string path, CancellationToken cancellationToken = default) =>
        Read(path, labelled: true, cancellationToken);

    /// <summary>Reads a stream and disposes it.</summary>
    /// <param name="stream">The data; where it can be rewound, it may be compressed.</param>
    /// <param name="name">What the data are called in messages, whose ending tells how they are written.</param>
    /// <param name="cancellationToken">Ends reading between two texts.</param>
    /// <exception cref="BertMLNetException">As of a file.</exception>
    public static IEnumerable<EntityExample> Read(Stream stream, string name, CancellationToken cancellationToken = default) =>
        Read(stream, name, labelled: true, cancellationToken);

    /// <summary>Reads a file whose JSON lines may do without entities where they are not <paramref name="labelled"/>.</summary>
    internal static IEnumerable<EntityExample> Read(string path, bool labelled, CancellationToken cancellationToken)
    {
        foreach (EntityExample example in Read(DataFile.Open(path), path, labelled, cancellationToken))
            yield return example;
    }

    private static IEnumerable<EntityExample> Read(Stream stream, string name, bool labelled, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        Stream text = GzipText.Decompress(stream);
        string plain = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Path.GetExtension(plain).ToUpperInvariant() is ".JSONL" or ".NDJSON" or ".JSON"
            ? ReadLines(text, name, labelled, cancellationToken)
            : ConllReader.Read(text, name, cancellationToken);
    }

    private static IEnumerable<EntityExample> ReadLines(Stream stream, string name, bool labelled, CancellationToken cancellationToken)
    {
        using var json = new JsonRecordStream(stream, name, MaxRecordBytes);
        while (json.ReadValue() is { } document)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using (document)
            {
                var record = new JsonPart(document.RootElement, FormattableString.Invariant($"{name}, line {json.Line}"));
                yield return new EntityExample
                {
                    Text = record.Required("text").AsString(),
                    Entities = labelled ? [.. record.Required("entities").Items().Select(Entity)] : [],
                    Location = record.Location,
                }.Checked();
            }
        }
    }

    private static EntitySpan Entity(JsonPart record) => new(
        record.Required("start").AsInteger(), record.Required("end").AsInteger(), record.Required("type").AsString());
}

/// <summary>Reads columns as CoNLL's shared tasks have them.</summary>
internal static class ConllReader
{
    private const string Document = "-DOCSTART-";

    /// <summary>Reads all sentences: only all of a file's tags tell their scheme.</summary>
    public static IEnumerable<EntityExample> Read(Stream stream, string name, CancellationToken cancellationToken)
    {
        var sentences = new List<List<TaggedWord>>();
        List<TaggedWord>? sentence = null;
        int columns = 0;
        long number = 0;
        foreach (string line in TextLines.Read(stream, name, cancellationToken: cancellationToken))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith(Document, StringComparison.Ordinal))
            {
                sentence = null;
                continue;
            }
            string[] cells = line.Contains('\t', StringComparison.Ordinal)
                ? line.Split('\t', StringSplitOptions.TrimEntries)
                : line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            columns = columns == 0 ? Math.Max(2, cells.Length) : columns;
            if (cells.Length != columns || cells[0].Length == 0 || cells[^1].Length == 0)
                throw new BertMLNetException($"{name}, line {number}: {Expected(cells, columns)}");
            if (sentence is null)
                sentences.Add(sentence = []);
            sentence.Add(new(cells[0], cells[^1], number));
        }
        TagSchemes.Recognize(name, sentences);
        return sentences.Select(words => Example(name, words));
    }

    private static string Expected(string[] cells, int columns) => cells.Length == columns
        ? "the word or its tag is empty; expected the word in the first column and the tag in the last."
        : FormattableString.Invariant(
            $"{cells.Length} column(s) where {columns} are expected, as in the first line: the word first, its tag last, ")
            + "with tabs or blanks between them.";

    private static EntityExample Example(string name, List<TaggedWord> words)
    {
        var places = new (int Start, int End)[words.Count];
        int position = 0;
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = (position, position + words[i].Word.Length);
            position += words[i].Word.Length + 1;
        }
        return new EntityExample
        {
            Text = string.Join(' ', words.Select(word => word.Word)),
            Words = places,
            Entities =
            [
                .. TagSchemes.Entities([.. words.Select(word => word.Tag)])
                    .Select(entity => new EntitySpan(places[entity.First].Start, places[entity.End - 1].End, entity.Type)),
            ],
            Location = FormattableString.Invariant($"{name}, line {words[0].Line}"),
        };
    }
}

/// <summary>A word with its tag, as it is written, and its line.</summary>
internal readonly record struct TaggedWord(string Word, string Tag, long Line);
