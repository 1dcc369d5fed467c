using System.Collections;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>
/// The rows of text files: empty lines and those that begin with // are left out, as are lines that begin with #
/// before the first row or the header, which each file has when there is one.
/// </summary>
internal sealed class TextLines : IEnumerable<TextLine>
{
    private readonly IMultiStreamSource _source;
    private readonly TextLoader.Options _options;

    public TextLines(IMultiStreamSource source, TextLoader.Options options)
    {
        _source = source;
        _options = options;
    }

    public IEnumerator<TextLine> GetEnumerator()
    {
        long left = _options.MaxRows ?? long.MaxValue;
        for (int file = 0; file < _source.Count && left > 0; file++)
        {
            using var reader = _source.OpenTextReader(file);
            foreach (var line in RowsOf(reader))
            {
                if (left-- <= 0)
                    yield break;
                yield return line;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<TextLine> RowsOf(TextReader reader)
    {
        bool first = true;
        long number = 0;
        while (reader.ReadLine() is { } text)
        {
            long start = ++number;
            if (text.Length == 0 || text.StartsWith("//", StringComparison.Ordinal) || (first && text[0] == '#'))
                continue;
            if (_options.ReadMultilines)
                text = ReadOn(reader, text, ref number);
            if (!first || !_options.HasHeader)
                yield return new TextLine(text, start);
            first = false;
        }
    }

    /// <summary>Joins lines while a quoted field is open.</summary>
    private string ReadOn(TextReader reader, string text, ref long number)
    {
        if (!FieldSplitter.EndsInQuotes(text, _options))
            return text;
        long start = number;
        var joined = new StringBuilder(text);
        do
        {
            string next = reader.ReadLine() ?? throw new EndOfStreamException(
                $"A quoted field opened on line {start} was never closed, and we've read to the last line in the file without finding the closing quote");
            joined.Append('\n').Append(next);
            number++;
        }
        while (FieldSplitter.EndsInQuotes(joined.ToString(), _options));
        return joined.ToString();
    }
}
