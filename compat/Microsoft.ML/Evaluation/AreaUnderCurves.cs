namespace Microsoft.ML.Data;

/// <summary>Areas under the curves of a binary classifier's scores.</summary>
internal static class AreaUnderCurves
{
    /// <summary>The share of pairs of a positive and a negative row in which the positive scores higher; ties count half.</summary>
    public static double Roc(IReadOnlyList<(float Score, bool Positive)> rows)
    {
        double positives = rows.Count(row => row.Positive);
        double negatives = rows.Count - positives;
        Check.Parameter(positives > 0, "PosSample", "AUC is not defined when there is no positive class in the data");
        Check.Parameter(negatives > 0, "NegSample", "AUC is not defined when there is no negative class in the data");
        double above = 0;
        double area = 0;
        foreach (var tied in rows.GroupBy(row => row.Score).OrderByDescending(group => group.Key))
        {
            double tiedPositives = tied.Count(row => row.Positive);
            double tiedNegatives = tied.Count() - tiedPositives;
            area += (above + tiedPositives / 2) * tiedNegatives;
            above += tiedPositives;
        }

        return area / (positives * negatives);
    }

    /// <summary>Trapezoids between the points that each positive row adds, in order of falling score; rows that tie keep their order.</summary>
    public static double PrecisionRecall(IReadOnlyList<(float Score, bool Positive)> rows)
    {
        double positives = rows.Count(row => row.Positive);
        double seen = 0;
        double hits = 0;
        double previousPrecision = 1;
        double area = 0;
        foreach (var row in rows.OrderByDescending(row => row.Score))
        {
            seen++;
            if (row.Positive)
                hits++;
            double precision = hits / seen;
            if (row.Positive)
                area += (previousPrecision + precision) / 2 / positives;
            previousPrecision = precision;
        }

        return area;
    }
}
