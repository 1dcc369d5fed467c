using System.Globalization;

namespace BertMLNet.Training;

/// <summary>Draws groups of bars for fractions from 0 to 1.</summary>
internal static class BarChart
{
    private const int Width = 640;
    private const int Height = 260;
    private const int Left = 64;
    private const int Right = 16;
    private const int Top = 34;
    private const int Bottom = 30;

    /// <summary>The room that a name takes when it stands upright, and the rows from which on names do.</summary>
    private const int UprightName = 96;
    private const int UprightFrom = 9;

    /// <summary>Draws a table's columns of fractions, named in groups by its first column; other columns are left out.</summary>
    public static string Draw(ReportTable table)
    {
        int[] columns =
        [
            .. Enumerable.Range(1, table.Columns.Count - 1)
                .Where(column => table.Rows.All(row => row[column].Contains('.', StringComparison.Ordinal))),
        ];
        bool upright = table.Rows.Count >= UprightFrom;
        var svg = new Svg(Width, Height + (upright ? UprightName : 0), table.Title);
        for (int tenth = 0; tenth <= 10; tenth += 2)
        {
            svg.Add(
                $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Up(tenth / 10.0):0.#}\" y2=\"{Up(tenth / 10.0):0.#}\"/>");
            svg.AddText(Left - 8, Up(tenth / 10.0) + 4, (tenth / 10.0).ToString("0.0", CultureInfo.InvariantCulture), "end");
        }
        svg.AddLegend(Left, 16, columns.Select(column => table.Columns[column]));
        double group = (double)(Width - Left - Right) / Math.Max(1, table.Rows.Count);
        double bar = Math.Min(48, group * 0.7 / Math.Max(1, columns.Length));
        for (int row = 0; row < table.Rows.Count; row++)
        {
            double middle = Left + (row + 0.5) * group;
            for (int i = 0; i < columns.Length; i++)
            {
                double value = Math.Clamp(double.Parse(table.Rows[row][columns[i]], CultureInfo.InvariantCulture), 0, 1);
                double x = middle + (i - columns.Length / 2.0) * bar;
                double height = Up(0) - Up(value);
                (double y, string fill) = (Up(value), Svg.Colour(i));
                svg.Add($"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{bar - 2:0.#}\" height=\"{height:0.#}\" fill=\"{fill}\"/>");
            }
            string name = table.Rows[row][0];
            double y0 = Height - Bottom + (upright ? 10 : 18);
            if (upright)
                svg.AddText(
                    middle + 4, y0, name, "end", FormattableString.Invariant($"transform=\"rotate(-90 {middle + 4:0.#} {y0:0.#})\""));
            else
                svg.AddText(middle, y0, name, "middle");
        }
        return svg.End();
    }

    private static double Up(double value) => Height - Bottom - value * (Height - Top - Bottom);
}

/// <summary>Draws points, or a line through them.</summary>
internal static class PointChart
{
    private const int Width = 640;
    private const int Height = 320;
    private const int Left = 64;
    private const int Right = 16;
    private const int Top = 16;
    private const int Bottom = 44;

