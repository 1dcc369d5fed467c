using System.Text.Json;

namespace BertMLNet.Modeling;

/// <summary>
/// How a classifier was trained to see texts. It stands in <c>config.json</c> under <c>task_specific_params</c>, in the entry
/// <c>text-classification</c>, which other readers pass over. What is null is not known.
/// </summary>
public sealed record ClassificationSettings : ITaskSettings
{
    /// <summary>The fewest tokens that a pair's sequence can be held to: [CLS], two texts of one token, and two [SEP].</summary>
    public const int ShortestLength = 5;

    private const string Task = "text-classification";

    /// <summary>The most tokens of a sequence, special tokens included (<c>max_seq_len</c>); longer texts were shortened to it.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Whether it was trained on pairs (<c>sentence_pairs</c>), not on single texts.</summary>
    public bool? SentencePairs { get; init; }

    /// <summary>Reads the settings of a configuration; null where it has none.</summary>
    /// <exception cref="BertMLNetException">A setting is of another type.</exception>
    internal static ClassificationSettings? Read(JsonPart config, string file) => TaskSettings.Find(config, file, Task) is { } fields
        ? new ClassificationSettings
        {
            MaxLength = fields.Integer("max_seq_len"),
            SentencePairs = fields.Boolean("sentence_pairs"),
        }
        : null;

    string ITaskSettings.Pipeline => Task;

    void ITaskSettings.WriteFields(Utf8JsonWriter json)
    {
        TaskSettings.WriteNumber(json, "max_seq_len", MaxLength);
        if (SentencePairs is { } pairs)
            json.WriteBoolean("sentence_pairs", pairs);
    }
}

/// <summary>
/// How a question answering model was trained to see passages, and how answers are best read from it. It stands in
/// <c>config.json</c> under <c>task_specific_params</c>, in the entry <c>question-answering</c>, which other readers pass over.
/// What is null is the scorer's default.
/// </summary>
public sealed record AnsweringSettings : ITaskSettings
{
    private const string Task = "question-answering";

    /// <summary>The most tokens of a window, special tokens included (<c>max_seq_len</c>).</summary>
    public int? MaxLength { get; init; }

    /// <summary>Passage tokens that neighbouring windows share (<c>doc_stride</c>).</summary>
    public int? DocStride { get; init; }

    /// <summary>The most tokens of a question (<c>max_question_len</c>).</summary>
    public int? MaxQuestionLength { get; init; }

    /// <summary>The longest answer in tokens (<c>max_answer_len</c>).</summary>
    public int? MaxAnswerLength { get; init; }

    /// <summary>
    /// "No answer" is given where its score exceeds the best span's by more than this (<c>null_threshold</c>); null where
    /// every question has an answer.
    /// </summary>
    public double? NullThreshold { get; init; }

    /// <summary>Reads the settings of a configuration; null where it has none.</summary>
    /// <exception cref="BertMLNetException">A setting is of another type.</exception>
    internal static AnsweringSettings? Read(JsonPart config, string file) => TaskSettings.Find(config, file, Task) is { } fields
        ? new AnsweringSettings
        {
            MaxLength = fields.Integer("max_seq_len"),
            DocStride = fields.Integer("doc_stride"),
            MaxQuestionLength = fields.Integer("max_question_len"),
            MaxAnswerLength = fields.Integer("max_answer_len"),
            NullThreshold = fields.Double("null_threshold"),
        }
        : null;

    string ITaskSettings.Pipeline => Task;

    void ITaskSettings.WriteFields(Utf8JsonWriter json)
    {
        TaskSettings.WriteNumber(json, "max_seq_len", MaxLength);
        TaskSettings.WriteNumber(json, "doc_stride", DocStride);
        TaskSettings.WriteNumber(json, "max_question_len", MaxQuestionLength);
        TaskSettings.WriteNumber(json, "max_answer_len", MaxAnswerLength);
        if (NullThreshold is { } threshold)
            json.WriteNumber("null_threshold", threshold);
    }
}

/// <summary>
/// How an entity recogniser was trained to see texts. It stands in <c>config.json</c> under <c>task_specific_params</c>, in the entry
/// <c>token-classification</c>, which other readers pass over. What is null is the scorer's default.
/// </summary>
public sealed record RecognitionSettings : ITaskSettings
{
    private const string Task = "token-classification";

    /// <summary>The most tokens of a window, special tokens included (<c>max_seq_len</c>).</summary>
    public int? MaxLength { get; init; }

    /// <summary>Tokens that neighbouring windows share (<c>stride</c>).</summary>
    public int? Stride { get; init; }

    /// <summary>Reads the settings of a configuration; null where it has none.</summary>
    /// <exception cref="BertMLNetException">A setting is of another type.</exception>
    internal static RecognitionSettings? Read(JsonPart config, string file) => TaskSettings.Find(config, file, Task) is { } fields
        ? new RecognitionSettings { MaxLength = fields.Integer("max_seq_len"), Stride = fields.Integer("stride") }
        : null;

    string ITaskSettings.Pipeline => Task;

    void ITaskSettings.WriteFields(Utf8JsonWriter json)
    {
        TaskSettings.WriteNumber(json, "max_seq_len", MaxLength);
        TaskSettings.WriteNumber(json, "stride", Stride);
    }
}

/// <summary>One task's settings.</summary>
internal interface ITaskSettings
{
    /// <summary>The name of their entry: the tag of the head's pipeline.</summary>
    string Pipeline { get; }

    /// <summary>Writes them as properties of the object that is open.</summary>
    void WriteFields(Utf8JsonWriter json);
}

/// <summary>
/// What a task was trained with, as <c>config.json</c> keeps it: under <c>task_specific_params</c>, in an entry a task, which
/// other readers pass over.
/// </summary>
internal static class TaskSettings
{
    private const string Group = "task_specific_params";

    /// <summary>Finds a task's entry in a configuration; null where it has none.</summary>
    public static JsonPart? Find(JsonPart config, string file, string task) =>
        config[Group] is { Kind: JsonValueKind.Object } group && group[task] is { Kind: JsonValueKind.Object } entry
            ? entry.As($"{file}, {Group}.{task}")
            : null;

    /// <summary>A configuration with what a file says of every task.</summary>
    /// <exception cref="BertMLNetException">A setting is of another type.</exception>
    public static BertConfig ReadInto(BertConfig config, JsonPart fields, string file) => config with
    {
        Classification = ClassificationSettings.Read(fields, file),
        Answering = AnsweringSettings.Read(fields, file),
        Recognition = RecognitionSettings.Read(fields, file),
        Embedding = EmbeddingSettings.Read(fields, file),
    };

    /// <summary>The configuration of the model alone, whatever its tasks are told.</summary>
    public static BertConfig Without(BertConfig config) =>
        config with { Classification = null, Answering = null, Recognition = null, Embedding = null };

    /// <summary>Writes the settings of a head's task as a property of the object that is open.</summary>
    public static void Write(Utf8JsonWriter json, BertConfig config, Head head)
    {
        ITaskSettings?[] all = [config.Classification, config.Answering, config.Recognition, config.Embedding];
        if (all.FirstOrDefault(settings => settings is not null && string.Equals(settings.Pipeline, head.Pipeline)) is not { } settings)
            return;
        json.WriteStartObject(Group);
        json.WriteStartObject(settings.Pipeline);
        settings.WriteFields(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes a number where there is one.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }
}
