using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace BertMLNet.Training.Tests;

public sealed class TrainingReportTests
{
    [Fact]
    public void Charts_are_drawn_as_svg_inside_the_page()
    {
        List<XElement> charts = Charts(Report(steps: 40).ToHtml());
        Assert.Equal(4, charts.Count);

        (double X, double Y)[] loss = Points(charts[0]);
        Assert.Equal(40, loss.Length);
        Assert.True(loss.Zip(loss.Skip(1)).All(pair => pair.First.X < pair.Second.X), "updates run to the right");
        Assert.True(loss[0].Y < loss[^1].Y, "a falling loss falls on the page, whose y runs downwards");
        Assert.All(loss, point => Assert.True(point.X is >= 0 and <= 640 && point.Y is >= 0 and <= 280, $"{point} is on the chart"));
    }

    [Fact]
    public void Long_runs_are_thinned_to_what_a_chart_can_show()
    {
        Assert.InRange(Points(Charts(Report(steps: 100_000).ToHtml())[0]).Length, 250, 500);
    }

    [Fact]
    public void A_loss_that_is_not_a_number_leaves_a_gap()
    {
        TrainingReport report = Report(steps: 10);
        report = report with { Steps = [.. report.Steps, new ReportStep(11, double.NaN, 1e-5)] };
        Assert.Equal(10, Points(Charts(report.ToHtml())[0]).Length);
    }

    [Fact]
    public void A_run_without_updates_still_makes_a_page()
    {
        string html = (Report(steps: 0) with { Epochs = [] }).ToHtml();
        Assert.Contains("no data", html);
    }

    [Fact]
    public void The_page_needs_no_script_and_nothing_from_elsewhere_and_texts_cannot_become_markup()
    {
        var table = new ReportTable("Worst errors", ["text"], [["<script>alert(1)</script> & <b>"]]);
        string html = (Report(steps: 3) with { Tables = [table], Command = "bertmlnet train --model \"a<b\"" }).ToHtml();
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(src|href)=|url\\(|@import", html);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;", html);
        Assert.Contains("a&lt;b", html);
    }

    [Fact]
    public void The_epoch_whose_weights_were_kept_stands_out()
    {
        string html = Report(steps: 3).ToHtml();
        Assert.Single(Regex.Matches(html, "<tr class=\"best\">"));
        Assert.Contains("<tr class=\"best\"><td>2</td><td>0.4000</td><td>0.5000</td><td>0.8000</td></tr>", html);
    }

    [Fact]
    public void A_confusion_matrix_is_a_picture_and_scores_by_length_are_bars()
    {
        var matrix = new ReportTable("Confusion matrix", ["right class", "no", "yes"], [["no", "30", "10"], ["yes", "0", "60"]], Chart: ReportChart.Matrix);
        var bars = new ReportTable("By length", ["length", "exact match", "F1", "questions"], [["1 word", "0.500", "0.750", "4"], ["2 words", "0.250", "1.000", "8"]], Chart: ReportChart.Bars);
        List<XElement> charts = Charts((Report(steps: 3) with { Tables = [matrix, bars] }).ToHtml());

        string[] cells = [.. charts[4].Elements("rect").Select(rect => rect.Attribute("fill-opacity")!.Value)];
        Assert.Equal(["0.765", "0.295", "0.06", "1"], cells);
        Assert.Equal(["30", "75 %", "10", "25 %", "0", "0 %", "60", "100 %"], Texts(charts[4]).Where(text => text.Any(char.IsDigit)));
        Assert.Contains("predicted", Texts(charts[4]));

        XElement[] drawn = [.. charts[5].Elements("rect").Where(rect => rect.Attribute("rx") is null)];
        Assert.Equal(4, drawn.Length);
        double[] heights = [.. drawn.Select(rect => double.Parse(rect.Attribute("height")!.Value, CultureInfo.InvariantCulture))];
        Assert.Equal([0.5, 0.75, 0.25, 1], heights.Select(height => height / heights[^1]), (a, b) => Math.Abs(a - b) < 0.01);
        Assert.Contains("exact match", Texts(charts[5]));

        static IEnumerable<string> Texts(XElement chart) => chart.Elements("text").Select(text => text.Value);
    }

    private static TrainingReport Report(int steps) => new()
    {
        Title = "A run",
        Command = "bertmlnet train",
        Facts = [new("accuracy", "0.8")],
        Settings = [new("epochs", "3")],
        Steps = [.. Enumerable.Range(1, steps).Select(step => new ReportStep(step, 1.0 / step, 1e-4))],
        Epochs = [.. Enumerable.Range(1, 3).Select(epoch => new ReportEpoch(epoch, 0.8 / epoch, new Metrics(1.0 / epoch)))],
        BestEpoch = 2,
    };

    private static List<XElement> Charts(string html) =>
        [.. Regex.Matches(html, "<svg.*?</svg>", RegexOptions.Singleline).Select(match => XElement.Parse(match.Value))];

    private static (double X, double Y)[] Points(XElement chart) =>
    [
        .. chart.Element("polyline")!.Attribute("points")!.Value.Split(' ').Select(point =>
        {
            double[] parts = [.. point.Split(',').Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
            return (parts[0], parts[1]);
        }),
    ];

    private sealed class Metrics(double loss) : TaskMetrics
    {
        public override double Loss => loss;

        public override string PrimaryName => "accuracy";

        public override IReadOnlyList<KeyValuePair<string, double>> Values => [new("accuracy", 0.8)];
    }
}
