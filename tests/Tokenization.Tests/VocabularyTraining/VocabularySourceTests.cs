namespace BertMLNet.Tokenization.Tests;

/// <summary>Where vocabulary training gets its text from, and what it says of text that it cannot use.</summary>
public sealed class VocabularySourceTests : IDisposable
{
    private static readonly VocabularyTrainingOptions Options = new() { Size = 200, BlockBytes = 256 };
    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Plain_and_compressed_files_and_folders_of_them_give_the_same()
    {
        string[] texts = [Corpus.Create(1, 1_000), Corpus.Create(2, 1_000), Corpus.Create(3, 1_000)];
        TextSource[] plain = [.. texts.Select((text, i) => _folder.Write($"plain{i}", text))];
        TextSource[] compressed = [.. texts.Select((text, i) => _folder.Write($"{i}.data", TextFolder.Compress(text)))];
        _folder.Write("folder/a.txt", texts[0]);
        _folder.Write("folder/inside/b.TXT.gz", TextFolder.Compress(texts[1]));
        _folder.Write("folder/c.txt", texts[2]);
        _folder.Write("folder/readme.md", "zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz zzz");

        var expected = VocabularyTrainer.Train(plain, Options);
        foreach (var sources in new[] { compressed, [new TextSource(_folder["folder"])] })
        {
            var actual = VocabularyTrainer.Train(sources, Options);
            Assert.Equal(expected.Vocabulary.Tokens.ToArray(), actual.Vocabulary.Tokens.ToArray());
            Assert.Equal(expected.Coverage, actual.Coverage);
        }
    }

    [Fact]
    public void Byte_order_marks_and_line_ends_of_either_kind_are_no_part_of_words()
    {
        var marked = VocabularyTrainer.Train([_folder.Write("a.txt", "\uFEFFab ab\r\nab\r\n")], Options with { MinFrequency = 1 });
        Assert.Equal(1, marked.DistinctWords);
        Assert.Equal(3, marked.Coverage.Words);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void A_text_on_one_long_line_is_cut_at_spaces(int wordLength)
    {
        string word = new('a', wordLength);
        var result = VocabularyTrainer.Train([_folder.Write("a.txt", string.Join(' ', Enumerable.Repeat(word, 500)))], Options);
        Assert.Equal(1, result.DistinctWords);
        Assert.Equal(500, result.Coverage.Words);
    }

    [Fact]
    public void A_missing_text_is_named() => Fails(new TextSource(_folder["nowhere.txt"]), "nowhere.txt", "no such file or folder");

    [Fact]
    public void A_folder_without_text_is_named()
    {
        _folder.Write("folder/readme.md", "text");
        Fails(new TextSource(_folder["folder"]), "folder", ".txt.gz");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t\u00A0\u200B\n")]
    public void Text_without_words_is_refused(string text) => Fails(_folder.Write("a.txt", text), "a.txt", "no word");

    [Fact]
    public void Bytes_that_are_not_utf8_are_named_by_file_and_line()
    {
        byte[] good = System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("caf\u00E9 au lait\n", 299)));
        Fails(_folder.Write("a.txt", [.. good, (byte)'c', 0xE9, (byte)' ', (byte)'\n', .. good]), "a.txt, line 300:", "UTF-8");
        Fails(_folder.Write("b.txt", [.. good, (byte)'c', 0xE9]), "b.txt, line 300:", "UTF-8");
        Fails(_folder.Write("c.txt", [0xFF, 0xFE, (byte)'a', 0, (byte)'\n', 0]), "c.txt, line 1:", "UTF-8");
    }

    [Fact]
    public void A_gzip_file_that_is_damaged_or_cut_short_is_named()
    {
        byte[] gzip = TextFolder.Compress(Corpus.Create(1, 5_000));
        Fails(_folder.Write("short.txt.gz", gzip[..(gzip.Length / 2)]), "short.txt.gz", "damaged or cut short");
        byte[] damaged = [.. gzip];
        damaged[^8] ^= 1; // The check sum.
        Fails(_folder.Write("damaged.txt.gz", damaged), "damaged.txt.gz", "damaged or cut short");
    }

    [Fact]
    public void Bytes_without_white_space_are_no_text() =>
        Fails(_folder.Write("a.txt", "a b\n" + new string('a', 5_000)), "a.txt, line 2", "no text");

    [Fact]
    public void A_size_below_the_alphabet_is_refused_with_the_size_it_takes()
    {
        var source = _folder.Write("a.txt", "ab, ab ab");
        var options = Options with { MinFrequency = 1, Size = 9 };
        var exception = Assert.Throws<BertMLNetException>(() => VocabularyTrainer.Train([source], options));
        Assert.Contains("3 characters", exception.Message);
        Assert.Contains("take 10 tokens", exception.Message);
        Assert.Equal(10, VocabularyTrainer.Train([source], options with { Size = 10 }).Vocabulary.Count);
    }

    [Fact]
    public void Numbers_must_be_positive()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new VocabularyTrainingOptions { Size = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new VocabularyTrainingOptions { MinFrequency = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new VocabularyTrainingOptions { AlphabetLimit = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new VocabularyTrainingOptions { Threads = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => VocabularyTrainer.Train([_folder.Write("a.txt", "a", weight: 0)]));
    }

    private static void Fails(TextSource source, params string[] parts)
    {
        var exception = Assert.Throws<BertMLNetException>(() => VocabularyTrainer.Train([source], Options));
        Assert.DoesNotContain('\n', exception.Message);
        Assert.All(parts, part => Assert.Contains(part, exception.Message));
    }
}
