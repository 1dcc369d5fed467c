namespace BertMLNet.Parity;

/// <summary>The difference of two texts, line by line.</summary>
internal static class LineDiff
{
    private const int Context = 2;

    /// <summary>Lines that went (<c>-</c>) and came (<c>+</c>) with a few around them; empty where the texts are alike.</summary>
    public static IReadOnlyList<string> Unified(string[] before, string[] now, LineComparer alike)
    {
        int start = 0, endBefore = before.Length, endNow = now.Length;
        while (start < endBefore && start < endNow && alike.AreAlike(before[start], now[start]))
            start++;
        while (endBefore > start && endNow > start && alike.AreAlike(before[endBefore - 1], now[endNow - 1]))
            (endBefore, endNow) = (endBefore - 1, endNow - 1);
        if (start == endBefore && start == endNow)
            return [];

        List<(char Mark, string Line)> edits = Edits(before.AsSpan(start, endBefore - start), now.AsSpan(start, endNow - start), alike);
        edits.InsertRange(0, before[Math.Max(0, start - Context)..start].Select(line => (' ', line)));
        edits.AddRange(before[endBefore..Math.Min(before.Length, endBefore + Context)].Select(line => (' ', line)));
        return Condense(edits);
    }

    /// <summary>The shortest way from one to the other, by the lengths of common subsequences.</summary>
    private static List<(char Mark, string Line)> Edits(ReadOnlySpan<string> before, ReadOnlySpan<string> now, LineComparer alike)
    {
        var edits = new List<(char, string)>();
        if ((long)before.Length * now.Length > 16_000_000)
        {
            foreach (string line in before)
                edits.Add(('-', line));
            foreach (string line in now)
                edits.Add(('+', line));
            return edits;
        }
        int[,] common = new int[before.Length + 1, now.Length + 1];
        for (int i = before.Length - 1; i >= 0; i--)
        {
            for (int j = now.Length - 1; j >= 0; j--)
            {
                common[i, j] = alike.AreAlike(before[i], now[j])
                    ? common[i + 1, j + 1] + 1
                    : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }
        for (int i = 0, j = 0; i < before.Length || j < now.Length;)
        {
            if (i < before.Length && j < now.Length && alike.AreAlike(before[i], now[j]))
            {
                edits.Add((' ', before[i++]));
                j++;
            }
            else if (j == now.Length || (i < before.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                edits.Add(('-', before[i++]));
            }
            else
            {
                edits.Add(('+', now[j++]));
            }
        }
        return edits;
    }

    /// <summary>Leaves out what is far from any change.</summary>
    private static List<string> Condense(List<(char Mark, string Line)> edits)
    {
        var lines = new List<string>();
        bool skipping = false;
        for (int i = 0; i < edits.Count; i++)
        {
            bool near = edits.Skip(Math.Max(0, i - Context)).Take((2 * Context) + 1).Any(edit => edit.Mark != ' ');
            if (near)
                lines.Add($"{edits[i].Mark} {edits[i].Line}");
            else if (!skipping)
                lines.Add("  …");
            skipping = !near;
        }
        return lines;
    }
}
