using System.Text;
using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class TableReaderTests
{
    [Fact]
    public void Quotes_in_TSV_are_characters_like_any_other()
    {
        Assert.Equal(
            [(2L, "he said \"no", "x"), (3L, "\"\"", "y")],
            Read(TableFormat.Tsv, "a\tb\nhe said \"no\tx\n\"\"\ty\n", "a", "b"));
    }

    [Fact]
    public void CSV_fields_may_hold_commas_quotes_and_line_breaks()
    {
        Assert.Equal(
            [(2L, "one, two", "x"), (3L, "a \"b\"\nc", "y"), (6L, "last", "z")],
            Read(TableFormat.Csv, "a,b\r\n\"one, two\",x\r\n\"a \"\"b\"\"\r\nc\",y\r\n\r\nlast,z", "a", "b"));
    }

    [Fact]
    public void JSON_lines_give_strings_numbers_and_booleans_and_pass_over_the_rest()
    {
        Assert.Equal(
            [(1L, "caf\u00e9", "1"), (3L, "t", "true")],
            Read(TableFormat.JsonLines, "{\"a\":\"caf\\u00e9\",\"x\":{\"a\":[1]},\"b\":1}\n  \n{\"b\":true,\"a\":\"t\"}", "a", "b"));
    }

    [Theory]
    [InlineData(TableFormat.Tsv, "a\tb\n1\t2\n")]
    [InlineData(TableFormat.Csv, "a,b\n1,2\n")]
    [InlineData(TableFormat.JsonLines, "{\"a\":\"1\",\"b\":\"2\"}")]
    public void A_byte_order_mark_is_passed_over(TableFormat format, string text) =>
        Assert.Equal(("1", "2"), Read(format, "\uFEFF" + text, "a", "b").Select(row => (row.Item2, row.Item3)).Single());

    [Fact]
    public void Columns_come_in_the_order_asked_for() =>
        Assert.Equal([(2L, "3", "1")], Read(TableFormat.Tsv, "a\tb\tc\n1\t2\t3", "c", "a"));

    [Fact]
    public void Rows_longer_than_the_buffer_are_read_whole()
    {
        string longText = new('x', 300_000);
        Assert.Equal([(2L, longText, "b"), (3L, "c", "d")], Read(TableFormat.Tsv, $"a\tb\n{longText}\tb\nc\td", "a", "b"));
    }

    [Theory]
    [InlineData(TableFormat.Tsv, "a\tb\n1\t2\n1\n", "data, line 3: the row has 1 column where the header has 2; columns are separated by one tab.")]
    [InlineData(TableFormat.Tsv, "a\tc\n1\t2\n", "data, line 1: there is no column 'b'; the header has 'a', 'c'.")]
    [InlineData(TableFormat.Tsv, "", "data: the file is empty; expected a header line with the columns' names.")]
    [InlineData(TableFormat.Csv, "", "data: the file is empty; expected a header line with the columns' names.")]
    [InlineData(TableFormat.Csv, "a,b\n1,2,3\n", "data, line 2: the row has 3 columns where the header has 2.")]
    [InlineData(TableFormat.Tsv, "a\tb\r1\t2\r", "data, line 1: its lines end in a carriage return alone; save the file with line feeds.")]
    [InlineData(TableFormat.Csv, "a,b\n1,2\n\n3,\"x\n5,6\n", "data, line 4: a quote opens in this row and nothing closes it: the rest of the file would be one field; close it, or double the quotes inside a quoted field.")]
    [InlineData(TableFormat.Csv, "a,b\n1,2\n3,\"x\n5,6", "data, line 3: a quote opens in this row and nothing closes it: the rest of the file would be one field; close it, or double the quotes inside a quoted field.")]
    [InlineData(TableFormat.Csv, "a,b\n\"1,2\n3,x\n5,6\n", "data, line 2: a quote opens in this row and nothing closes it: the rest of the file would be one field; close it, or double the quotes inside a quoted field.")]
    [InlineData(TableFormat.JsonLines, "", "data: the file is empty; expected one JSON object a line.")]
    [InlineData(TableFormat.JsonLines, "{\"a\":\"1\",\"b\":\"2\"}\n[1]", "data, line 2: the line is an array; expected one JSON object a line.")]
    [InlineData(TableFormat.JsonLines, "{\"a\":\"1\",\"b\":\"2\"}\n{\"a\":\"1\"}", "data, line 2: the object has no property 'b'.")]
    [InlineData(TableFormat.JsonLines, "{\"a\":\"1\",\"b\":\"2\"}\n{\"a\":\"1\",\"b\":null}", "data, line 2: 'b' is null; expected text.")]
    [InlineData(TableFormat.JsonLines, "{\"a\":\"1\",\"b\":\"2\"}\n{\"a\":\"1", "data, line 2: the line is not valid JSON near byte 6; expected one JSON object a line.")]
    public void An_error_says_what_and_where(TableFormat format, string text, string message) =>
        Assert.Equal(message, Assert.Throws<BertMLNetException>(() => Read(format, text, "a", "b")).Message);

    [Theory]
    [InlineData(TableFormat.Tsv, "a\tb\nx\tx\nxy\u0001z\ty\n", "data, line 3: byte 3 of the line is not valid UTF-8; save the file as UTF-8.")]
    [InlineData(TableFormat.Csv, "a,b\nx,x\n\u0001z,y\n", "data, line 3: byte 1 of the line is not valid UTF-8; save the file as UTF-8.")]
    [InlineData(TableFormat.JsonLines, "{\"a\":\"1\",\"b\":\"2\"}\n{\"a\":\"\u0001\"}", "data, line 2: byte 7 of the line is not valid UTF-8; save the file as UTF-8.")]
    public void Invalid_UTF8_is_named_by_line_and_byte(TableFormat format, string text, string message)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        bytes.AsSpan().Replace((byte)1, (byte)0xC3);
        Assert.Equal(message, Assert.Throws<BertMLNetException>(() => Read(format, bytes, new TableOptions(), "a", "b")).Message);
    }

    [Fact]
    public void Bad_rows_can_be_reported_and_left_out()
    {
        var errors = new List<string>();
        var options = new TableOptions { MaxRowBytes = 20, OnBadRow = error => errors.Add(error.Message) };
        byte[] bytes = Encoding.UTF8.GetBytes($"a\tb\n1\t2\n1\n{new string('x', 200_000)}\ty\n3\t4\n");

        Assert.Equal([(2L, "1", "2"), (5L, "3", "4")], Read(TableFormat.Tsv, bytes, options, "a", "b"));
        Assert.Equal(2, errors.Count);
        Assert.Equal("data, line 4: the row is longer than 20 bytes, the longest accepted.", errors[1]);
    }

    [Fact]
    public void Bad_lines_of_quoted_rows_are_left_out_with_their_rows_alone()
    {
        var errors = new List<string>();
        var options = new TableOptions { MaxRowBytes = 20, OnBadRow = error => errors.Add(error.Message) };
        byte[] bytes = Encoding.UTF8.GetBytes($"a,b\n1,2\n\"x\n\u0001z\",y\n3,4\n{new string('x', 200_000)},y\n5,6\n");
        bytes.AsSpan().Replace((byte)1, (byte)0xC3);

        Assert.Equal([(2L, "1", "2"), (5L, "3", "4"), (7L, "5", "6")], Read(TableFormat.Csv, bytes, options, "a", "b"));
        Assert.Equal(
            [
                "data, line 4: byte 1 of the line is not valid UTF-8; save the file as UTF-8.",
                "data, line 6: the row is longer than 20 bytes, the longest accepted.",
            ],
            errors);
    }

    [Fact]
    public void A_bad_first_object_can_be_left_out_too()
    {
        var errors = new List<string>();
        var options = new TableOptions { OnBadRow = error => errors.Add(error.Message) };

        Assert.Equal([(3L, "1", "2")], Read(TableFormat.JsonLines, "no\n[1]\n{\"a\":\"1\",\"b\":\"2\"}\n"u8.ToArray(), options, "a", "b"));
        Assert.Equal(["data, line 1", "data, line 2"], errors.Select(error => error[..12]));
        errors.Clear();
        Assert.Empty(Read(TableFormat.JsonLines, "no\n[1]\n"u8.ToArray(), options));
        Assert.Equal(2, errors.Count);
    }

    [Fact]
    public void A_second_sentence_that_the_first_object_lacks_is_not_passed_over()
    {
        using PairFile file = PairFile.Open(
            new MemoryStream("{\"sentence1\":\"a\"}\n{\"sentence1\":\"a\",\"sentence2\":\"b\"}\n"u8.ToArray()),
            "data",
            new PairFileOptions { Table = new TableOptions { Format = TableFormat.JsonLines } },
            labelled: false);

        Assert.Contains("data, line 2: the row has a 'sentence2', and the first row has none", Assert.Throws<BertMLNetException>(() => file.Read().ToList()).Message);
    }

    [Fact]
    public void A_quote_that_nothing_closes_does_not_take_in_the_rest_of_the_file()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("a,b\n\"x,y\n" + string.Concat(Enumerable.Repeat("1,2\n", 1000)));
        var exception = Assert.Throws<BertMLNetException>(
            () => Read(TableFormat.Csv, bytes, new TableOptions { MaxRowBytes = 100 }, "a", "b"));
        Assert.Contains("is a closing quote missing?", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_ends_at_the_most_rows_asked_for() =>
        Assert.Equal(2, Read(TableFormat.Tsv, "a\tb\n1\t2\n3\t4\n5\t6\n"u8.ToArray(), new TableOptions { MaxRows = 2 }, "a", "b").Count);

    [Theory]
    [InlineData(TableFormat.Tsv, "a\tb\nhello\tworld \u00e9\nx\ty\n")]
    [InlineData(TableFormat.Csv, "a,b\n\"hello, \"\"\",world \u00e9\nx,y\n")]
    [InlineData(TableFormat.JsonLines, "{\"a\":\"hello\",\"b\":\"\\u00e9\"}\n{\"a\":\"x\",\"b\":\"y\"}\n")]
    public void Damaged_input_ends_in_a_clean_error_or_in_rows(TableFormat format, string text)
    {
        byte[] good = Encoding.UTF8.GetBytes(text);
        var random = new Random(3);
        int failures = 0;
        for (int run = 0; run < 400; run++)
        {
            byte[] bytes = good[..random.Next(good.Length + 1)];
            for (int i = random.Next(4); i > 0 && bytes.Length > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                Read(format, bytes, new TableOptions { MaxRowBytes = 64 }, "a", "b");
            }
            catch (BertMLNetException exception)
            {
                failures++;
                Assert.DoesNotContain('\n', exception.Message);
            }
        }
        Assert.InRange(failures, 1, 399);
    }

    private static List<(long Line, string First, string Second)> Read(TableFormat format, string text, params string[] columns) =>
        Read(format, Encoding.UTF8.GetBytes(text), new TableOptions(), columns);

    private static List<(long Line, string First, string Second)> Read(
        TableFormat format, byte[] bytes, TableOptions options, params string[] columns)
    {
        using TableReader reader = TableReader.Open(new MemoryStream(bytes), "data", options with { Format = format });
        return [.. reader.Read(columns).Select(row => (row.Line, row.Values[0], row.Values[1]))];
    }
}
