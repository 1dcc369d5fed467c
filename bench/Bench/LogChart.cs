using System.Globalization;
using System.Text;

namespace BertMLNet.Bench;

/// <summary>Draws lines over two logarithmic axes as an SVG file, where a power law is a straight line.</summary>
internal static class LogChart
{
    private const int Width = 640;
    private const int Height = 360;
    private const int Left = 64;
    private const int Right = 90;
    private const int Top = 40;
    private const int Bottom = 48;

    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73"];

    public static string Draw(string title, string xLabel, string yLabel, IReadOnlyList<(string Name, (double X, double Y)[] Points)> series)
    {
        (double X, double Y)[] points = [.. series.SelectMany(line => line.Points)];
        double left = Math.Log2(points.Min(point => point.X)), right = Math.Log2(points.Max(point => point.X));
        double low = Math.Floor(Math.Log10(points.Min(point => point.Y))), high = Math.Ceiling(Math.Log10(points.Max(point => point.Y)));
        double Across(double x) => Left + (Math.Log2(x) - left) / (right - left) * (Width - Left - Right);
        double Up(double y) => Height - Bottom - (Math.Log10(y) - low) / (high - low) * (Height - Top - Bottom);

        var svg = new StringBuilder();
        void Line(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Line($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"white\"/>");
        Line($"<text x=\"{Left}\" y=\"22\" font-size=\"14\">{title}</text>");
        for (double power = low; power <= high; power++)
        {
            double y = Up(Math.Pow(10, power));
            Line($"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\" stroke=\"#ddd\"/>");
            Line($"<text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Math.Pow(10, power):0.###}</text>");
        }
        foreach (double x in points.Select(point => point.X).Distinct())
            Line($"<text x=\"{Across(x):0.#}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{x:0}</text>");
        Line($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 10}\" text-anchor=\"middle\">{xLabel}</text>");
        Line($"<text x=\"14\" y=\"{(Top + Height - Bottom) / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {(Top + Height - Bottom) / 2})\">{yLabel}</text>");
        for (int i = 0; i < series.Count; i++)
        {
            string path = string.Join(' ', series[i].Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{Across(point.X):0.#},{Up(point.Y):0.#}")));
            (double X, double Y) last = series[i].Points[^1];
            Line($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{Colours[i]}\" stroke-width=\"2\"/>");
            Line($"<text x=\"{Across(last.X) + 6:0.#}\" y=\"{Up(last.Y) + 4:0.#}\" fill=\"{Colours[i]}\">{series[i].Name}</text>");
        }
        Line($"</svg>");
        return svg.ToString();
    }
}
