using System.Text.Json;
using System.Text.Json.Serialization;

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

    /// <summary>
    /// The probability from which on a label is given (<c>thresholds</c>), where any number of labels may be: one for all of them,
    /// or one a label, in their order. Null for a half.
    /// </summary>
    public IReadOnlyList<float>? Thresholds { get; init; }

    /// <summary>Reads the settings of a configuration; null where it has none.</summary>
    /// <exception cref="BertMLNetException">A setting is of another type.</exception>
    internal static ClassificationSettings? Read(JsonPart config, string file) => TaskSettings.Find(config, file, Task) is { } fields
        ? new ClassificationSettings
        {
            MaxLength = fields.Integer("max_seq_len"),
            SentencePairs = fields.Boolean("sentence_pairs"),
            Thresholds = fields["thresholds"] is { } list ? [.. list.Items().Select(item => item.AsSingle())] : null,
        }
        : null;

    string ITaskSettings.Pipeline => Task;

    void ITaskSettings.WriteFields(Utf8JsonWriter json)
    {
        TaskSettings.WriteNumber(json, "max_seq_len", MaxLength);
        if (SentencePairs is { } pairs)
            json.WriteBoolean("sentence_pairs", pairs);
        if (Thresholds is { } thresholds)
        {
            json.WriteStartArray("thresholds");
            foreach (float threshold in thresholds)
                json.WriteNumberValue(threshold);
            json.WriteEndArray();
        }
    }
}

/// <summary>
/// How long passages are cut into windows, and how an answer is read from the logits. What a model was trained with stands in its
/// <c>config.json</c> under <c>task_specific_params</c>, in the entry <c>question-answering</c>, which other readers pass over.
/// </summary>
public sealed record QuestionAnsweringOptions : ITaskSettings
{
    private const string Task = "question-answering";

    /// <summary>The longest window where nothing else is said, special tokens included.</summary>
    internal const int DefaultMaxLength = 384;

    private const int MostCandidates = 1000;

    /// <summary>
    /// The most tokens of a window, special tokens included (<c>max_seq_len</c>); where it is null, what the model was trained with, or
    /// else 384 where the model takes as many.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxLength { get; init; }

    /// <summary>
    /// Passage tokens that neighbouring windows share (<c>doc_stride</c>), as in transformers (Google's original code calls the
    /// distance between two windows' starts by the same name); never more than half of a window's passage tokens.
    /// </summary>
    public int DocStride { get; init; } = 128;

    /// <summary>Questions are cut off after so many tokens (<c>max_question_len</c>) and never take more than half of a window.</summary>
    public int MaxQuestionLength { get; init; } = 64;

    /// <summary>The longest answer in tokens (<c>max_answer_len</c>).</summary>
    public int MaxAnswerLength { get; init; } = 30;

    /// <summary>The number of candidates given with an answer, from 1 to 1000.</summary>
    public int NBestSize { get; init; } = 20;

    /// <summary>
    /// Lets questions have no answer: none is given where the score of "no answer" exceeds the best span's by more than this
    /// (<c>null_threshold</c>). Null for models trained on questions that always have an answer: then a span is always given.
    /// </summary>
    public double? NullThreshold { get; init; }

    /// <summary>Reads what a configuration says; null where it says nothing.</summary>
    /// <exception cref="BertMLNetException">A setting is of another type.</exception>
    internal static QuestionAnsweringOptions? Read(JsonPart config, string file)
    {
        var defaults = new QuestionAnsweringOptions();
        return TaskSettings.Find(config, file, Task) is not { } fields ? null : defaults with
        {
            MaxLength = fields.Integer("max_seq_len"),
            DocStride = fields.Integer("doc_stride") ?? defaults.DocStride,
            MaxQuestionLength = fields.Integer("max_question_len") ?? defaults.MaxQuestionLength,
            MaxAnswerLength = fields.Integer("max_answer_len") ?? defaults.MaxAnswerLength,
            NullThreshold = fields.Double("null_threshold"),
        };
    }

    string ITaskSettings.Pipeline => Task;

    void ITaskSettings.WriteFields(Utf8JsonWriter json)
    {
        TaskSettings.WriteNumber(json, "max_seq_len", MaxLength);
        json.WriteNumber("doc_stride", DocStride);
        json.WriteNumber("max_question_len", MaxQuestionLength);
        json.WriteNumber("max_answer_len", MaxAnswerLength);
        if (NullThreshold is { } threshold)
            json.WriteNumber("null_threshold", threshold);
    }

    /// <summary>Checks the values.</summary>
    /// <exception cref="BertMLNetException">A value makes no sense.</exception>
    internal void Validate()
    {
        RequireAtLeast(0, DocStride, nameof(DocStride));
        RequireAtLeast(1, MaxQuestionLength, nameof(MaxQuestionLength));
        RequireAtLeast(1, MaxAnswerLength, nameof(MaxAnswerLength));
        RequireAtLeast(1, NBestSize, nameof(NBestSize));
        if (NBestSize > MostCandidates)
            throw new BertMLNetException($"question answering: {nameof(NBestSize)} is {NBestSize}; it must be {MostCandidates} or less.");
        if (NullThreshold is { } threshold && !double.IsFinite(threshold))
            throw new BertMLNetException($"question answering: {nameof(NullThreshold)} is not a finite number; leave it out for never.");
    }

    private static void RequireAtLeast(int least, int value, string name)
    {
        if (value < least)
            throw new BertMLNetException($"question answering: {name} is {value}; it must be {least} or more.");
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
        Answering = QuestionAnsweringOptions.Read(fields, file),
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

    public static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }
}
