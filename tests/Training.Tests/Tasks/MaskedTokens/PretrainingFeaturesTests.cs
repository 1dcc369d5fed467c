using System.Globalization;
using System.Text;
using BertMLNet.TestKit;
using BertMLNet.Tokenization;

namespace BertMLNet.Training.Tests;

public sealed class PretrainingFeaturesTests
{
    private const int Cls = 2, Sep = 3, Mask = 4;

    [Fact]
    public void Tokens_are_masked_at_the_rate_asked_for_and_replaced_in_the_parts_asked_for()
    {
        var features = new PretrainingFeatures(PretrainingTestText.Source(examples: 600), epoch: 0);

        PackedBatch batch = Pack(features);

        var targets = (MaskedTokenTargets)batch.Targets!;
        Assert.Equal(targets.Positions.Order(), targets.Positions);
        Assert.DoesNotContain(targets.Ids, id => id is Cls or Sep);
        double candidates = batch.TokenCount - 2 * batch.ExampleCount;
        Assert.Equal(0.15, targets.Ids.Length / candidates, 0.01);
        double masked = targets.Positions.Count(position => batch.InputIds[position] == Mask);
        double kept = targets.Positions.Zip(targets.Ids).Count(pair => batch.InputIds[pair.First] == pair.Second);
        Assert.Equal(0.8, masked / targets.Ids.Length, 0.03);
        Assert.Equal(0.1, kept / targets.Ids.Length, 0.03);
        Assert.DoesNotContain(Mask, Enumerable.Range(0, batch.TokenCount).Except(targets.Positions).Select(position => batch.InputIds[position]));
    }

    [Fact]
    public void Pieces_of_a_word_are_masked_together_where_that_is_asked_for()
    {
        PretrainingSource source = PretrainingTestText.Source(examples: 300, masking: new MaskingOptions { WholeWords = true, MaskPart = 1 });
        PackedBatch batch = Pack(new PretrainingFeatures(source, epoch: 0));

        var targets = (MaskedTokenTargets)batch.Targets!;
        var original = (int[])batch.InputIds.Clone();
        for (int i = 0; i < targets.Positions.Length; i++)
            original[targets.Positions[i]] = targets.Ids[i];
        int pieces = 0;
        for (int i = 1; i < original.Length; i++)
        {
            if (!source.Vocabulary.Continues(original[i]))
                continue;
            pieces++;
            Assert.Equal(batch.InputIds[i - 1] == Mask, batch.InputIds[i] == Mask);
        }
        Assert.True(pieces > 100);
    }

    [Fact]
    public void An_epochs_examples_and_masks_come_back_and_the_next_epochs_differ()
    {
        IFeatureSet first = new PretrainingFeatures(PretrainingTestText.Source(SentenceTask.SameContent, part: 0.5), epoch: 0);
        IFeatureSet again = new PretrainingFeatures(PretrainingTestText.Source(SentenceTask.SameContent, part: 0.5), epoch: 0);

        Assert.Equal(Pack(first).InputIds, Pack(again).InputIds);
        Assert.Equal(Pack(first.ForEpoch(3)).InputIds, Pack(again.ForEpoch(3)).InputIds);
        Assert.NotEqual(Pack(first).InputIds, Pack(first.ForEpoch(1)).InputIds);
        Assert.Equal(first.Fingerprint, again.Fingerprint);
        Assert.NotEqual(first.Fingerprint, new PretrainingFeatures(PretrainingTestText.Source(SentenceTask.SameContent, part: 0.4), epoch: 0).Fingerprint);
    }

