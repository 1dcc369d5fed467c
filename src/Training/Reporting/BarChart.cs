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

    /// <summary>Draws a table's columns of fractions, named in groups by its first column; other columns are left out.</summary>
    public static string Draw(ReportTable table)
    {
        int[] columns = [.. Enumerable.Range(1, table.Columns.Count - 1).Where(column => table.Rows.All(row => row[column].Contains('.', StringComparison.Ordinal)))];
        var svg = new Svg(Width, Height, table.Title);
        for (int tenth = 0; tenth <= 10; tenth += 2)
        {
            svg.Add($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Up(tenth / 10.0):0.#}\" y2=\"{Up(tenth / 10.0):0.#}\"/>");
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
                svg.Add($"<rect x=\"{middle + (i - columns.Length / 2.0) * bar:0.#}\" y=\"{Up(value):0.#}\" width=\"{bar - 2:0.#}\" height=\"{Up(0) - Up(value):0.#}\" fill=\"{Svg.Colour(i)}\"/>");
            }
            svg.AddText(middle, Height - Bottom + 18, table.Rows[row][0], "middle");
        }
        return svg.End();
    }

    private static double Up(double value) => Height - Bottom - value * (Height - Top - Bottom);
}
