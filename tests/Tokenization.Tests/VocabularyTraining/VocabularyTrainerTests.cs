namespace BertMLNet.Tokenization.Tests;

public sealed class VocabularyTrainerTests : IDisposable
{
    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // abc three times, abd twice, xbc once. Pairs at first: a+##b 5, ##b+##c 4, ##b+##d 2, x+##b 1.
    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "ab")]
    [InlineData(2, "ab abc")]
    // With abc and abd, ab is used no more, and ##b+##c is left once: the one makes room for the other.
    [InlineData(3, "abc abd ##bc")]
    [InlineData(4, "abc abd ##bc xbc")]
    // No pair is left that could take the place of ab and ##bc.
    [InlineData(5, "ab abc abd ##bc xbc")]
    [InlineData(6, "ab abc abd ##bc xbc")]
    public void The_most_frequent_pair_is_joined_first(int joined, string expected)
    {
        string[] characters = ["a", "b", "c", "d", "x", "##a", "##b", "##c", "##d", "##x"];
        var options = new VocabularyTrainingOptions { Size = 15 + joined, MinFrequency = 1 };
        var result = VocabularyTrainer.Train([_folder.Write("a.txt", "abc abd abc\nxbc abd abc\n")], options);
        Assert.Equal([.. Special, .. characters, .. Split(expected)], result.Vocabulary.Tokens.ToArray());
        Assert.Equal(5, result.AlphabetSize);
        Assert.Equal(3, result.DistinctWords);
        Assert.Equal(0, result.ForgottenWords);
    }

    // ab and ac four times each, xy three times: 22 characters. The logarithm of the likelihood grows by
    // 4 log(4 * 22 / (8 * 4)) = 4.05 with ab or ac, by 3 log(3 * 22 / (3 * 3)) = 5.98 with xy.
    [Theory]
    [InlineData(MergeRule.Frequency, "ab")]
    [InlineData(MergeRule.Likelihood, "xy")]
    public void The_likelihood_prefers_pieces_that_keep_to_each_other(MergeRule rule, string expected)
    {
        var options = new VocabularyTrainingOptions { Size = 16, MinFrequency = 1, Merges = rule };
        var result = VocabularyTrainer.Train([_folder.Write("a.txt", "ab ab ab ab ac ac ac ac xy xy xy")], options);
        Assert.Equal(expected, result.Vocabulary[^1]);
    }

    [Theory]
    [InlineData(MergeRule.Frequency, 1)]
    [InlineData(MergeRule.Frequency, 4)]
    [InlineData(MergeRule.Likelihood, 1)]
    [InlineData(MergeRule.Likelihood, 4)]
    public void Counting_changes_alone_joins_what_counting_everything_anew_joins(MergeRule rule, long minFrequency)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            string text = string.Concat(Corpus.Create(seed, words: 600, vocabulary: 60).Where(c => c is ' ' or '\n' or (>= 'a' and <= 'z')));
            var source = _folder.Write("a.txt", text);
            var counts = text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).CountBy(word => word).ToDictionary(word => word.Key, word => (long)word.Value);
            int characters = Special.Length + 2 * counts.SelectMany(word => word.Key).Distinct().Count();
            foreach (int joined in new[] { 3, 10, 25, 60, 400 })
            {
                var options = new VocabularyTrainingOptions { Size = characters + joined, MinFrequency = minFrequency, Merges = rule };
                var vocabulary = VocabularyTrainer.Train([source], options).Vocabulary;
                Assert.Equal(NaiveTrainer.Join(counts, joined, minFrequency, rule), vocabulary.Tokens[characters..].ToArray());
            }
        }
    }

    [Theory]
    [InlineData(MergeRule.Frequency, int.MaxValue)]
    [InlineData(MergeRule.Likelihood, int.MaxValue)]
    [InlineData(MergeRule.Frequency, 150)]
    public void Threads_do_not_change_the_vocabulary(MergeRule rule, int maxDistinctWords)
    {
        TextSource[] sources = [_folder.Write("a.txt", Corpus.Create(1, 20_000)), _folder.Write("b.txt.gz", TextFolder.Compress(Corpus.Create(2, 20_000)), weight: 3)];
        var options = new VocabularyTrainingOptions { Size = 200, Merges = rule, MaxDistinctWords = maxDistinctWords, BlockBytes = 2_000 };
        var one = VocabularyTrainer.Train(sources, options with { Threads = 1 });
        Assert.Equal(200, one.Vocabulary.Count);
        Assert.Equal(maxDistinctWords < int.MaxValue, one.ForgottenWords > 0);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            var several = VocabularyTrainer.Train(sources, options with { Threads = threads });
            Assert.Equal(one.Vocabulary.Tokens.ToArray(), several.Vocabulary.Tokens.ToArray());
            Assert.Equal(one.Coverage, several.Coverage);
            Assert.Equal(one.ForgottenWords, several.ForgottenWords);
        }
    }

    [Fact]
    public void Neither_the_order_of_texts_nor_the_size_of_blocks_changes_the_vocabulary()
    {
        var one = _folder.Write("a.txt", Corpus.Create(1, 5_000));
        var other = _folder.Write("b.txt", Corpus.Create(2, 5_000));
        var options = new VocabularyTrainingOptions { Size = 300 };
        var expected = VocabularyTrainer.Train([one, other], options);
        var actual = VocabularyTrainer.Train([other, one], options with { BlockBytes = 100 });
        Assert.Equal(expected.Vocabulary.Tokens.ToArray(), actual.Vocabulary.Tokens.ToArray());
        Assert.Equal(expected.Coverage, actual.Coverage);
    }

    [Fact]
    public void A_weight_counts_as_repeating_the_text_does()
    {
        string text = Corpus.Create(1, 2_000);
        string rest = Corpus.Create(2, 2_000);
        var options = new VocabularyTrainingOptions { Size = 250, MinFrequency = 20 };
        var repeated = VocabularyTrainer.Train([_folder.Write("a.txt", string.Concat(Enumerable.Repeat(text, 3))), _folder.Write("b.txt", rest)], options);
        var weighted = VocabularyTrainer.Train([_folder.Write("c.txt", text, weight: 3), _folder.Write("b.txt", rest)], options);
        Assert.Equal(repeated.Vocabulary.Tokens.ToArray(), weighted.Vocabulary.Tokens.ToArray());
        Assert.Equal(repeated.Coverage, weighted.Coverage);
    }

    [Fact]
    public void Remembered_words_stay_within_the_bound_and_the_common_ones_stay()
    {
        // 40 words in every line, 20 more that no other line has.
        var text = string.Concat(Enumerable.Range(0, 500).Select(line =>
            string.Join(' ', Enumerable.Range(0, 40).Select(i => $"w{i}")) + " " + string.Join(' ', Enumerable.Range(0, 20).Select(i => $"r{line}x{i}")) + "\n"));
        var options = new VocabularyTrainingOptions { Size = 200, MaxDistinctWords = 100, BlockBytes = 1_000 };
        var result = VocabularyTrainer.Train([_folder.Write("a.txt", text)], options);
        Assert.InRange(result.DistinctWords, 40, 100);
        Assert.Equal(500 * 60, result.Coverage.Words + result.ForgottenWords);
        Assert.All(Enumerable.Range(0, 40), i => Assert.True(result.Vocabulary.TryGetId($"w{i}", out _)));
    }

    [Fact]
    public void The_alphabet_has_the_frequent_characters_and_no_continuing_form_of_those_that_stand_alone()
    {
        var options = new VocabularyTrainingOptions { Size = 100, MinFrequency = 3 };
        var result = VocabularyTrainer.Train([_folder.Write("a.txt", "zoo, Äpfel, 中文 中 a中 q q ÿ!\U0001D400\U0001D400\U0001D400\n")], options);
        // o twice, y (without its diaeresis) once, q twice; z once.
        Assert.Equal(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "中", "\U0001D400", "##\U0001D400"], result.Vocabulary.Tokens.ToArray()[..8]);
        Assert.Equal(2, result.AlphabetSize);
        Assert.True(result.Coverage.UnknownWords > 0);
    }

    [Fact]
    public void The_alphabet_is_limited_to_the_most_frequent_characters()
    {
        var options = new VocabularyTrainingOptions { Size = 100, MinFrequency = 1, AlphabetLimit = 2 };
        var result = VocabularyTrainer.Train([_folder.Write("a.txt", "b b b c c a a x")], options);
        // a and c stand there equally often; the lower code point comes first.
        Assert.Equal([.. Special, "a", "b", "##a", "##b"], result.Vocabulary.Tokens.ToArray());
        Assert.Equal(new VocabularyCoverage(8, 8, 3), result.Coverage);
    }

    [Fact]
    public void Case_and_accents_are_kept_where_the_normalizer_keeps_them()
    {
        var options = new VocabularyTrainingOptions { Size = 100, MinFrequency = 1 };
        var source = _folder.Write("a.txt", "Été été");
        Assert.True(VocabularyTrainer.Train([source], options).Vocabulary.TryGetId("ete", out _));
        var cased = VocabularyTrainer.Train([source], options with { Normalizer = new BertNormalizer { Lowercase = false } }).Vocabulary;
        Assert.True(cased.TryGetId("Été", out _));
        Assert.True(cased.TryGetId("été", out _));
    }

    [Fact]
    public void Words_that_the_tokenizer_finds_too_long_are_unknown_and_teach_nothing()
    {
        string longest = new('a', 100);
        var options = new VocabularyTrainingOptions { Size = 60, MinFrequency = 1 };
        var result = VocabularyTrainer.Train([_folder.Write("a.txt", $"{longest} {longest}b b")], options);
        Assert.Equal(1, result.Coverage.UnknownWords);
        Assert.DoesNotContain(result.Vocabulary.Tokens.ToArray(), token => token.Contains("ab"));
        Assert.True(result.Vocabulary.TryGetId(longest, out _));
    }

    [Fact]
    public void Coverage_is_what_the_tokenizer_makes_of_the_text()
    {
        string learnt = Corpus.Create(1, 5_000);
        string other = Corpus.Create(2, 1_000) + " ωμέγα\n";
        var options = new VocabularyTrainingOptions { Size = 200 };
        var result = VocabularyTrainer.Train([_folder.Write("a.txt", learnt)], options);
        result.Vocabulary.Save(_folder["vocab.txt"]);
        var tokenizer = WordPieceTokenizer.Load(_folder["vocab.txt"]);
        Assert.Equal(result.Vocabulary.Tokens.ToArray(), tokenizer.Vocabulary.Tokens.ToArray());
        Assert.Equal([0, 1, 2, 3, 4], [tokenizer.PaddingTokenId, tokenizer.UnknownTokenId, tokenizer.ClassificationTokenId, tokenizer.SeparatorTokenId, tokenizer.MaskTokenId!.Value]);

        Agrees(result.Coverage, learnt, unknown: 0);
        Agrees(VocabularyTrainer.Measure(result.Vocabulary, [_folder.Write("b.txt", other)], options), other, unknown: 1);

        void Agrees(VocabularyCoverage coverage, string text, int unknown)
        {
            var ids = tokenizer.Encode(text).Ids[1..^1];
            Assert.Equal(ids.Length, coverage.Pieces);
            Assert.Equal(unknown, coverage.UnknownWords);
            Assert.Equal(unknown, ids.Count(id => id == tokenizer.UnknownTokenId));
            Assert.Equal(tokenizer.PreTokenizer.PreTokenize(tokenizer.Normalizer.Normalize(text)).Count(), coverage.Words);
        }
    }

    [Fact]
    public void Any_word_of_frequent_characters_is_spelt_without_the_unknown_token()
    {
        const string Seen = "abcdefgXYZäé0123,.-!'中文ßω";
        var random = new Random(5);
        string text = string.Concat(Enumerable.Range(0, 3_000).Select(_ => Word() + " "));
        var vocabulary = VocabularyTrainer.Train([_folder.Write("a.txt", text)], new VocabularyTrainingOptions { Size = 150 }).Vocabulary;
        var tokenizer = new WordPieceTokenizer(vocabulary);
        for (int i = 0; i < 20_000; i++)
        {
            string word = Word();
            Assert.DoesNotContain(tokenizer.UnknownTokenId, tokenizer.Encode(word).Ids);
        }

        string Word() => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Seen[random.Next(Seen.Length)]));
    }

    [Fact]
    public void Progress_ends_with_all_bytes_and_a_full_vocabulary()
    {
        var reports = new List<VocabularyTrainingProgress>();
        var source = _folder.Write("a.txt.gz", TextFolder.Compress(Corpus.Create(1, 5_000)));
        VocabularyTrainer.Train([source], new VocabularyTrainingOptions { Size = 200, BlockBytes = 1_000 }, new Recorder(reports));
        long bytes = new FileInfo(source.Path).Length;
        Assert.Equal(new VocabularyTrainingProgress(VocabularyTrainingPhase.Counting, bytes, bytes), reports.Last(report => report.Phase == VocabularyTrainingPhase.Counting));
        Assert.Equal(new VocabularyTrainingProgress(VocabularyTrainingPhase.Merging, 200, 200), reports[^1]);
    }

    [Theory]
    [InlineData(VocabularyTrainingPhase.Counting)]
    [InlineData(VocabularyTrainingPhase.Merging)]
    public void Training_can_be_cancelled(VocabularyTrainingPhase phase)
    {
        using var cancellation = new CancellationTokenSource();
        var source = _folder.Write("a.txt", Corpus.Create(1, 20_000));
        var options = new VocabularyTrainingOptions { Size = 1_000, BlockBytes = 1_000 };
        Assert.ThrowsAny<OperationCanceledException>(() => VocabularyTrainer.Train([source], options, new Canceller(cancellation, phase), cancellation.Token));
    }

    private static string[] Split(string tokens) => tokens.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private sealed class Recorder(List<VocabularyTrainingProgress> reports) : IProgress<VocabularyTrainingProgress>
    {
        public void Report(VocabularyTrainingProgress value) => reports.Add(value);
    }

    private sealed class Canceller(CancellationTokenSource cancellation, VocabularyTrainingPhase phase) : IProgress<VocabularyTrainingProgress>
    {
        public void Report(VocabularyTrainingProgress value)
        {
            if (value.Phase == phase)
                cancellation.Cancel();
        }
    }
}
