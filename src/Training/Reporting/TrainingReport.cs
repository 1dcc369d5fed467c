using System.Globalization;
using System.Net;
using System.Text;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// What is told of a training run to those who were not there: <c>training/report.html</c>. The page holds all it needs
/// and no script, so it reads alike in a browser, in a mail and in ten years.
/// </summary>
internal sealed record TrainingReport
{
    /// <summary>What was trained, on what.</summary>
    public required string Title { get; init; }

    /// <summary>The command that repeats the run.</summary>
    public required string Command { get; init; }

    /// <summary>The few numbers that matter most, shown large.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Highlights { get; init; } = [];

    /// <summary>What one wants to know first, in order: time, throughput, memory, engine, versions.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; }

    /// <summary>Every setting of the run, in order.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>The updates, in order.</summary>
    public required IReadOnlyList<ReportStep> Steps { get; init; }

    /// <summary>The epochs, in order.</summary>
    public required IReadOnlyList<ReportEpoch> Epochs { get; init; }

    /// <summary>The number of the epoch whose weights were kept; 0 where none was.</summary>
    public int BestEpoch { get; init; }

    /// <summary>What else the task shows.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    private const string Style = """
        body { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; color: #1c2733; background: #eef1f4; margin: 0 }
        main { max-width: 66rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
        h1 { font-size: 1.6rem; margin: .5rem 0 1rem } h2 { font-size: 1.1rem; margin: 0 0 .6rem } p { margin: .4rem 0; color: #51606f }
        section { background: #fff; border: 1px solid #dbe1e7; border-radius: 10px; padding: 1rem 1.25rem; margin: 0 0 1rem;
            overflow-x: auto }
        .cards { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0 0 1rem }
        .card { background: #fff; border: 1px solid #dbe1e7; border-top: 4px solid #0072b2; border-radius: 10px; padding: .6rem 1.1rem;
            min-width: 7rem }
        .card b { display: block; font-size: 1.7rem; line-height: 1.2 } .card span { color: #51606f; font-size: .85rem }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 1rem } .pair section { margin: 0 }
        .pair { margin: 0 0 1rem }
        table { border-collapse: collapse; width: 100%; font-size: .9rem }
        th, td { padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #e6eaee }
        th { color: #51606f; font-weight: 600; white-space: nowrap } td { overflow-wrap: break-word }
        tr.best { font-weight: bold; background: #e8f2f8 } tr:last-child > * { border-bottom: 0 }
        pre { background: #1c2733; color: #e8edf2; border-radius: 8px; padding: .8rem 1rem; margin: 0; white-space: pre-wrap;
            overflow-wrap: anywhere }
        svg { width: 100%; display: block } svg text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: #1c2733 }
        svg text[fill="#fff"] { fill: #fff }
        svg .end { text-anchor: end } svg .middle { text-anchor: middle } svg .count { font-size: 17px; font-weight: bold }
        svg .axis { fill: #51606f; font-weight: bold }
        mark { background: #d5ebdf; border-radius: 4px; padding: 0 .2rem } mark small { color: #51606f; padding-left: .3rem }
        mark.wrong { background: #fbe3d3; outline: 1px solid #d55e00 }
        svg .grid { stroke: #e1e6eb } svg polyline { fill: none; stroke-width: 1.8; stroke-linejoin: round }
        """;

    /// <summary>Writes the page, whole or not at all.</summary>
    /// <exception cref="BertMLNetException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteAllText(path, ToHtml());

    /// <summary>The page as HTML with the charts in it as SVG.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder();
        html.Append(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
            + "content=\"width=device-width\">\n");
        html.Append("<title>").Append(Text(Title)).Append("</title>\n<style>\n").Append(Style);
        html.Append("\n</style>\n</head>\n<body>\n<main>\n");
        html.Append("<h1>").Append(Text(Title)).Append("</h1>\n");
        AppendCards(html);
        Section(html, "The run", Pairs(Facts));

        html.Append("<div class=\"pair\">\n");
        Section(html, "Loss", LineChart.Draw(
            "Training loss by update",
            "update",
            new ChartSeries("training loss", [.. Steps.Select(step => ((double)step.Step, step.Loss))])));
        Section(html, "Learning rate", LineChart.Draw(
            "Learning rate by update",
            "update",
            new ChartSeries("learning rate", [.. Steps.Select(step => ((double)step.Step, step.LearningRate))])));
        html.Append("</div>\n");
        if (Epochs.Count > 0)
            AppendEpochs(html);
        foreach (ReportTable table in Tables)
            Section(html, table.Title, (table.Note is null ? "" : $"<p>{Text(table.Note)}</p>\n") + Content(table));

        Section(html, "Command", $"<pre>{Text(Command)}</pre>\n");
        Section(html, "Settings", Pairs(Settings));
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private void AppendCards(StringBuilder html)
    {
        if (Highlights.Count == 0)
            return;
        html.Append("<div class=\"cards\">\n");
        foreach ((string name, string value) in Highlights)
            html.Append("<div class=\"card\"><b>").Append(Text(value)).Append("</b><span>").Append(Text(name)).Append("</span></div>\n");
        html.Append("</div>\n");
    }

    private void AppendEpochs(StringBuilder html)
    {
        string[] names = [.. Epochs[0].Metrics.Values.Select(value => value.Key)];
        html.Append("<div class=\"pair\">\n");
        Section(html, "Loss by epoch", LineChart.Draw(
            "Loss by epoch",
            "epoch",
            new ChartSeries("training loss", [.. Epochs.Select(epoch => ((double)epoch.Epoch, epoch.TrainingLoss))]),
            new ChartSeries("validation loss", [.. Epochs.Select(epoch => ((double)epoch.Epoch, epoch.Metrics.Loss))])));
        // A threshold is no figure of merit, and knows no bounds that a chart could share.
        Section(html, "Metrics by epoch", LineChart.Draw(
            "Metrics by epoch", "epoch",
            [.. names.Where(name => !name.EndsWith("threshold", StringComparison.OrdinalIgnoreCase)).Select(MetricSeries)]));
        html.Append("</div>\n");
        Section(html, "Epochs", Table(
            ["epoch", "training loss", "validation loss", .. names],
            [.. Epochs.Select(epoch => (IReadOnlyList<string>)[
                Number(epoch.Epoch), Fraction(epoch.TrainingLoss), Fraction(epoch.Metrics.Loss),
                .. names.Select(name => Fraction(Value(epoch, name)))])],
            bold: Epochs.TakeWhile(epoch => epoch.Epoch != BestEpoch).Count())
            + "<p>Best in bold: its weights were kept.</p>\n");

        ChartSeries MetricSeries(string name) => new(name, [.. Epochs.Select(epoch => ((double)epoch.Epoch, Value(epoch, name)))]);
    }

    private static string Content(ReportTable table) => table.Chart switch
    {
        _ when table.Marked.Count > 0 => Marked(table),
        _ when table.Rows.Count == 0 => "<p>None.</p>\n",
        ReportChart.Matrix => HeatMap.Draw(table),
        ReportChart.Bars => BarChart.Draw(table) + Table(table.Columns, table.Rows),
        ReportChart.Points or ReportChart.Curve => PointChart.Draw(table),
        _ => Table(table.Columns, table.Rows),
    };

    private static double Value(ReportEpoch epoch, string name) =>
        epoch.Metrics.Values.FirstOrDefault(value => value.Key == name, new(name, double.NaN)).Value;

    private static void Section(StringBuilder html, string heading, string content) =>
        html.Append("<section>\n<h2>").Append(Text(heading)).Append("</h2>\n").Append(content).Append("</section>\n");

    private static string Pairs(IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        var html = new StringBuilder("<table>\n");
        foreach ((string name, string value) in pairs)
            html.Append("<tr><th>").Append(Text(name)).Append("</th><td>").Append(Text(value)).Append("</td></tr>\n");
        return html.Append("</table>\n").ToString();
    }

    private static string Marked(ReportTable table)
    {
        var html = new StringBuilder("<table>\n");
        AppendHeadings(html, table.Columns);
        foreach (MarkedText text in table.Marked)
            text.AppendTo(html);
        return html.Append("</table>\n").ToString();
    }

    private static void AppendHeadings(StringBuilder html, IReadOnlyList<string> columns)
    {
        html.Append("<tr>");
        foreach (string column in columns)
            html.Append("<th>").Append(Text(column)).Append("</th>");
        html.Append("</tr>\n");
    }

    private static string Table(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, int bold = -1)
    {
        var html = new StringBuilder("<table>\n");
        AppendHeadings(html, columns);
        for (int i = 0; i < rows.Count; i++)
        {
            html.Append(i == bold ? "<tr class=\"best\">" : "<tr>");
            foreach (string cell in rows[i])
                html.Append("<td>").Append(Text(cell)).Append("</td>");
            html.Append("</tr>\n");
        }
        return html.Append("</table>\n").ToString();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Fraction(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}

/// <summary>One epoch as the report's tables and curves show it.</summary>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="TrainingLoss">The mean training loss over the epoch.</param>
/// <param name="Metrics">What the model reached on the validation part after it.</param>
public sealed record ReportEpoch(int Epoch, double TrainingLoss, TaskMetrics Metrics);

/// <summary>One update as the report's curves show it.</summary>
/// <param name="Step">The update's number, from 1.</param>
/// <param name="Loss">Its training loss.</param>
/// <param name="LearningRate">Its learning rate.</param>
internal readonly record struct ReportStep(long Step, double Loss, double LearningRate);

/// <summary>A table of the report: a confusion matrix, scores by answer length, the worst errors with their texts.</summary>
/// <param name="Title">The heading above it.</param>
/// <param name="Columns">The columns' headings.</param>
/// <param name="Rows">The cells, row by row.</param>
/// <param name="Note">A sentence on how to read it; null for none.</param>
/// <param name="Chart">The picture to draw of it.</param>
internal sealed record ReportTable(
    string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, string? Note = null,
    ReportChart Chart = ReportChart.None)
{
    /// <summary>Texts with marks in place of rows.</summary>
    public IReadOnlyList<MarkedText> Marked { get; init; } = [];
}

/// <summary>The picture that the report draws of a table.</summary>
internal enum ReportChart
{
    /// <summary>None: the table alone.</summary>
    None,

    /// <summary>A square of shaded cells, in place of the table: counts, a right class a row, a predicted one a column.</summary>
    Matrix,

    /// <summary>Points in place of the table: the first column to the right, the second upwards.</summary>
    Points,

    /// <summary>The same points joined by a line.</summary>
    Curve,

    /// <summary>Bars above the table: a group a row, named by the first column; a bar for each column of fractions from 0 to 1.</summary>
    Bars,
}
