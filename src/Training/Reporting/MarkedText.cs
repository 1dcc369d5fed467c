using System.Net;
using System.Text;

namespace BertMLNet.Training;

/// <summary>A text some parts of which are marked.</summary>
/// <param name="Place">Where it stands; empty for the place of the text above.</param>
/// <param name="Heading">What the marks are.</param>
/// <param name="Text">The text.</param>
/// <param name="Marks">The parts, in order, none over another.</param>
internal sealed record MarkedText(string Place, string Heading, string Text, IReadOnlyList<TextMark> Marks)
{
    /// <summary>Its row of an HTML table; what is wrong is outlined.</summary>
    public void AppendTo(StringBuilder html)
    {
        html.Append("<tr><td>").Append(Encoded(Place)).Append("</td><th>").Append(Encoded(Heading)).Append("</th><td>");
        int position = 0;
        foreach (TextMark mark in Marks)
        {
            html.Append(Encoded(Text[position..mark.Start])).Append("<mark");
            if (!mark.IsRight)
                html.Append(" class=\"wrong\"");
            html.Append('>').Append(Encoded(Text[mark.Start..mark.End])).Append("<small>").Append(Encoded(mark.Label))
                .Append("</small></mark>");
            position = mark.End;
        }
        html.Append(Encoded(Text[position..])).Append("</td></tr>\n");
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}

/// <summary>A marked part of a text.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="End">The character after its last.</param>
/// <param name="Label">What is written behind it.</param>
/// <param name="IsRight">Whether it is right.</param>
internal readonly record struct TextMark(int Start, int End, string Label, bool IsRight);
