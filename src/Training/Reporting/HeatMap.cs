using System.Globalization;

namespace BertMLNet.Training;

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
        svg.AddText(14, Top + side / 2.0, "right", "middle axis", string.Create(CultureInfo.InvariantCulture, $"transform=\"rotate(-90 14 {Top + side / 2})\""));
        for (int row = 0; row < classes; row++)
        {
            svg.AddText(Left - 10, Top + (row + 0.5) * cell + 4, Shortened(table.Rows[row][0], Left - 36), "end");
            svg.AddText(Left + (row + 0.5) * cell, Top - 12, Shortened(table.Columns[row + 1], cell), "middle");
            long[] counts = [.. table.Rows[row].Skip(1).Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
            for (int column = 0; column < classes; column++)
                AddCell(svg, Left + column * cell, Top + row * cell, cell, counts[column], (double)counts[column] / Math.Max(1, counts.Sum()), row == column);
        }
        return svg.End();
    }

    private static void AddCell(Svg svg, int x, int y, int cell, long count, double share, bool right)
    {
        // What is right is blue, what is wrong orange, as in the charts.
        svg.Add($"<rect x=\"{x + 1}\" y=\"{y + 1}\" width=\"{cell - 2}\" height=\"{cell - 2}\" rx=\"4\" fill=\"{Svg.Colour(right ? 0 : 1)}\" fill-opacity=\"{0.06 + 0.94 * share:0.###}\"/>");
        string colour = share > Dark ? "fill=\"#fff\"" : "";
        bool roomy = cell >= 56;
        svg.AddText(x + cell / 2.0, y + cell / 2.0 + (roomy ? 0 : 4), count.ToString(CultureInfo.InvariantCulture), roomy ? "middle count" : "middle", colour);
        if (roomy)
            svg.AddText(x + cell / 2.0, y + cell / 2.0 + 18, share.ToString("P0", CultureInfo.InvariantCulture), "middle", colour);
    }

    private static string Shortened(string text, int width) =>
        text.Length * CharacterWidth <= width ? text : text[..Math.Max(1, width / CharacterWidth - 1)] + "…";
}
