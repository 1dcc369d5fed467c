using System.Globalization;
using System.Net;
using System.Text;

namespace BertMLNet.Training;

/// <summary>Writes static SVG: no script, no font and no style sheet from elsewhere.</summary>
internal sealed class Svg
{
    /// <summary>Distinct for most kinds of colour blindness (Okabe and Ito).</summary>
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    private readonly StringBuilder _text = new();

    /// <summary>Begins a picture, in units of its own; the title is for those who cannot see it.</summary>
    public Svg(int width, int height, string title) =>
        _text.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {width} {height}\" style=\"max-width:{width}px\" role=\"img\"")
            .Append(CultureInfo.InvariantCulture, $" aria-label=\"{WebUtility.HtmlEncode(title)}\">\n");

    /// <summary>The colour of the line or bar with this number.</summary>
    public static string Colour(int number) => Colours[number % Colours.Length];

    /// <summary>Writes elements as they are; numbers are to be written by the invariant culture.</summary>
    public void Add(FormattableString element) => _text.Append(FormattableString.Invariant(element)).Append('\n');

    /// <summary>Writes text that is not markup, at a place, in a class of the page's style.</summary>
    public void AddText(double x, double y, string text, string kind = "", string attributes = "") =>
        Add($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" class=\"{kind}\" {attributes}>{WebUtility.HtmlEncode(text)}</text>");

    /// <summary>Writes names with their colours, one behind another.</summary>
    public void AddLegend(int x, int y, IEnumerable<string> names)
    {
        const int CharacterWidth = 7;
        const int Gap = 36;
        int number = 0;
        foreach (string name in names)
        {
            Add($"<rect x=\"{x}\" y=\"{y - 9}\" width=\"12\" height=\"10\" rx=\"2\" fill=\"{Colour(number++)}\"/>");
            AddText(x + 17, y, name);
            x += name.Length * CharacterWidth + Gap;
        }
    }

    /// <summary>The picture, to be put into a page.</summary>
    public string End() => _text.Append("</svg>\n").ToString();
}
