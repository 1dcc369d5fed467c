using System.Globalization;
using System.Net;
using System.Text;

namespace BertMLNet.Training;

/// <summary>Draws lines as static SVG: no script, no font and no style sheet from elsewhere.</summary>
internal static class LineChart
{
    private const int Width = 640;
    private const int Height = 260;
    private const int Left = 64;
    private const int Right = 16;
    private const int Top = 14;
    private const int Bottom = 44;

    /// <summary>More points than this are averaged in groups: a chart has no more columns of pixels.</summary>
    private const int MaxPoints = 500;

    /// <summary>Distinct for most kinds of colour blindness (Okabe and Ito).</summary>
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    /// <summary>Draws a chart; an SVG element to be put into a page.</summary>
    /// <param name="title">What the chart shows, for those who cannot see it.</param>
    /// <param name="xLabel">What runs to the right.</param>
    /// <param name="series">The lines.</param>
    public static string Draw(string title, string xLabel, params ReadOnlySpan<ChartSeries> series)
    {
        var lines = new List<ChartSeries>();
        foreach (ChartSeries line in series)
            lines.Add(line with { Points = Thin(line.Points) });
        var points = lines.SelectMany(line => line.Points).ToList();

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\">\n");
        if (points.Count == 0)
            return svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width / 2}\" y=\"{Height / 2}\" class=\"middle\">no data</text>\n</svg>\n").ToString();

        var x = new AxisTicks(points.Min(point => point.X), points.Max(point => point.X), 8);
        var y = new AxisTicks(points.Min(point => point.Y), points.Max(point => point.Y), 5);
        double Across(double value) => Left + (value - x.Low) / (x.High - x.Low) * (Width - Left - Right);
        double Up(double value) => Height - Bottom - (value - y.Low) / (y.High - y.Low) * (Height - Top - Bottom);

        foreach ((double value, string label) in y.Marks())
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Up(value):0.#}\" y2=\"{Up(value):0.#}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"end\" x=\"{Left - 6}\" y=\"{Up(value) + 4:0.#}\">{label}</text>\n");
        }
        foreach ((double value, string label) in x.Marks())
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"middle\" x=\"{Across(value):0.#}\" y=\"{Height - Bottom + 16}\">{label}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"middle\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\">{WebUtility.HtmlEncode(xLabel)}</text>\n");

        for (int i = 0; i < lines.Count; i++)
        {
            string colour = Colours[i % Colours.Length];
            if (lines[i].Points.Count == 1)
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{Across(lines[i].Points[0].X):0.#}\" cy=\"{Up(lines[i].Points[0].Y):0.#}\" r=\"3\" fill=\"{colour}\"/>\n");
            else
                svg.Append(CultureInfo.InvariantCulture, $"<polyline stroke=\"{colour}\" points=\"{string.Join(' ', lines[i].Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{Across(point.X):0.#},{Up(point.Y):0.#}")))}\"/>\n");
            if (lines.Count > 1)
                svg.Append(CultureInfo.InvariantCulture, $"<text class=\"end\" x=\"{Width - Right - 4}\" y=\"{Top + 14 + 16 * i}\" fill=\"{colour}\">{WebUtility.HtmlEncode(lines[i].Name)}</text>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static List<(double X, double Y)> Thin(IReadOnlyList<(double X, double Y)> points)
    {
        var finite = points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)).ToList();
        int group = (finite.Count + MaxPoints - 1) / MaxPoints;
        return group <= 1
            ? finite
            : [.. finite.Chunk(group).Select(chunk => (chunk.Average(point => point.X), chunk.Average(point => point.Y)))];
    }
}
