using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

public sealed class TextFileTests : IDisposable
{
    private readonly MLContext _context = new(seed: 1);
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void ColumnsAreReadByTheNumbersOfTheirFields()
    {
        File.WriteAllText(_path, "one\ttrue\t1\t2\t3\nzwei\t0\t-4\t5.5\t1e3\n");
        var rows = _context.Data.CreateEnumerable<Line>(_context.Data.LoadFromTextFile<Line>(_path), reuseRowObject: false).ToArray();
        Assert.Equal(["one", "zwei"], rows.Select(row => row.Text));
        Assert.Equal([true, false], rows.Select(row => row.Label));
        Assert.Equal([-4f, 5.5f, 1000f], rows[1].Values);
    }

    [Fact]
    public void AHeaderIsSkippedAndCommentsAndEmptyLinesAre()
    {
        File.WriteAllText(_path, "# note\nText\tLabel\n\na\t1\n// note\nb\t0\n");
        Assert.Equal(["a", "b"], _context.Data.LoadFromTextFile<Line>(_path, hasHeader: true).GetColumn<string>("Text"));
    }

    [Fact]
    public void QuotesAreTextUnlessAllowed()
    {
        File.WriteAllText(_path, "\"a\tb\"\t1\n");
        var plain = _context.Data.LoadFromTextFile(_path, [new TextLoader.Column("Text", DataKind.String, 0)]);
        Assert.Equal("\"a", Assert.Single(plain.GetColumn<string>("Text")));
        Assert.Equal("a\tb", Assert.Single(_context.Data.LoadFromTextFile<Line>(_path, allowQuoting: true).GetColumn<string>("Text")));
    }

    [Fact]
    public void ADoubledQuoteIsOne()
    {
        File.WriteAllText(_path, "\"say \"\"hi\"\"\",1\n");
        var data = _context.Data.LoadFromTextFile<Line>(_path, separatorChar: ',', allowQuoting: true);
        Assert.Equal("say \"hi\"", Assert.Single(data.GetColumn<string>("Text")));
    }

    [Fact]
    public void AQuotedFieldMayHoldLineBreaksWhenAllowed()
    {
        File.WriteAllText(_path, "\"a\nb\"\t1\nc\t0\n");
        var options = new TextLoader.Options { AllowQuoting = true, ReadMultilines = true };
        Assert.Equal(["a\nb", "c"], _context.Data.LoadFromTextFile<Line>(_path, options).GetColumn<string>("Text"));
    }

    [Fact]
    public void BlanksBeforeAFieldAreLeftOut()
    {
        File.WriteAllText(_path, "  a b \t 1\n");
        var row = Assert.Single(_context.Data.CreateEnumerable<Line>(_context.Data.LoadFromTextFile<Line>(_path), reuseRowObject: false));
        Assert.Equal("a b ", row.Text);
        Assert.True(row.Label);
    }

    [Fact]
    public void MissingFieldsAreDefaults()
    {
        File.WriteAllText(_path, "a\n\t1\n");
        var rows = _context.Data.CreateEnumerable<Line>(_context.Data.LoadFromTextFile<Line>(_path), reuseRowObject: false).ToArray();
        Assert.Equal(["a", ""], rows.Select(row => row.Text));
        Assert.Equal([false, true], rows.Select(row => row.Label));
        Assert.Equal([0f, 0f, 0f], rows[0].Values);
    }

    [Fact]
    public void AValueThatCannotBeReadNamesItsLineAndColumn()
    {
        File.WriteAllText(_path, "a\t1\nb\tperhaps\n");
        var data = _context.Data.LoadFromTextFile<Line>(_path);
        var error = Assert.Throws<FormatException>(() => data.GetColumn<bool>("Label").ToArray());
        Assert.Contains("Could not parse value perhaps in line 2, column Label", error.Message, StringComparison.Ordinal);
        Assert.Equal(["a", "b"], data.GetColumn<string>("Text"));
    }

    [Fact]
    public void ARealNumberThatCannotBeReadIsNaN()
    {
        File.WriteAllText(_path, "x\n2.5\n");
        var data = _context.Data.LoadFromTextFile(_path, [new TextLoader.Column("Number", DataKind.Single, 0)]);
        Assert.Equal([float.NaN, 2.5f], data.GetColumn<float>("Number"));
    }

    [Fact]
    public void KeysAreWrittenFromZero()
    {
        File.WriteAllText(_path, "0\n2\n3\n");
        var data = _context.Data.LoadFromTextFile(_path, [new TextLoader.Column("Key", DataKind.UInt32, [new TextLoader.Range(0)], new KeyCount(3))]);
        Assert.Equal("Key<UInt32, 0-2>", data.Schema["Key"].Type.ToString());
        Assert.Equal([1u, 3, 0], data.GetColumn<uint>("Key"));
    }

    [Fact]
    public void ALoaderReadsOtherSourcesOfItsColumns()
    {
        File.WriteAllText(_path, "a;1\nb;0\n");
        var loader = _context.Data.CreateTextLoader([new("Text", DataKind.String, 0), new("Label", DataKind.Boolean, 1)], separatorChar: ';');
        Assert.Equal("Text,Label", string.Join(',', loader.GetOutputSchema().Select(column => column.Name)));
        Assert.Equal([true, false, true, false], loader.Load(new MultiFileSource(_path, _path)).GetColumn<bool>("Label"));
    }

