using BertMLNet.Tokenization;

namespace BertMLNet.Scoring.Tests;

public sealed class EntityDecoderTests
{
    private static readonly string[] Labels = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"];

    /// <summary>A place a word, which is one letter; the labels of the words, and the entities that seqeval 1.2.2 gives in its default mode.</summary>
    [Theory]
    [InlineData("O B-PER I-PER O", "PER[1,3)")]
    [InlineData("B-PER B-PER", "PER[0,1) PER[1,2)")]
    [InlineData("I-PER I-PER O I-LOC", "PER[0,2) LOC[3,4)")]
    [InlineData("B-PER I-LOC I-LOC", "PER[0,1) LOC[1,3)")]
    [InlineData("I-PER B-PER", "PER[0,1) PER[1,2)")]
    [InlineData("S-PER E-PER B-PER E-PER I-PER", "PER[0,1) PER[1,2) PER[2,4) PER[4,5)")]
    [InlineData("B-PER I-PER E-PER S-LOC", "PER[0,3) LOC[3,4)")]
    [InlineData("B-PER L-PER U-LOC", "PER[0,2) LOC[2,3)")]
    [InlineData("PER PER LOC O PER", "PER[0,2) LOC[2,3) PER[4,5)")]
    [InlineData("O O", "")]
    public void Labels_make_entities_and_impossible_ones_are_repaired(string labels, string expected)
    {
        string[] all = labels.Split(' ');
        var decoder = new EntityDecoder([.. all.Distinct()], EntityAggregation.First);
        TextWord[] words = [.. all.Select((_, i) => new TextWord(i, i + 1, i, i + 1))];
        WordLabel[] decided = [.. all.Select(label => new WordLabel(Array.IndexOf([.. all.Distinct()], label), 0.5))];
        IReadOnlyList<RecognizedEntity> entities = decoder.Read(new string('x', all.Length), words, decided);
        Assert.Equal(expected, string.Join(' ', entities.Select(entity => $"{entity.Type}[{entity.Start},{entity.End})")));
    }

    /// <summary>Two tokens, with probabilities 0.6, 0.4 and 0.1, 0.9 of two labels: first takes 0.6, max 0.9, the mean of the second is 0.65.</summary>
    [Theory]
    [InlineData(EntityAggregation.First, 0, 0.6)]
    [InlineData(EntityAggregation.Max, 1, 0.9)]
    [InlineData(EntityAggregation.Average, 1, 0.65)]
    public void A_words_label_comes_of_its_tokens(EntityAggregation aggregation, int label, double score)
    {
        var decoder = new EntityDecoder(["O", "PER"], aggregation);
        float[] logits = [.. new[] { 0.6, 0.4, 0.1, 0.9 }.Select(probability => (float)Math.Log(probability) + 3)];
        WordLabel decided = decoder.Decide(logits);
        Assert.Equal(label, decided.Label);
        Assert.Equal(score, decided.Score, 1e-6);
    }

    [Fact]
    public void An_entitys_score_is_the_mean_of_its_words()
    {
        var decoder = new EntityDecoder(Labels, EntityAggregation.First);
        RecognizedEntity entity = Assert.Single(decoder.Read(
            "New York!", [new(0, 3, 0, 1), new(4, 8, 1, 2), new(8, 9, 2, 3)], [new(3, 0.9), new(4, 0.6), new(0, 0.8)]));
        Assert.Equal(("LOC", "New York", 0, 8), (entity.Type, entity.Text, entity.Start, entity.End));
        Assert.Equal(0.75, entity.Score, 1e-12);
    }

    [Fact]
    public void Words_are_what_stands_between_white_space_and_marks_of_punctuation()
    {
        EntityEncoder encoder = Encoder(64);
        const string Text = "  O'Neill e\u0301a\u0301,\tw1ab!";
        EncodedText encoded = encoder.Encode(Text);
        Assert.Equal(["O", "'", "Neill", "e\u0301a\u0301", ",", "w1ab", "!"], encoded.Words.Select(word => Text[word.Start..word.End]));
        Assert.Equal(3, encoded.Words[5].EndToken - encoded.Words[5].FirstToken);
    }

    [Fact]
    public void Words_that_are_given_hold_all_their_tokens_and_those_without_any_are_left_out()
    {
        EntityEncoder encoder = Encoder(64);
        const string Text = "O'Neill \u200B w1";
        EncodedText encoded = encoder.Encode(Text, [(0, 7), (8, 9), (10, 12)]);
        Assert.Equal([new(0, 7, 0, 3), new(10, 12, 3, 4)], encoded.Words);
    }

    [Theory]
    [InlineData(8, 3)]
    [InlineData(12, 5)]
    [InlineData(7, 100)]
    [InlineData(12, 0)]
    public void Each_word_is_decided_once_where_it_has_most_context(int maxLength, int stride)
    {
        var random = new Random(maxLength);
        EntityEncoder encoder = Encoder(maxLength, stride);
        for (int repeat = 0; repeat < 50; repeat++)
        {
            string text = string.Join(' ', Enumerable.Range(0, random.Next(1, 30)).Select(_ => "w1" + new string('a', random.Next(3))));
            EncodedText encoded = encoder.Encode(text);
            int words = 0;
            for (int window = 0; window < encoded.Windows.Length; window++)
            {
                Assert.InRange(encoded.LengthOf(window), 3, maxLength);
                (int first, int end) = encoded.WordsOf(window);
                Assert.Equal(words, first);
                for (; words < end; words++)
                {
                    TextWord word = encoded.Words[words];
                    int best = encoded.Windows.Where(Holds).Max(Context);
                    Assert.True(Holds(encoded.Windows[window]));
                    Assert.Equal(best, Context(encoded.Windows[window]));

                    bool Holds(PassageWindow other) => other.First <= word.FirstToken && word.FirstToken < other.End;

                    int Context(PassageWindow other) => Math.Min(word.FirstToken - other.First, other.End - word.EndToken);
                }
            }
            Assert.Equal(encoded.Words.Count, words);
        }
    }

    private static EntityEncoder Encoder(int maxLength, int stride = 2) => new(
        new WordPieceTokenizer(new Vocabulary(
            ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "o", "'", "neill", "ea", ",", "!", "w1", "##a", "##b"])),
        maxLength,
        stride);
}