    /// <summary>Draws a table's first column of numbers to the right and its second upwards.</summary>
    public static string Draw(ReportTable table)
    {
        (double X, double Y)[] points = [.. table.Rows.Select(row => (Number(row[0]), Number(row[1])))];
        bool joined = table.Chart == ReportChart.Curve;
        var svg = new Svg(Width, Height, table.Title);
        // A curve is one of fractions.
        var x = joined ? new AxisTicks(0, 1, 5) : new AxisTicks(points.Min(point => point.X), points.Max(point => point.X), 8);
        var y = joined ? new AxisTicks(0, 1, 5) : new AxisTicks(points.Min(point => point.Y), points.Max(point => point.Y), 5);
        foreach ((double value, string label) in y.Marks())
        {
            svg.Add($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Up(value):0.#}\" y2=\"{Up(value):0.#}\"/>");
            svg.AddText(Left - 8, Up(value) + 4, label, "end");
        }
        foreach ((double value, string label) in x.Marks())
            svg.AddText(Across(value), Height - Bottom + 18, label, "middle");
        svg.AddText((Left + Width - Right) / 2.0, Height - 6, table.Columns[0], "middle");
        svg.AddText(
            14, (Top + Height - Bottom) / 2.0, table.Columns[1], "middle",
            FormattableString.Invariant($"transform=\"rotate(-90 14 {(Top + Height - Bottom) / 2})\""));
        if (joined)
        {
            string path = string.Join(' ', points.Select(point => FormattableString.Invariant($"{Across(point.X):0.#},{Up(point.Y):0.#}")));
            svg.Add($"<polyline stroke=\"{Svg.Colour(0)}\" points=\"{path}\"/>");
            return svg.End();
        }
        double low = Math.Max(x.Low, y.Low), high = Math.Min(x.High, y.High);
        if (low < high)
            svg.Add($"<polyline stroke=\"{Svg.Colour(1)}\" points=\"{Across(low):0.#},{Up(low):0.#} {Across(high):0.#},{Up(high):0.#}\"/>");
        foreach ((double right, double predicted) in points)
            svg.Add($"<circle cx=\"{Across(right):0.#}\" cy=\"{Up(predicted):0.#}\" r=\"2.5\" fill=\"{Svg.Colour(0)}\" fill-opacity=\"0.5\"/>");
        return svg.End();

        double Across(double value) => Left + (value - x.Low) / (x.High - x.Low) * (Width - Left - Right);
        double Up(double value) => Height - Bottom - (value - y.Low) / (y.High - y.Low) * (Height - Top - Bottom);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>Draws a matrix of counts, each cell as dark as its share of its row.</summary>
internal static class HeatMap
{
    private const int Left = 150;
    private const int Top = 64;
    private const int Bottom = 14;
    private const int LargestCell = 110;
    private const int SmallestCell = 26;
    private const int LongestSide = 460;
    private const int CharacterWidth = 7;

    /// <summary>Where a cell is darker, its number is white.</summary>
    private const double Dark = 0.55;

    /// <summary>Draws a table whose first column names the rows.</summary>
    public static string Draw(ReportTable table)
    {
        int classes = table.Rows.Count;
        int cell = Math.Clamp(LongestSide / Math.Max(classes, 1), SmallestCell, LargestCell);
        int side = cell * classes;
        var svg = new Svg(Left + side + 20, Top + side + Bottom, table.Title);
        svg.AddText(Left + side / 2.0, 16, "predicted", "middle axis");
        svg.AddText(
            14, Top + side / 2.0, "right", "middle axis",
            string.Create(CultureInfo.InvariantCulture, $"transform=\"rotate(-90 14 {Top + side / 2})\""));
        for (int row = 0; row < classes; row++)
        {
            svg.AddText(Left - 10, Top + (row + 0.5) * cell + 4, Shortened(table.Rows[row][0], Left - 36), "end");
            svg.AddText(Left + (row + 0.5) * cell, Top - 12, Shortened(table.Columns[row + 1], cell), "middle");
            long[] counts = [.. table.Rows[row].Skip(1).Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
            for (int column = 0; column < classes; column++)
            {
                AddCell(
                    svg, Left + column * cell, Top + row * cell, cell, counts[column], (double)counts[column] / Math.Max(1, counts.Sum()),
                    row == column);
            }
        }
        return svg.End();
    }

    private static void AddCell(Svg svg, int x, int y, int cell, long count, double share, bool right)
    {
        // What is right is blue, what is wrong orange, as in the charts.
        string place = FormattableString.Invariant($"x=\"{x + 1}\" y=\"{y + 1}\" width=\"{cell - 2}\" height=\"{cell - 2}\"");
        svg.Add($"<rect {place} rx=\"4\" fill=\"{Svg.Colour(right ? 0 : 1)}\" fill-opacity=\"{0.06 + 0.94 * share:0.###}\"/>");
        string colour = share > Dark ? "fill=\"#fff\"" : "";
        bool roomy = cell >= 56;
        svg.AddText(
            x + cell / 2.0, y + cell / 2.0 + (roomy ? 0 : 4), count.ToString(CultureInfo.InvariantCulture),
            roomy ? "middle count" : "middle", colour);
        if (roomy)
            svg.AddText(x + cell / 2.0, y + cell / 2.0 + 18, share.ToString("P0", CultureInfo.InvariantCulture), "middle", colour);
    }

    private static string Shortened(string text, int width) =>
        text.Length * CharacterWidth <= width ? text : text[..Math.Max(1, width / CharacterWidth - 1)] + "…";
}
