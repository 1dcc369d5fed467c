namespace BertMLNet.Training;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">Its points, x ascending. Points that are not finite are left out.</param>
internal sealed record ChartSeries(string Name, IReadOnlyList<(double X, double Y)> Points);
