using System.Text.Encodings.Web;
using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>Writes questions as SQuAD's JSON: version 2.0 where some question has no answer, version 1.1 otherwise.</summary>
internal static class SquadWriter
{
    /// <summary>Writes a file, whole or not at all. Questions that follow one another and share a passage share a paragraph.</summary>
    /// <param name="path">The file.</param>
    /// <param name="examples">Questions with ids and known answers at known places.</param>
    /// <param name="title">The title of the one article in the file.</param>
    /// <exception cref="BertMLNetException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<QuestionExample> examples, string title)
    {
        bool version2 = examples.Any(example => example.Answers!.Count == 0);
        AtomicFile.Write(path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            json.WriteStartObject();
            json.WriteString("version", version2 ? "v2.0" : "1.1");
            json.WriteStartArray("data");
            json.WriteStartObject();
            json.WriteString("title", title);
            json.WriteStartArray("paragraphs");
            for (int i = 0; i < examples.Count;)
            {
                string context = examples[i].Context;
                json.WriteStartObject();
                json.WriteString("context", context);
                json.WriteStartArray("qas");
                for (; i < examples.Count && examples[i].Context == context; i++)
                    WriteQuestion(json, examples[i], version2);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static void WriteQuestion(Utf8JsonWriter json, QuestionExample example, bool version2)
    {
        json.WriteStartObject();
        json.WriteString("id", example.Id);
        json.WriteString("question", example.Question);
        if (version2)
            json.WriteBoolean("is_impossible", example.Answers!.Count == 0);
        json.WriteStartArray("answers");
        foreach (GoldAnswer answer in example.Answers!)
        {
            json.WriteStartObject();
            json.WriteString("text", answer.Text);
            json.WriteNumber("answer_start", CodePoints(example.Context.AsSpan(0, answer.Start!.Value)));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static int CodePoints(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (System.Text.Rune _ in text.EnumerateRunes())
            count++;
        return count;
    }
}
