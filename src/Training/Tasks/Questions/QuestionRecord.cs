using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Reads one question with its answers, and finds the answers in the passage.</summary>
internal static class QuestionRecord
{
    /// <summary>Reads a question.</summary>
    /// <exception cref="BertMLNetException">A field is missing, or contradicts another.</exception>
    public static QuestionExample Read(JsonPart record, string context, QuestionReader.Source source, JsonPart? id)
    {
        var example = new QuestionExample
        {
            Id = id?.Kind == JsonValueKind.Number ? id.RawText : id?.AsString(),
            Question = record.Required("question").AsString(),
            Context = context,
            Location = record.Location,
        };
        return example with { Answers = ReadAnswers(record, example, source) };
    }

    private static List<GoldAnswer>? ReadAnswers(JsonPart record, QuestionExample example, QuestionReader.Source source)
    {
        if (source.Options.IgnoreAnswers)
            return null;
        bool? impossible = record.Boolean("is_impossible");
        if (record["answers"] is not { } given)
        {
            if (impossible == true)
                return [];
            return source.Options.RequireAnswers ? throw record.Missing("answers") : null;
        }
        var answers = new List<GoldAnswer>();
        foreach ((string text, int codePoints) in ReadMarks(given))
            answers.Add(new(text, Place(text, codePoints, example, source)));
        // Version 2.0 lists plausible but wrong answers of unanswerable questions under another name, and no right ones.
        return impossible is null || impossible == (answers.Count == 0)
            ? answers
            : throw record.Error(
                $"is_impossible is {(impossible.Value ? "true, and there are answers" : "false, and there are no answers")}; "
                + "mend one of the two");
    }

    private static IEnumerable<(string Text, int CodePoints)> ReadMarks(JsonPart answers)
    {
        if (answers.Kind != JsonValueKind.Object)
            return answers.Items().Select(answer => (answer.Required("text").AsString(), answer.Required("answer_start").AsInteger()));
        IReadOnlyList<JsonPart> texts = answers.Required("text").Items(), starts = answers.Required("answer_start").Items();
        return texts.Count == starts.Count
            ? texts.Zip(starts, (text, start) => (text.AsString(), start.AsInteger()))
            : throw answers.Error(FormattableString.Invariant($"{texts.Count} texts stand beside {starts.Count} starts"));
    }

    /// <summary>The answer's first character in UTF-16 units; null where the text does not stand there.</summary>
    private static int? Place(string text, int codePoints, QuestionExample example, QuestionReader.Source source)
    {
        string context = example.Context;
        int? start = Utf16Index(context, codePoints);
        if (start is { } place && context.AsSpan(place).StartsWith(text, StringComparison.Ordinal))
            return start;

        string found = start is { } index ? Quote(
            context.AsSpan(index, Math.Min(text.Length, context.Length - index))) : "the passage's end";
        string mismatch = string.Create(
            CultureInfo.InvariantCulture, $"answer_start {codePoints} does not match the answer {Quote(text)}: there stands {found}");
        int? nearest = source.Options.FixOffsets ? Nearest(context, text, start ?? (codePoints < 0 ? 0 : context.Length)) : null;
        if (nearest is not null)
        {
            source.Report.MovedAnswers++;
            source.Report.Note(example, string.Create(CultureInfo.InvariantCulture, $"{mismatch}; moved to character {nearest}"));
        }
        else
        {
            source.Report.MisplacedAnswers++;
            source.Report.Note(example, mismatch);
        }
        return nearest;
    }

    private static int? Utf16Index(string text, int codePoints)
    {
        if (codePoints < 0)
            return null;
        int index = 0;
        for (; codePoints > 0 && index < text.Length; codePoints--)
            index += char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]) ? 2 : 1;
        return codePoints == 0 ? index : null;
    }

    private static int? Nearest(string context, string text, int start)
    {
        if (text.Length == 0)
            return null;
        int after = context.IndexOf(text, start, StringComparison.Ordinal);
        int lastBefore = Math.Min(start + text.Length - 1, context.Length);
        int before = context.AsSpan(0, lastBefore).LastIndexOf(text, StringComparison.Ordinal);
        if (after < 0)
            return before < 0 ? null : before;
        return before < 0 || after - start < start - before ? after : before;
    }

    private static string Quote(ReadOnlySpan<char> text)
    {
        const int Longest = 60;
        string shown = text.Length > Longest ? string.Concat(text[..Longest], "…") : text.ToString();
        return $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(shown)}\"";
    }
}
