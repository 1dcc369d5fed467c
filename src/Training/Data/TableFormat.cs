namespace BertMLNet.Training;

/// <summary>How a file of rows with named columns is written.</summary>
public enum TableFormat
{
    /// <summary>Tab-separated with a header; a quote is a character like any other (<c>.tsv</c>, <c>.txt</c>).</summary>
    Tsv,

    /// <summary>Comma-separated with a header, quoted as RFC 4180 has it (<c>.csv</c>).</summary>
    Csv,

    /// <summary>One JSON object a line (<c>.jsonl</c>, <c>.ndjson</c>, <c>.json</c>).</summary>
    JsonLines,
}
