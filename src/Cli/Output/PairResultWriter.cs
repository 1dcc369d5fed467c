using System.Globalization;
using BertMLNet.Scoring;

namespace BertMLNet.Cli;

/// <summary>Writes what a classifier says of each row: JSON lines or TSV, one line a row.</summary>
/// <param name="output">Where to write.</param>
/// <param name="labels">The classes' names, by class index.</param>
/// <param name="tsv">Whether to write TSV.</param>
/// <param name="withErrors">Whether TSV has a column for the errors of rows that could not be scored.</param>
internal sealed class PairResultWriter(TextWriter output, IReadOnlyList<string> labels, bool tsv, bool withErrors)
{
    /// <summary>Writes the header that TSV has.</summary>
    public void WriteHeader()
    {
        if (tsv)
            WriteCells(["label", .. labels.Select(label => $"score_{label}")], "error");
    }

    /// <summary>Writes the result of one row.</summary>
    public void Write(in PairPrediction prediction)
    {
        PairPrediction result = prediction;
        if (tsv)
        {
            IEnumerable<string> scores = result.Probabilities.ToArray().Select(score => score.ToString(CultureInfo.InvariantCulture));
            WriteCells([result.Label, .. scores], "");
            return;
        }
        JsonOutput.WriteLine(output, json =>
        {
            json.WriteString("label", result.Label);
            json.WriteStartObject("scores");
            for (int i = 0; i < labels.Count; i++)
                json.WriteNumber(labels[i], result.Probabilities.Span[i]);
            json.WriteEndObject();
            json.WriteStartArray("logits");
            foreach (float logit in result.Logits.Span)
                json.WriteNumberValue(logit);
            json.WriteEndArray();
        });
    }

    /// <summary>Writes the line of a row that could not be scored, so that lines and rows stay in step.</summary>
    public void WriteError(string error)
    {
        if (tsv)
            WriteCells(["", .. labels.Select(_ => "")], error);
        else
            JsonOutput.WriteLine(output, json => json.WriteString("error", error));
    }

    private void WriteCells(IEnumerable<string> cells, string error)
    {
        IEnumerable<string> all = withErrors ? cells.Append(error) : cells;
        output.Write(string.Join('\t', all.Select(cell => cell.Replace('\t', ' ').ReplaceLineEndings(" "))));
        output.Write('\n');
    }
}
