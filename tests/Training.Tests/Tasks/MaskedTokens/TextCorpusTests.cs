using System.IO.Compression;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

public sealed class TextCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("One is here. Two is there! Is it? Yes.", new[] { "One is here. ", "Two is there! ", "Is it? ", "Yes." })]
    [InlineData("Mr. Smith met J. R. Doe of the U.S. Army. He left.", new[] { "Mr. Smith met J. R. Doe of the U.S. Army. ", "He left." })]
    [InlineData("It cost 3.5 dollars... and no more. \"Go!\" he said. 12 went.", new[] { "It cost 3.5 dollars... and no more. ", "\"Go!\" he said. ", "12 went." })]
    [InlineData("no end in sight", new[] { "no end in sight" })]
    [InlineData("一。二！三", new[] { "一。", "二！", "三" })]
    public void Sentences_end_where_a_reader_sees_their_end(string text, string[] expected)
    {
        List<string> found = [];
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int length = SentenceSplitter.FirstLength(rest, isLast: true);
            found.Add(rest[..length].ToString());
            rest = rest[length..];
        }
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Wrapped_lines_are_one_text_and_an_empty_line_ends_a_document()
    {
        File.WriteAllText(_folder["text.txt"], "The cat sees the\ndog. The dog sees\nthe cat.\n\nThe bird likes the fish.\n");

        TextCorpus corpus = TextCorpusReader.Read([_folder["text.txt"]], PretrainingTestText.Tokenizer());

        Assert.Equal(3, corpus.SentenceCount);
        Assert.Equal([0, 0, 1], Enumerable.Range(0, 3).Select(corpus.DocumentOf));
        Assert.Equal([6, 6, 6], Enumerable.Range(0, 3).Select(corpus.LengthOf));
        Assert.Equal(2, corpus.DocumentCount);
        Assert.Equal(18, corpus.Sentences(0, 3).Length);
    }

    [Fact]
    public void Folders_and_compressed_files_are_read_in_the_order_of_their_names()
    {
        Directory.CreateDirectory(_folder["texts"]);
        using (var gzip = new GZipStream(File.Create(_folder["texts/a.txt.gz"]), CompressionLevel.Fastest))
            gzip.Write("The cat."u8);
        File.WriteAllText(_folder["texts/b.txt"], "The dog.");
        File.WriteAllText(_folder["texts/c.md"], "The bird.");

        TextCorpus folder = TextCorpusReader.Read([_folder["texts"]], PretrainingTestText.Tokenizer());
        TextCorpus files = TextCorpusReader.Read([_folder["texts/a.txt.gz"], _folder["texts/b.txt"]], PretrainingTestText.Tokenizer());

        Assert.Equal(files.Ids.ToArray(), folder.Ids.ToArray());
        Assert.Equal(2, folder.DocumentCount);
    }

    [Fact]
    public void Text_that_cannot_be_read_is_told()
    {
        File.WriteAllText(_folder["empty.txt"], "\n \n");
        File.WriteAllText(_folder["not.txt.gz"], "plain");
        File.WriteAllBytes(_folder["latin.txt"], [0x54, 0xE9]);
        Directory.CreateDirectory(_folder["none"]);

        Assert.Contains("there is no text", Error(_folder["empty.txt"]), StringComparison.Ordinal);
        Assert.Contains("not.txt.gz: is not gzip", Error(_folder["not.txt.gz"]), StringComparison.Ordinal);
        Assert.Contains("latin.txt, line 1: byte 2", Error(_folder["latin.txt"]), StringComparison.Ordinal);
        Assert.Contains("holds no .txt", Error(_folder["none"]), StringComparison.Ordinal);
        Assert.Contains("no such file", Error(_folder["absent.txt"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_without_ends_of_sentences_is_cut()
    {
        File.WriteAllText(_folder["long.txt"], string.Join(' ', Enumerable.Repeat("cat", 5000)));

        TextCorpus corpus = TextCorpusReader.Read([_folder["long.txt"]], PretrainingTestText.Tokenizer());

        Assert.Equal(5000, corpus.TokenCount);
        Assert.Equal(5, corpus.SentenceCount);
    }

    [Fact]
    public void A_part_is_set_aside_by_seed_and_nothing_is_lost()
    {
        TextCorpus corpus = PretrainingTestText.Corpus();

        (TextCorpus training, TextCorpus validation) = corpus.Split(0.2, seed: 1, stretch: 4);
        (TextCorpus again, _) = corpus.Split(0.2, seed: 1, stretch: 4);
        (TextCorpus other, _) = corpus.Split(0.2, seed: 2, stretch: 4);

        Assert.Equal(corpus.SentenceCount, training.SentenceCount + validation.SentenceCount);
        Assert.Equal(corpus.TokenCount, training.TokenCount + validation.TokenCount);
        Assert.Equal(24, validation.SentenceCount);
        Assert.Equal(training.Ids.ToArray(), again.Ids.ToArray());
        Assert.NotEqual(training.Ids.ToArray(), other.Ids.ToArray());
    }

    [Fact]
    public void Stretches_that_stand_together_stay_one_document()
    {
        TextCorpus corpus = PretrainingTestText.Corpus(documents: 2, sentences: 40);

        (TextCorpus training, TextCorpus validation) = corpus.Split(0.05, seed: 1, stretch: 4);

        Assert.Equal(4, validation.SentenceCount);
        Assert.Equal(1, validation.DocumentCount);
        // The document that a stretch is taken from may fall in two.
        Assert.InRange(training.DocumentCount, 2, 3);
    }

    private static string Error(string path) =>
        Assert.Throws<BertMLNetException>(() => TextCorpusReader.Read([path], PretrainingTestText.Tokenizer())).Message;
}
