using System.Text.RegularExpressions;

namespace BertMLNet.Cli.Tests;

public sealed partial class PairGeneratorTests
{
    [Fact]
    public void The_same_seed_gives_the_same_pairs_and_another_seed_gives_others()
    {
        Assert.Equal(new PairGenerator(7).Training(200), new PairGenerator(7).Training(200));
        Assert.NotEqual(new PairGenerator(7).Training(200), new PairGenerator(8).Training(200));
    }

    [Fact]
    public void Half_of_the_pairs_are_equivalent_and_none_comes_twice()
    {
        IReadOnlyList<DemoPair> pairs = new PairGenerator(1).Training(3000);
        Assert.Equal(1500, pairs.Count(pair => pair.Equivalent));
        Assert.Equal(3000, pairs.Distinct().Count());
        Assert.DoesNotContain(pairs, pair => pair.Sentence1 == pair.Sentence2);
    }

    [Fact]
    public void Held_out_pairs_bring_together_participants_that_no_training_pair_does()
    {
        var generator = new PairGenerator(1);
        HashSet<string> training = [.. generator.Training(3000).SelectMany(Combinations)];
        HashSet<string> heldOut = [.. generator.HeldOut(1000).SelectMany(Combinations)];
        Assert.True(training.Count > 1000, $"{training.Count} combinations");
        Assert.True(heldOut.Count > 300, $"{heldOut.Count} combinations");
        Assert.Empty(training.Intersect(heldOut));
    }

    [Fact]
    public void Every_template_of_a_frame_mentions_the_same_facts()
    {
        foreach (PairFrame frame in PairFrames.All)
        {
            foreach (string template in frame.Templates)
            {
                foreach (int side in new[] { 0, 1 })
                    Assert.Equal(Slots(frame.Templates[0]), Slots(Side().Replace(template, match => match.Groups[1].Value.Split('~')[side])));
            }
        }
    }

    [Fact]
    public void Near_misses_use_the_same_words_as_paraphrases()
    {
        // A label must not be told by a word alone: only by comparing the sentences.
        IReadOnlyList<DemoPair> pairs = new PairGenerator(3).Training(4000);
        foreach (string word in new[] { " not ", " by ", "said", " million ", " from " })
        {
            double share = pairs.Where(pair => pair.Sentence1.Contains(word)).Average(pair => pair.Equivalent ? 1.0 : 0.0);
            Assert.InRange(share, 0.35, 0.65);
        }
    }

    private static IEnumerable<string> Combinations(DemoPair pair) =>
        new[] { pair.Sentence1, pair.Sentence2 }.Select(Combination);

    private static string Combination(string sentence)
    {
        foreach (string[] names in PairFrames.All.Select(frame => frame.Participants).Distinct())
        {
            string[] found = [.. names.Where(name => sentence.Contains(name, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
            if (found.Length == 2)
                return string.Join('+', found);
        }
        throw new InvalidOperationException($"No two participants in: {sentence}");
    }

    private static string Slots(string template) =>
        string.Concat(template.Where((_, i) => i > 0 && template[i - 1] == '{').Order());

    /// <summary>What differs between a statement and its denial.</summary>
    [GeneratedRegex(@"\(([^)]*)\)")]
    private static partial Regex Side();
}
