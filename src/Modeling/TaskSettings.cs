using System.Text.Json;

namespace BertMLNet.Modeling;

/// <summary>
/// What a task was trained with, as <c>config.json</c> keeps it: under <c>task_specific_params</c>, in an entry a task, which
/// other readers pass over.
/// </summary>
internal static class TaskSettings
{
    private const string Group = "task_specific_params";

    /// <summary>Finds a task's entry in a configuration; null where it has none.</summary>
    public static JsonFields? Find(JsonFields config, string task) =>
        config.TryGet(Group, out JsonElement group) && group.ValueKind == JsonValueKind.Object
        && new JsonFields(group, $"{config.Source}, {Group}").TryGet(task, out JsonElement entry) && entry.ValueKind == JsonValueKind.Object
            ? new JsonFields(entry, $"{config.Source}, {Group}.{task}")
            : null;

    /// <summary>Writes a task's entry as a property of the object that is open.</summary>
    public static void Write(Utf8JsonWriter json, string task, Action writeFields)
    {
        json.WriteStartObject(Group);
        json.WriteStartObject(task);
        writeFields();
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
