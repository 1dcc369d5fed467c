using BertMLNet.Scoring;
using BertMLNet.Tokenization;

namespace BertMLNet.Training.Tests;

public sealed class EntityFeaturesTests
{
    private static readonly WordPieceTokenizer Tokenizer = new(new Vocabulary(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "o", "'", "ann", "##a", "lee", "in", "rome", "."]));

    /// <summary>[CLS] ann ##a lee o ' lee in rome . [SEP]: the first token of each word has a label, its others and the special ones none.</summary>
    [Theory]
    [InlineData(TagScheme.Iob2, "- B-PER - I-PER B-PER I-PER I-PER O B-LOC O -")]
    [InlineData(TagScheme.Iob1, "- I-PER - I-PER B-PER I-PER I-PER O I-LOC O -")]
    [InlineData(TagScheme.Iobes, "- B-PER - E-PER B-PER I-PER E-PER O S-LOC O -")]
    [InlineData(TagScheme.Plain, "- PER - PER PER PER PER O LOC O -")]
    public void Each_words_first_token_has_its_label(TagScheme scheme, string expected)
    {
        IReadOnlyList<string> labels = scheme.Labels(["LOC", "PER"]);
        EntityFeatures features = Build([Example("Anna Lee O'Lee in Rome.", new(0, 8, "PER"), new(9, 14, "PER"), new(18, 22, "LOC"))], labels, scheme);
        var targets = (TokenTargets)features.Pack([0]).Targets!;
        Assert.Equal(expected, string.Join(' ', targets.Classes.Select(index => index < 0 ? "-" : labels[index])));
        Assert.Equal(8, targets.TotalWeight);
    }

    [Fact]
    public void In_long_texts_each_word_has_its_label_in_one_window()
    {
        string text = string.Join(' ', Enumerable.Repeat("ann lee in rome .", 6));
        IReadOnlyList<string> labels = TagScheme.Iob2.Labels(["PER"]);
        EntityFeatures features = Build([Example(text, new EntitySpan(0, 7, "PER"))], labels, maxLength: 10);
        Assert.True(features.Count > 4);
        PackedBatch batch = features.Pack([.. Enumerable.Range(0, features.Count)]);
        int[] classes = ((TokenTargets)batch.Targets!).Classes;
        Assert.Equal(30, classes.Count(index => index >= 0));
        Assert.Equal([1, 2], classes.Where(index => index > 0));
        Assert.All(batch.Lengths, length => Assert.InRange(length, 3, 10));
        // None for [CLS] and [SEP].
        Assert.All(Enumerable.Range(0, classes.Length).Where(i => batch.InputIds[i] is 2 or 3), i => Assert.Equal(TokenTargets.None, classes[i]));
    }

    [Fact]
    public void What_does_not_fit_words_is_counted_and_told()
    {
        var report = new EntityDataReport();
        Build(
            [
                Example("anna lee", new EntitySpan(0, 3, "PER")), Example("anna lee", new EntitySpan(0, 2, "PER"), new(2, 4, "PER")),
                Example("\u200B"), Example("lee", new EntitySpan(0, 3, "PER")),
            ],
            TagScheme.Iob2.Labels(["PER"]), report: report);
        Assert.Equal((4, 4, 2, 1, 1), (report.Texts, report.Entities, report.Widened, report.Unaligned, report.Empty));
        Assert.Contains("the entity 'PER' [0, 3) begins or ends inside a word; [0, 4) is learned", report.Listed[0]);
        Assert.Contains("2 widened to whole words, 1 that no words of their own hold (never learned), 1 texts without tokens", report.ToString());
    }

    /// <summary>Logits of 9 for the right label and 0 for the two others: each loss is log(1 + 2 e^-9), and all entities are found.</summary>
    [Fact]
    public void The_right_logits_find_every_entity_on_the_files_own_words()
    {
        EntityExample example = Example("O'Lee in Rome", new EntitySpan(0, 5, "PER")) with { Words = [(0, 5), (6, 8), (9, 13)] };
        EntityFeatures features = Build([example, Example("\u200B")], TagScheme.Iob2.Labels(["PER"]));
        PackedBatch batch = features.Pack([0]);
        float[] logits = [.. ((TokenTargets)batch.Targets!).Classes.SelectMany(index => Enumerable.Range(0, 3).Select(label => label == index ? 9f : 0f))];
        IEvaluation evaluation = features.BeginEvaluation();
        evaluation.Add([0], batch, new Dictionary<string, float[]> { ["logits"] = logits });
        var metrics = (EntityTaskMetrics)evaluation.Complete();
        Assert.Equal(Math.Log(1 + (2 * Math.Exp(-9))), metrics.Loss, 1e-9);
        Assert.Equal(new EntityCounts(1, 1, 1), metrics.Metrics.All);
        Assert.Equal(2, metrics.Metrics.Texts);
        Assert.Equal("f1", metrics.PrimaryName);
    }

    [Fact]
    public void The_fingerprint_sees_the_entities_that_are_judged()
    {
        IReadOnlyList<string> labels = TagScheme.Iob2.Labels(["PER"]);
        string Fingerprint(EntitySpan entity) => Build([Example("anna lee", entity)], labels).Fingerprint;
        Assert.Equal(Fingerprint(new(0, 4, "PER")), Fingerprint(new(0, 4, "PER")));
        // Both are learned as the whole word; only one can be found.
        Assert.NotEqual(Fingerprint(new(0, 4, "PER")), Fingerprint(new(0, 3, "PER")));
    }

    private static EntityExample Example(string text, params EntitySpan[] entities) => new() { Text = text, Entities = entities, Location = "test" };

    private static EntityFeatures Build(
        EntityExample[] examples, IReadOnlyList<string> labels, TagScheme scheme = TagScheme.Iob2, int maxLength = 64, EntityDataReport? report = null) =>
        EntityFeatures.Build(
            examples, new EntityEncoder(Tokenizer, maxLength, stride: 4), labels, scheme, report ?? new EntityDataReport(), TestContext.Current.CancellationToken);
}
