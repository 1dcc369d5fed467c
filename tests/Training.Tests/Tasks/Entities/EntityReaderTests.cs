using System.IO.Compression;
using System.Text;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

public sealed class EntityReaderTests
{
    /// <summary>The same two sentences in every scheme: "Ann Lee met Bob Cox in Rome", where people stand side by side, and "Oslo".</summary>
    [Theory]
    [InlineData("B-PER I-PER B-PER I-PER O B-LOC|B-LOC")]
    [InlineData("I-PER I-PER B-PER I-PER O I-LOC|I-LOC")]
    [InlineData("B-PER E-PER B-PER E-PER O S-LOC|S-LOC")]
    [InlineData("B-PER L-PER B-PER L-PER O U-LOC|U-LOC")]
    public void Every_scheme_tells_the_same_entities(string tags)
    {
        EntityExample[] examples = Read("tags.conll", Columns(tags));
        Assert.Equal(["Ann Lee Bob Cox in Rome", "Oslo"], examples.Select(example => example.Text));
        Assert.Equal([new(0, 7, "PER"), new(8, 15, "PER"), new(19, 23, "LOC")], examples[0].Entities);
        Assert.Equal([new(0, 4, "LOC")], examples[1].Entities);
        Assert.Equal([(0, 3), (4, 7), (8, 11), (12, 15), (16, 18), (19, 23)], examples[0].Words!);
        Assert.Equal("tags.conll, line 8", examples[1].Location);
    }

    [Fact]
    public void Types_by_themselves_are_joined_where_they_touch() => Assert.Equal(
        [new(0, 15, "PER"), new(19, 23, "LOC")], Read("tags.txt", Columns("PER PER PER PER O LOC|LOC"))[0].Entities);

    [Fact]
    public void Blanks_and_documents_separate_as_in_CoNLLs_own_files()
    {
        const string Text = "\uFEFF-DOCSTART- -X- -X- O\r\n\r\nEU NNP B-NP B-ORG\r\nrejects VBZ B-VP O\r\n\r\n\r\n-DOCSTART- -X- -X- O\r\nPeter NNP B-NP B-PER";
        EntityExample[] examples = Read("eng.train", Text);
        Assert.Equal(["EU rejects", "Peter"], examples.Select(example => example.Text));
        Assert.Equal([new(0, 2, "ORG")], examples[0].Entities);
        Assert.Equal("eng.train, line 8", examples[1].Location);
    }

    [Theory]
    [InlineData("a\tO\nb", "bad.conll, line 2: 1 column(s) where 2 are expected")]
    [InlineData("a", "line 1: 1 column(s) where 2")]
    [InlineData("a\tX\tO\nb\tO", "line 2: 2 column(s) where 3")]
    [InlineData("a\t", "line 1: the word or its tag is empty")]
    [InlineData("a\tB-", "line 1: the tag 'B-' has no type")]
    [InlineData("a\tB-PER\nb\tPER", "line 2: the tag 'PER' has no prefix, where line 1 has 'B-PER'")]
    [InlineData("a\tB-PER\nb\tO\nc\tI-PER", "line 3: the tag 'I-PER' goes on with no entity behind 'O' at its end: IOB2 begins each with B-, and it is not IOB1 either, since line 1 has 'B-PER'")]
    [InlineData("a\tB-PER\nb\tI-LOC", "line 2: the tag 'I-LOC' goes on with no entity behind 'B-PER'")]
    [InlineData("a\tS-PER\nb\tI-PER", "line 2: the tag 'I-PER' cannot stand behind 'S-PER' at its end in IOBES, which line 1")]
    [InlineData("a\tB-PER\n\nb\tE-PER", "line 1: the tag 'B-PER' cannot stand at a sentence's begin at its end in IOBES, which line 3")]
    public void Columns_that_mean_nothing_are_refused_with_their_line(string text, string expected)
    {
        var error = Assert.Throws<BertMLNetException>(() => Read("bad.conll", text));
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Json_lines_tell_spans()
    {
        const string Text = """
            {"text":"😀 Ann met Bob ","entities":[{"start":11,"end":15,"type":"PER"},{"start":3,"end":6,"type":"PER"}],"id":7}
            {"text":"nothing","entities":[]}
            """;
        EntityExample[] examples = Read("a.jsonl", Text);
        Assert.Equal([new(3, 6, "PER"), new(11, 14, "PER")], examples[0].Entities);
        Assert.Equal("Bob", examples[0].Text[11..14]);
        Assert.Empty(examples[1].Entities);
        Assert.Null(examples[1].Words);

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(Text));
        packed.Position = 0;
        Assert.Equal(examples.Select(example => example.Text), EntityReader.Read(packed, "a.jsonl.gz", Token).Select(example => example.Text));
    }

    [Theory]
    [InlineData("""[{"start":0,"end":3,"type":"A"},{"start":2,"end":4,"type":"B"}]""", "the entity 'B' [2, 4) overlaps 'A' [0, 3)")]
    [InlineData("""[{"start":1,"end":5,"type":"A"}]""", "the entity 'A' [1, 5) is no part of the text, which has 4 UTF-16 units")]
    [InlineData("""[{"start":-1,"end":2,"type":"A"}]""", "is no part of the text")]
    [InlineData("""[{"start":2,"end":2,"type":"A"}]""", "is no part of the text")]
    [InlineData("""[{"start":0,"end":2,"type":" "}]""", "has no type")]
    [InlineData("""[{"start":0,"end":2}]""", "entities[0]: the field \"type\" is missing")]
    [InlineData("""[{"start":0.5,"end":2,"type":"A"}]""", "entities[0].start: a whole number")]
    [InlineData("""7""", "entities: a list")]
    public void Spans_that_cannot_be_are_refused_with_their_line(string entities, string expected)
    {
        var error = Assert.Throws<BertMLNetException>(() => Read("bad.jsonl", $$"""
            {"text":"fine","entities":[]}
            {"text":"text","entities":{{entities}}}
            """));
        Assert.Contains("bad.jsonl, line 2", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Real_files_are_read_whole()
    {
        EntityExample[] snips = [.. EntityReader.Read(SharedData.PathOf("data", "entities", "snips", "dev.conll"), Token)];
        Assert.Equal((700, 6384), (snips.Length, snips.Sum(example => example.Words!.Count)));
        EntityExample[] tweets = [.. EntityReader.Read(SharedData.PathOf("data", "entities", "wnut17", "dev.conll"), Token)];
        Assert.Equal(836, tweets.Sum(example => example.Entities.Count));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static EntityExample[] Read(string name, string text) =>
        [.. EntityReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), name, Token)];

    private static string Columns(string tags)
    {
        string[][] words = ["Ann Lee Bob Cox in Rome".Split(' '), ["Oslo"]];
        return string.Join("\n\n", tags.Split('|').Zip(words, (sentence, of) => string.Join('\n', sentence.Split(' ').Zip(of, (tag, word) => $"{word}\t{tag}"))));
    }
}
