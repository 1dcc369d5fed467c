using System.Globalization;

namespace BertMLNet.Training;

/// <summary>Draws lines.</summary>
internal static class LineChart
{
    private const int Width = 640;
    private const int Height = 280;
    private const int Left = 64;
    private const int Right = 16;
    private const int Top = 34;
    private const int Bottom = 44;

    /// <summary>More points than this are averaged in groups: a chart has no more columns of pixels.</summary>
    private const int MaxPoints = 500;

    /// <summary>Lines of so few points show each of them.</summary>
    private const int MostMarked = 40;

    /// <summary>Draws a chart, an SVG element to be put into a page; the title is for those who cannot see it.</summary>
    public static string Draw(string title, string xLabel, params ReadOnlySpan<ChartSeries> series)
    {
        var lines = new List<ChartSeries>();
        foreach (ChartSeries line in series)
            lines.Add(line with { Points = Thin(line.Points) });
        var points = lines.SelectMany(line => line.Points).ToList();
        var svg = new Svg(Width, Height, title);
        if (points.Count == 0)
        {
            svg.AddText(Width / 2, Height / 2, "no data", "middle");
            return svg.End();
        }

        // Updates and epochs are counted.
        var x = new AxisTicks(points.Min(point => point.X), points.Max(point => point.X), 8, whole: true);
        var y = new AxisTicks(points.Min(point => point.Y), points.Max(point => point.Y), 5);
        double Across(double value) => Left + (value - x.Low) / (x.High - x.Low) * (Width - Left - Right);
        double Up(double value) => Height - Bottom - (value - y.Low) / (y.High - y.Low) * (Height - Top - Bottom);

        foreach ((double value, string label) in y.Marks())
        {
            svg.Add($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Up(value):0.#}\" y2=\"{Up(value):0.#}\"/>");
            svg.AddText(Left - 8, Up(value) + 4, label, "end");
        }
        foreach ((double value, string label) in x.Marks())
            svg.AddText(Across(value), Height - Bottom + 18, label, "middle");
        svg.AddText((Left + Width - Right) / 2.0, Height - 6, xLabel, "middle");
        svg.AddLegend(Left, 16, lines.Select(line => line.Name));

        for (int i = 0; i < lines.Count; i++)
        {
            string path = string.Join(
                ' ',
                lines[i].Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{Across(point.X):0.#},{Up(point.Y):0.#}")));
            if (lines[i].Points.Count > 1)
                svg.Add($"<polyline stroke=\"{Svg.Colour(i)}\" points=\"{path}\"/>");
            foreach ((double X, double Y) point in lines[i].Points.Count <= MostMarked ? lines[i].Points : [])
                svg.Add($"<circle cx=\"{Across(point.X):0.#}\" cy=\"{Up(point.Y):0.#}\" r=\"3\" fill=\"{Svg.Colour(i)}\"/>");
        }
        return svg.End();
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

/// <summary>One line of a chart, x ascending; points that are not finite are left out.</summary>
internal sealed record ChartSeries(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Where an axis has its marks: at round numbers that span the data.</summary>
internal sealed class AxisTicks
{
    private readonly double _step;

    /// <summary>Chooses about <paramref name="wanted"/> marks, of whole numbers only where these are counts.</summary>
    public AxisTicks(double low, double high, int wanted, bool whole = false)
    {
        if (high <= low)
            (low, high) = (low - Math.Max(Math.Abs(low), 1) / 2, low + Math.Max(Math.Abs(low), 1) / 2);
        double rough = (high - low) / wanted;
        double magnitude = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        _step = magnitude * (rough / magnitude) switch
        {
            < 1.5 => 1,
            < 3.5 => 2,
            < 7.5 => 5,
            _ => 10,
        };
        if (whole)
            _step = Math.Max(_step, 1);
        Low = Math.Floor(low / _step + 1e-9) * _step;
        High = Math.Ceiling(high / _step - 1e-9) * _step;
    }

    /// <summary>The first mark.</summary>
    public double Low { get; }

    /// <summary>The last mark.</summary>
    public double High { get; }

    /// <summary>The marks with their labels.</summary>
    public IEnumerable<(double Value, string Label)> Marks()
    {
        int count = (int)Math.Round((High - Low) / _step);
        for (int i = 0; i <= count; i++)
        {
            double value = Low + i * _step;
            yield return (value, Label(Math.Abs(value) < _step / 2 ? 0 : value));
        }
    }

    private string Label(double value)
    {
        if (value == 0)
            return "0";
        if (Math.Abs(value) is < 1e-3 or >= 1e6)
            return value.ToString("0.##e+0", CultureInfo.InvariantCulture);
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(_step) - 1e-9), 0, 6);
        return value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
