using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// Reads question files one paragraph or line at a time, whatever their size: SQuAD's JSON (v1.1 and v2.0), and JSON lines with
/// <c>question</c>, <c>context</c> and, where they are known, <c>id</c>, <c>answers</c> and <c>is_impossible</c>; plain or compressed with
/// gzip.
/// </summary>
/// <remarks>
/// <c>answer_start</c> counts Unicode code points, as in SQuAD. In JSON lines <c>answers</c> may also be an object of two
/// arrays, <c>text</c> and <c>answer_start</c>, which is how Hugging Face's data sets hold them.
/// </remarks>
public static class QuestionReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to read it.</param>
    /// <param name="report">Takes what is noticed on the way.</param>
    /// <param name="cancellationToken">Ends reading between two questions.</param>
    /// <exception cref="BertMLNetException">
    /// The file cannot be read, is not valid, lacks a field or has two questions with one id.
    /// </exception>
    public static IEnumerable<QuestionExample> Read(
        string path, QuestionReaderOptions? options = null, QuestionDataReport? report = null,
        CancellationToken cancellationToken = default)
    {
        foreach (QuestionExample example in Read(DataFile.Open(path), path, options, report, cancellationToken))
            yield return example;
    }

    /// <summary>Reads a stream and disposes it.</summary>
    /// <param name="stream">The data; where it can be rewound, it may be compressed.</param>
    /// <param name="name">What the data are called in messages.</param>
    /// <param name="options">How to read them.</param>
    /// <param name="report">Takes what is noticed on the way.</param>
    /// <param name="cancellationToken">Ends reading between two questions.</param>
    /// <exception cref="BertMLNetException">
    /// The data cannot be read, are not valid, lack a field or have two questions with one id.
    /// </exception>
    public static IEnumerable<QuestionExample> Read(
        Stream stream, string name, QuestionReaderOptions? options = null, QuestionDataReport? report = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new QuestionReaderOptions();
        report ??= new QuestionDataReport();
        if (options.MaxQuestions < 1)
            yield break;
        int given = 0;
        var ids = new HashSet<string>();
        using var json = new JsonRecordStream(GzipText.Decompress(stream), name, options.MaxRecordBytes);
        var source = new Source(name, options, report);
        foreach (QuestionExample example in HoldsLines(json, name) ? ReadLines(json, source) : ReadSquad(json, source))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (example.Id is { } id && !ids.Add(id))
            {
                source.Refuse(new($"{example.Location}: the id '{id}' is that of an earlier question; every question needs its own."));
                continue;
            }
            if (Math.Max(example.Context.Length, example.Question.Length) is var longest && longest > options.MaxCharacters)
            {
                source.Refuse(new(FormattableString.Invariant(
                    $"{example.Location}: a text has {longest} characters; the most accepted is {options.MaxCharacters}.")));
                continue;
            }
            report.Questions++;
            if (example.Answers is { Count: 0 })
                report.Unanswerable++;
            yield return example;
            if (++given == options.MaxQuestions)
                yield break;
        }
    }

    /// <summary>
    /// The first object tells; where it does not, the file's name: streams without one are read line by line as they come.
    /// </summary>
    private static bool HoldsLines(JsonRecordStream json, string name) => json.PeekProperty("data", "question", "context") is { } property
        ? property != "data"
        : Path.GetExtension(name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name).ToUpperInvariant()
            is ".JSONL" or ".NDJSON" or "";

    private static IEnumerable<QuestionExample> ReadLines(JsonRecordStream json, Source source)
    {
        while (TryReadLine(json, source, out JsonDocument? document))
        {
            using (document)
            {
                if (document is null)
                    continue;
                var record = new JsonPart(document.RootElement, FormattableString.Invariant($"{source.Name}, line {json.Line}"));
                if (source.TryRead(
                    () => QuestionRecord.Read(record, record.Required("context").AsString(), source, record["id"]), out var example))
                    yield return example;
            }
        }
    }

    /// <summary>Reads a line; none where it could not be read, which is told of then.</summary>
    /// <returns>False at the end.</returns>
    private static bool TryReadLine(JsonRecordStream json, Source source, out JsonDocument? document)
    {
        try
        {
            return (document = json.ReadValue()) is not null;
        }
        catch (BertMLNetException exception)
        {
            source.Refuse(exception);
            json.SkipLine();
            document = null;
            return true;
        }
    }

    private static IEnumerable<QuestionExample> ReadSquad(JsonRecordStream json, Source source)
    {
        if (json.Read(out _) != JsonTokenType.StartObject)
            throw NotQuestions(source);
        bool found = false;
        while (json.Read(out string? property) == JsonTokenType.PropertyName)
        {
            if (property != "data")
            {
                json.Skip();
                continue;
            }
            found = true;
            Expect(json, JsonTokenType.StartArray, source, "$.data", "an array of articles");
            for (int article = 0; ; article++)
            {
                JsonTokenType token = json.Read(out _);
                if (token == JsonTokenType.EndArray)
                    break;
                string path = string.Create(CultureInfo.InvariantCulture, $"$.data[{article}]");
                if (token != JsonTokenType.StartObject)
                    throw Unexpected(source, path, "an object");
                foreach (QuestionExample example in ReadArticle(json, path, source))
                    yield return example;
            }
        }
        if (!found)
            throw NotQuestions(source);
        if (json.Read(out _) != JsonTokenType.None)
        {
            throw new BertMLNetException(
                $"{source.Name}, line {json.Line}: there is more behind the end of the data; give one file, or put all articles into one "
                + "\"data\".");
        }
    }

    private static IEnumerable<QuestionExample> ReadArticle(JsonRecordStream json, string path, Source source)
    {
        bool found = false;
        while (json.Read(out string? property) == JsonTokenType.PropertyName)
        {
            if (property != "paragraphs")
            {
                json.Skip();
                continue;
            }
            found = true;
            Expect(json, JsonTokenType.StartArray, source, path + ".paragraphs", "an array of paragraphs");
            for (int paragraph = 0; json.ReadValue() is { } document; paragraph++)
            {
                using (document)
                {
                    var record = new JsonPart(
                        document.RootElement, source.Name, FormattableString.Invariant($"{path}.paragraphs[{paragraph}]"));
                    if (!source.TryRead(
                        () => (Context: record.Required("context").AsString(), Questions: record.Required("qas").Items()), out var read))
                        continue;
                    foreach (JsonPart question in read.Questions)
                    {
                        if (source.TryRead(
                            () => QuestionRecord.Read(question, read.Context, source, question.Required("id")), out var example))
                            yield return example;
                    }
                }
            }
        }
        if (!found)
            throw new BertMLNetException($"{source.Name}: {path}: 'paragraphs' is missing; an article has an array of them.");
    }

    private static void Expect(JsonRecordStream json, JsonTokenType token, Source source, string path, string what)
    {
        if (json.Read(out _) != token)
            throw Unexpected(source, path, what);
    }

    private static BertMLNetException Unexpected(Source source, string path, string what) =>
        new($"{source.Name}: {path}: {what} was expected.");

    private static BertMLNetException NotQuestions(Source source) =>
        new(
            $"{source.Name}: these are no questions: SQuAD's JSON has an object with 'data', JSON lines have 'question' and 'context' in "
            + "each.");

    /// <summary>Where questions come from, and how they are read.</summary>
    internal sealed record Source(string Name, QuestionReaderOptions Options, QuestionDataReport Report)
    {
        /// <summary>Reads something that may be bad, in which case it is told of, or ends the reading.</summary>
        public bool TryRead<T>(Func<T> read, [NotNullWhen(true)] out T? value)
        {
            try
            {
                value = read()!;
                return true;
            }
            catch (BertMLNetException exception)
            {
                Refuse(exception);
                value = default;
                return false;
            }
        }

        public void Refuse(BertMLNetException error)
        {
            if (Options.OnBadRow is not { } tell)
                ExceptionDispatchInfo.Throw(error);
            else
                tell(error);
        }
    }
}

