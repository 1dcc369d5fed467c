using System.Buffers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using BertMLNet.Modeling;

namespace BertMLNet.AspNetCore;

/// <summary>
/// What <c>/info</c> tells: the fields of text-embeddings-inference, of the first model where there are several, and all endpoints.
/// </summary>
internal static class ServiceInfo
{
    private static readonly string Version =
        typeof(ServiceInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Writes the information as JSON.</summary>
    public static string Of(IReadOnlyList<ServedModel> models)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            ServedModel first = models[0];
            json.WriteStartObject();
            // The folder's name alone: where it lies is nobody's business.
            json.WriteString("model_id", Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(first.Path))));
            json.WriteNull("model_sha");
            json.WriteString("model_dtype", first.Options.Scoring.Graph is null ? "float32" : first.Options.Scoring.Graph);
            json.WriteStartObject("model_type");
            foreach (ServedModel model in models)
                model.WriteType(json);
            json.WriteEndObject();
            json.WriteNumber("max_concurrent_requests", first.Options.MaxRequests);
            json.WriteNumber("max_input_length", first.MaxLength);
            json.WriteNumber("max_batch_tokens", first.Options.OpenedScoring.BatchTokens);
            json.WriteNull("max_batch_requests");
            json.WriteNumber("max_client_batch_size", first.Options.MaxRows);
            json.WriteBoolean("auto_truncate", first.Options.Truncate);
            json.WriteNumber("tokenization_workers", first.Options.WorkerCount);
            json.WriteString("version", Version);
            json.WriteStartArray("endpoints");
            foreach (string endpoint in models.SelectMany(model => model.Endpoints))
                json.WriteStringValue(endpoint);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
