namespace BertMLNet.Cli;

/// <summary>Writes a table for people, its columns aligned by spaces, control characters in its cells shown and not obeyed.</summary>
internal static class TextTable
{
    /// <summary>Writes the rows under their headings; the cells of columns in <paramref name="rightAligned"/> end at one edge.</summary>
    public static void Write(
        TextWriter output, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, params ReadOnlySpan<int> rightAligned)
    {
        columns = [.. columns.Select(Shown.Plain)];
        rows = [.. rows.Select(row => (IReadOnlyList<string>)[.. row.Select(Shown.Plain)])];
        var widths = new int[columns.Count];
        for (int column = 0; column < widths.Length; column++)
            widths[column] = rows.Select(row => row[column].Length).Append(columns[column].Length).Max();
        foreach (IReadOnlyList<string> row in rows.Prepend(columns))
        {
            var line = new System.Text.StringBuilder();
            for (int column = 0; column < widths.Length; column++)
            {
                string cell = row[column];
                line.Append(rightAligned.Contains(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column])).Append("  ");
            }
            output.WriteLine(line.ToString().TrimEnd());
        }
    }
}