/// <summary>How question files are read.</summary>
public sealed record QuestionReaderOptions
{
    /// <summary>
    /// Moves an answer whose <c>answer_start</c> does not match its text to the nearest place in the passage that has the text.
    /// </summary>
    public bool FixOffsets { get; init; }

    /// <summary>Whether every question must have answers or be marked as unanswerable; for training and evaluation.</summary>
    public bool RequireAnswers { get; init; }

    /// <summary>Whether answers are left unread, right or wrong; for scoring.</summary>
    public bool IgnoreAnswers { get; init; }

    /// <summary>Stops after so many questions.</summary>
    public int MaxQuestions { get; init; } = int.MaxValue;

    /// <summary>The longest passage or question accepted, in UTF-16 units; a longer one is an error.</summary>
    public int MaxCharacters { get; init; } = 10_000_000;

    /// <summary>The most bytes that one paragraph with its questions, or one line, may take.</summary>
    public int MaxRecordBytes { get; init; } = 256 << 20;

    /// <summary>
    /// Is told of each bad question, which is then left out; where it is null, a bad question ends the reading with its error.
    /// In SQuAD's JSON a bad paragraph counts as one question, and text that is not JSON always ends the reading.
    /// </summary>
    public Action<BertMLNetException>? OnBadRow { get; init; }
}
