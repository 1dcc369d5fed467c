using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BertMLNet.Cli;

/// <summary>Writes JSON for machines: one line a value, UTF-8, text as it is where JSON allows that.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How objects are written: properties by their names here, those that are null left out.</summary>
    private static readonly JsonSerializerOptions Objects = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Writes one object and ends the line.</summary>
    public static void WriteLine(TextWriter output, object value)
    {
        output.Write(JsonSerializer.Serialize(value, Objects));
        output.Write('\n');
    }

    /// <summary>Writes one object, property by property, and ends the line.</summary>
    public static void WriteLine(TextWriter output, Action<Utf8JsonWriter> writeProperties)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            writeProperties(json);
            json.WriteEndObject();
        }
        output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        output.Write('\n');
    }
}

/// <summary>
/// Writes what a model says of each row: JSON lines or TSV, one line a row; TSV has a column for errors where bad rows are passed over.
/// </summary>
internal sealed class ResultWriter(TextWriter output, IReadOnlyList<string> columns, bool tsv, bool withErrors)
{
    /// <summary>Whether lines are TSV, not JSON.</summary>
    public bool WritesTsv => tsv;

    /// <summary>Writes the header that TSV has.</summary>
    public void WriteHeader()
    {
        if (tsv)
            WriteCells(columns.Select(Shown.Plain), "error");
    }

    /// <summary>Writes a row's line of TSV.</summary>
    public void WriteCells(IEnumerable<string> cells) => WriteCells(cells, "");

    /// <summary>Writes a row's line of JSON.</summary>
    public void WriteObject(Action<Utf8JsonWriter> writeProperties) => JsonOutput.WriteLine(output, writeProperties);

    /// <summary>Writes the line of a row that could not be scored, so that lines and rows stay in step.</summary>
    public void WriteError(string error)
    {
        if (tsv)
            WriteCells(columns.Select(_ => ""), error);
        else
            WriteObject(json => json.WriteString("error", error));
    }

    private void WriteCells(IEnumerable<string> cells, string error)
    {
        IEnumerable<string> all = withErrors ? cells.Append(error) : cells;
        output.Write(string.Join('\t', all.Select(cell => cell.Replace('\t', ' ').ReplaceLineEndings(" "))));
        output.Write('\n');
    }
}
