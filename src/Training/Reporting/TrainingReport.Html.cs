using System.Globalization;
using System.Net;
using System.Text;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

public sealed partial record TrainingReport
{
    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
        h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
        table { border-collapse: collapse; margin: .5rem 0 } th, td { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd }
        tr.best { font-weight: bold } pre { background: #f4f4f4; padding: .7rem; white-space: pre-wrap; word-break: break-all }
        svg { width: 100%; max-width: 640px; display: block } svg text { font: 12px system-ui, sans-serif }
        svg .end { text-anchor: end } svg .middle { text-anchor: middle } svg .grid { stroke: #ddd } svg polyline { fill: none; stroke-width: 1.6 }
        """;

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="BertMLNetException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteAllText(path, ToHtml());

    /// <summary>The page as HTML with the charts in it as SVG.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
        html.Append("<title>").Append(Text(Title)).Append("</title>\n<style>\n").Append(Style).Append("\n</style>\n</head>\n<body>\n");
        html.Append("<h1>").Append(Text(Title)).Append("</h1>\n");
        AppendPairs(html, Facts);

        Heading(html, "Loss");
        html.Append(LineChart.Draw(
            "Training loss by update",
            "update",
            new ChartSeries("training", [.. Steps.Select(step => ((double)step.Step, step.Loss))])));
        if (Epochs.Count > 0)
            AppendEpochs(html);
        Heading(html, "Learning rate");
        html.Append(LineChart.Draw(
            "Learning rate by update",
            "update",
            new ChartSeries("learning rate", [.. Steps.Select(step => ((double)step.Step, step.LearningRate))])));

        foreach (ReportTable table in Tables)
        {
            Heading(html, table.Title);
            if (table.Note is not null)
                html.Append("<p>").Append(Text(table.Note)).Append("</p>\n");
            AppendTable(html, table.Columns, table.Rows);
        }

        Heading(html, "Command");
        html.Append("<pre>").Append(Text(Command)).Append("</pre>\n");
        Heading(html, "Settings");
        AppendPairs(html, Settings);
        return html.Append("</body>\n</html>\n").ToString();
    }

    private void AppendEpochs(StringBuilder html)
    {
        string[] names = [.. Epochs[0].Metrics.Values.Select(value => value.Key)];
        Heading(html, "Epochs");
        html.Append(LineChart.Draw(
            "Loss by epoch",
            "epoch (loss)",
            new ChartSeries("training loss", [.. Epochs.Select(epoch => ((double)epoch.Epoch, epoch.TrainingLoss))]),
            new ChartSeries("validation loss", [.. Epochs.Select(epoch => ((double)epoch.Epoch, epoch.Metrics.Loss))])));
        html.Append(LineChart.Draw("Metrics by epoch", "epoch (validation metrics)", [.. names.Select(MetricSeries)]));
        AppendTable(
            html,
            ["epoch", "training loss", "validation loss", .. names],
            [.. Epochs.Select(epoch => (IReadOnlyList<string>)[
                Number(epoch.Epoch), Fraction(epoch.TrainingLoss), Fraction(epoch.Metrics.Loss), .. names.Select(name => Fraction(Value(epoch, name)))])],
            bold: Epochs.TakeWhile(epoch => epoch.Epoch != BestEpoch).Count());
        html.Append("<p>Best in bold: its weights were kept.</p>\n");

        ChartSeries MetricSeries(string name) => new(name, [.. Epochs.Select(epoch => ((double)epoch.Epoch, Value(epoch, name)))]);
    }

    private static double Value(ReportEpoch epoch, string name) =>
        epoch.Metrics.Values.FirstOrDefault(value => value.Key == name, new(name, double.NaN)).Value;

    private static void Heading(StringBuilder html, string text) => html.Append("<h2>").Append(Text(text)).Append("</h2>\n");

    private static void AppendPairs(StringBuilder html, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        html.Append("<table>\n");
        foreach ((string name, string value) in pairs)
            html.Append("<tr><th>").Append(Text(name)).Append("</th><td>").Append(Text(value)).Append("</td></tr>\n");
        html.Append("</table>\n");
    }

    private static void AppendTable(
        StringBuilder html, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, int bold = -1)
    {
        html.Append("<table>\n<tr>");
        foreach (string column in columns)
            html.Append("<th>").Append(Text(column)).Append("</th>");
        html.Append("</tr>\n");
        for (int i = 0; i < rows.Count; i++)
        {
            html.Append(i == bold ? "<tr class=\"best\">" : "<tr>");
            foreach (string cell in rows[i])
                html.Append("<td>").Append(Text(cell)).Append("</td>");
            html.Append("</tr>\n");
        }
        html.Append("</table>\n");
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Fraction(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
