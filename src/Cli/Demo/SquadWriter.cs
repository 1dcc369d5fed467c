using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>Writes questions as SQuAD's JSON: version 2.0 where some question has no answer, version 1.1 otherwise.</summary>
internal static class SquadWriter
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Writes a file of one article, whole or not at all. Questions that share a passage share a paragraph.</summary>
    public static void Write(string path, IReadOnlyList<QuestionExample> examples, string title)
    {
        bool version2 = examples.Any(example => example.Answers!.Count == 0);
        var paragraphs = examples.GroupBy(example => example.Context).Select(paragraph => new
        {
            context = paragraph.Key,
            qas = paragraph.Select(example => new
            {
                id = example.Id,
                question = example.Question,
                is_impossible = version2 ? example.Answers!.Count == 0 : (bool?)null,
                answers = example.Answers!.Select(
                    answer => new { text = answer.Text, answer_start = example.Context[..answer.Start!.Value].EnumerateRunes().Count() }),
            }),
        });
        var squad = new { version = version2 ? "v2.0" : "1.1", data = new[] { new { title, paragraphs } } };
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, squad, Options));
    }
}