    [Fact]
    public void AFileThatIsNotThereIsAnErrorAtOnce()
        => Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.LoadFromTextFile<Line>(_path + ".none"));

    [Fact]
    public void AMemberWithoutAFieldIsAnError()
    {
        File.WriteAllText(_path, "a\n");
        Assert.Throws<InvalidOperationException>(() => _context.Data.LoadFromTextFile<TextIn>(_path));
    }

    [Fact]
    public void WhatIsSavedAsTextIsReadBack()
    {
        Line[] rows =
        [
            new() { Text = "plain", Label = true, Values = [1, 2.5f, -3] },
            new() { Text = "with\ttab, \"quotes\" and: colon", Label = false, Values = [0, 1e-10f, float.MaxValue] },
            new() { Text = "", Label = true, Values = [0, 0, 0] },
            new() { Text = "  blanks around  ", Label = true, Values = [0, 0, 1] },
            new() { Text = "naïve 東京 😀", Label = false, Values = [7, 8, 9] },
        ];
        using (var stream = File.Create(_path))
            _context.Data.SaveAsText(_context.Data.LoadFromEnumerable(rows), stream, schema: false, forceDense: true);

        Assert.StartsWith("Text\tLabel\t", File.ReadLines(_path).First(), StringComparison.Ordinal);
        var data = _context.Data.LoadFromTextFile<Line>(_path, hasHeader: true, allowQuoting: true);
        var back = _context.Data.CreateEnumerable<Line>(data, reuseRowObject: false).ToArray();
        Assert.Equal(rows.Length, back.Length);
        for (int i = 0; i < rows.Length; i++)
            Assert.Equivalent(rows[i], back[i]);
    }

    [Fact]
    public void HiddenColumnsAreSavedOnlyWhenAskedFor()
    {
        var data = _context.Data.LoadFromEnumerable([new { A = 1f, B = 2f }]);
        var hidden = _context.Transforms.CopyColumns("A", "B").Fit(data).Transform(data);
        using var stream = new MemoryStream();
        _context.Data.SaveAsText(hidden, stream, headerRow: false, schema: false, forceDense: true);
        Assert.Equal("2\t2", System.Text.Encoding.UTF8.GetString(stream.ToArray()).Trim('\uFEFF', '\r', '\n'));
    }

    [Fact]
    public void VectorsOfAnySizeAreWrittenOneAfterTheOther()
    {
        Spans[] rows =
        [
            new() { Id = 1, Texts = ["a b", "c\td"], Starts = [3, -1], Scores = [0.5f, 2], Name = "x", Kind = 1 },
            new() { Id = 2, Texts = [], Starts = [], Scores = [0, 0], Name = "", Kind = 1 },
            new() { Id = 3, Texts = ["", "e", ""], Starts = [0, 7], Scores = [1, 0], Name = "y", Kind = 6 },
        ];
        var data = _context.Data.LoadFromEnumerable(rows);

        Assert.Equal(
            [
                "#@ TextLoader{",
                "#@   header+",
                "#@   sep=tab",
                "#@   col=Id:I4:0",
                "#@   col=Texts:TX:1-**",
                "#@   col={name=Starts type=I4 src={ min=-1 var=+}}",
                "#@   col={name=Scores src={ min=-1 max=0 vector=+}}",
                "#@   col={name=Name type=TX src={ min=-1}}",
                "#@   col={name=Kind type=U4 src={ min=-1} key=7}",
                "#@ }",
                "Id\t\"\"\t\"\"\tName\tKind",
                "1\ta b\t\"c\td\"\t3\t-1\t0.5\t2\tx\t1",
                "2\t0\t0\t\"\"\t1",
                "3\t\"\"\te\t\"\"\t0\t7\t1\t0\ty\t6",
            ],
            Saved(data));
        // No column has a name to show.
        Assert.Equal(
            ["#@ TextLoader{", "#@   sep=tab", "#@   col=Scores:R4:0-1", "#@   col=Starts:I4:2-**", "#@ }", "0.5\t2\t3\t-1", "0\t0", "1\t0\t0\t7"],
            Saved(_context.Transforms.SelectColumns("Scores", "Starts").Fit(data).Transform(data)));
    }

    private string[] Saved(IDataView data)
    {
        using (var stream = File.Create(_path))
            _context.Data.SaveAsText(data, stream, forceDense: true);
        return File.ReadAllLines(_path);
    }

    private sealed class Spans
    {
        public int Id { get; set; }

        public string[] Texts { get; set; } = [];

        public int[] Starts { get; set; } = [];

        [VectorType(2)]
        public float[] Scores { get; set; } = [];

        public string Name { get; set; } = "";

        [KeyType(7)]
        public uint Kind { get; set; }
    }

    private sealed class Line
    {
        [LoadColumn(0)]
        public string Text { get; set; } = "";

        [LoadColumn(1)]
        public bool Label { get; set; }

        [LoadColumn(2, 4)]
        [VectorType(3)]
        public float[] Values { get; set; } = [];
    }
}
