using System.Text.Json;

namespace BertMLNet.Modeling;

/// <summary>
/// How a classifier was trained to see texts. It stands in <c>config.json</c> under <c>task_specific_params</c>, in the entry
/// <c>text-classification</c>, which other readers pass over. What is null is not known.
/// </summary>
public sealed record ClassificationSettings
{
    /// <summary>The fewest tokens that a pair's sequence can be held to: [CLS], two texts of one token, and two [SEP].</summary>
    public const int ShortestLength = 5;

    internal const string Task = "text-classification";

    /// <summary>The most tokens of a sequence, special tokens included (<c>max_seq_len</c>); longer texts were shortened to it.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Whether it was trained on pairs (<c>sentence_pairs</c>), not on single texts.</summary>
    public bool? SentencePairs { get; init; }

    /// <summary>Reads the settings of a configuration; null where it has none.</summary>
    /// <exception cref="BertMLNetException">A setting is of another type.</exception>
    internal static ClassificationSettings? Read(JsonFields config) => TaskSettings.Find(config, Task) is { } fields
        ? new ClassificationSettings
        {
            MaxLength = fields.Int32("max_seq_len"),
            SentencePairs = fields.Boolean("sentence_pairs"),
        }
        : null;

    /// <summary>Writes the settings as a property of the object that is open.</summary>
    internal void Write(Utf8JsonWriter json) => TaskSettings.Write(json, Task, () =>
    {
        TaskSettings.WriteNumber(json, "max_seq_len", MaxLength);
        if (SentencePairs is { } pairs)
            json.WriteBoolean("sentence_pairs", pairs);
    });
}