    [Fact]
    public void A_fingerprint_is_the_same_in_every_culture()
    {
        CultureInfo own = CultureInfo.CurrentCulture;
        string expected = PretrainingTestText.Source().Fingerprint;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            Assert.Equal(expected, PretrainingTestText.Source().Fingerprint);
        }
        finally
        {
            CultureInfo.CurrentCulture = own;
        }
    }

    [Fact]
    public void A_pass_over_the_text_holds_every_sentence_once()
    {
        PretrainingSource source = PretrainingTestText.Source(examples: 7);
        int examples = source.ExamplesAPass;

        var seen = Enumerable.Range(0, examples)
            .Select(i => source.SentencesOf(i / source.Examples, i % source.Examples))
            .SelectMany(span => Enumerable.Range(span.First, span.End - span.First));

        Assert.Equal(Enumerable.Range(0, source.Corpus.SentenceCount), seen.Order());
    }

    [Theory]
    [InlineData(SentenceTask.NextSentence)]
    [InlineData(SentenceTask.SentenceOrder)]
    [InlineData(SentenceTask.SameContent)]
    public void Tasks_on_two_texts_ask_for_both_classes_alike_and_keep_to_the_length(SentenceTask task)
    {
        var features = new PretrainingFeatures(PretrainingTestText.Source(task, examples: 400), epoch: 0);

        PackedBatch batch = Pack(features);

        var targets = (PreTrainingTargets)batch.Targets!;
        int asked = targets.Sentences.Weights.Count(weight => weight > 0);
        Assert.True(asked > 100, $"{asked}");
        Assert.Equal(0.5, targets.Sentences.Classes.Where((_, i) => targets.Sentences.Weights[i] > 0).Average(), 0.1);
        Assert.True(batch.LongestLength <= 48);
        Assert.Equal(targets.TotalWeight, targets.Tokens.Ids.Length);
        int start = 0;
        for (int i = 0; i < batch.ExampleCount; start += batch.Lengths[i++])
        {
            Assert.Equal(Cls, batch.InputIds[start]);
            Assert.Equal(targets.Sentences.Weights[i] > 0 ? 2 : 1, batch.InputIds.AsSpan(start, batch.Lengths[i]).Count(Sep));
            Assert.Equal(targets.Sentences.Weights[i] > 0 ? 1 : 0, batch.TokenTypeIds[start + batch.Lengths[i] - 1]);
        }
    }

    [Fact]
    public void Versions_that_say_the_same_have_no_word_of_their_own_and_those_that_differ_mostly_have()
    {
        PretrainingSource source = PretrainingTestText.Source(SentenceTask.SameContent, examples: 400);
        var versions = new SentenceVersions(source.Corpus, source.Vocabulary);
        var random = new SeededRandom(7);
        List<int> first = [], second = [];
        int own = 0, different = 0;
        for (int i = 0; i < 500; i++)
        {
            int begin = random.Next(source.Corpus.SentenceCount);
            int label = versions.Create(begin, begin + 1, 40, ref random, first, second);
            bool hasOwn = first.Except(second).Any() && second.Except(first).Any();
            if (label == 0)
                Assert.False(hasOwn);
            different += label == 1 ? 1 : 0;
            own += label == 1 && hasOwn ? 1 : 0;
        }
        Assert.InRange(different, 200, 300);
        Assert.True(own > different / 2, $"{own} of {different}");
    }

    [Fact]
    public void A_vocabulary_may_have_a_blank_line()
    {
        var tokenizer = new WordPieceTokenizer(new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "", "the", "1"]));
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text.txt"], "the 1 the");

        var vocabulary = new PretrainingVocabulary(tokenizer, TextCorpusReader.Read([folder["text.txt"]], tokenizer));

        Assert.Equal([false, false, true], ((int[])[5, 6, 7]).Select(vocabulary.IsNumber));
    }

    [Fact]
    public void Versions_are_of_one_sentence_where_they_say_the_same_and_are_told_apart_where_they_do_not()
    {
        // Beside every sentence stands one that is too short to take its place.
        string[] rare = [.. Enumerable.Range(0, 600).Select(i => $"w{(char)('a' + i / 26)}{(char)('a' + i % 26)}")];
        var tokenizer = new WordPieceTokenizer(new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "it", "was", "the", ".", .. rare]));
        var draw = new Random(1);
        var text = new StringBuilder();
        for (int i = 0; i < 500; i++)
            text.Append("The ").AppendJoin(' ', draw.GetItems(rare, 12)).Append(".\nIt was.\n");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text.txt"], text.ToString());
        TextCorpus corpus = TextCorpusReader.Read([folder["text.txt"]], tokenizer);
        var versions = new SentenceVersions(corpus, new PretrainingVocabulary(tokenizer, corpus));
        var random = new SeededRandom(7);
        List<int> first = [], second = [];
        var counts = new int[2];
        for (int i = 0; i < 20_000; i++)
        {
            int label = versions.Create(0, corpus.SentenceCount, 60, ref random, first, second);
            counts[label]++;
            Assert.True(label == 0 == IsShortened(first, second), $"{label}: {tokenizer.Decode(first)} // {tokenizer.Decode(second)}");
        }
        Assert.All(counts, count => Assert.InRange(count, 8000, 12_000));
    }

    /// <summary>Whether one is the other turned around and shortened.</summary>
    private static bool IsShortened(List<int> first, List<int> second)
    {
        (List<int> shorter, List<int> longer) = first.Count <= second.Count ? (first, second) : (second, first);
        return Enumerable.Range(0, longer.Count).Any(turn =>
        {
            int found = 0;
            foreach (int id in longer[turn..].Concat(longer[..turn]))
                found += found < shorter.Count && shorter[found] == id ? 1 : 0;
            return found == shorter.Count;
        });
    }

    private static PackedBatch Pack(IFeatureSet features) => features.Pack([.. Enumerable.Range(0, features.Count)]);
}
