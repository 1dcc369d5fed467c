using System.Text;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Reads plain text, one text a line.</summary>
public static class TextLines
{
    /// <summary>Reads the lines of a stream, which is owned from now on. A byte order mark is passed over; an empty line is an empty text.</summary>
    /// <param name="stream">UTF-8 text.</param>
    /// <param name="name">What to call the stream in messages.</param>
    /// <param name="maxLineBytes">The longest line accepted.</param>
    /// <param name="cancellationToken">Checked at each line.</param>
    /// <exception cref="BertMLNetException">A line is too long or not valid UTF-8.</exception>
    public static IEnumerable<string> Read(
        Stream stream, string name, int maxLineBytes = 16 << 20, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var lines = new Utf8LineReader(stream, name, maxLineBytes);
        while (TryRead(lines, out string text))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return text;
        }
    }

    private static bool TryRead(Utf8LineReader lines, out string text)
    {
        bool found = lines.TryRead(out ReadOnlySpan<byte> line, out string? error);
        if (error is not null)
            throw new BertMLNetException($"{lines.Name}, line {lines.LineNumber}: {error}");
        text = Encoding.UTF8.GetString(line);
        return found;
    }
}
