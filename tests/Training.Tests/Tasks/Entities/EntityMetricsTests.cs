using System.Text;
using System.Text.Json;
using BertMLNet.Scoring;

namespace BertMLNet.Training.Tests;

public sealed class EntityMetricsTests
{
    /// <summary>
    /// seqeval's own example, worked by hand: of one MISC and one PER, the MISC was found one word too long and the PER as it is. So
    /// MISC has 0, PER 1, and all have precision 1/2, recall 1/2.
    /// </summary>
    [Fact]
    public void Whole_entities_count()
    {
        EntityMetrics metrics = Compare(
            ["O O O B-MISC I-MISC I-MISC O", "B-PER I-PER O"], ["O O B-MISC I-MISC I-MISC I-MISC O", "B-PER I-PER O"]);
        AssertCounts(0, 0, 0, 1, Of(metrics, "MISC"));
        AssertCounts(1, 1, 1, 1, Of(metrics, "PER"));
        AssertCounts(0.5, 0.5, 0.5, 2, metrics.All);
    }

    /// <summary>
    /// There: PER, PER, LOC, ORG (4). Found: PER as it is, ORG where a LOC is, and two halves of the second PER (4 in all). One is right:
    /// precision 1/4, recall 1/4; PER has precision 1/3 and recall 1/2, so F1 is 2/5; LOC was never found, ORG found once and wrong.
    /// </summary>
    [Fact]
    public void Types_and_borders_must_both_be_right()
    {
        EntityMetrics metrics = Compare(
            ["B-PER I-PER O B-PER I-PER B-LOC B-ORG"], ["B-PER I-PER O B-PER B-PER B-ORG O"]);
        AssertCounts(1 / 3.0, 0.5, 0.4, 2, Of(metrics, "PER"));
        AssertCounts(0, 0, 0, 1, Of(metrics, "LOC"));
        AssertCounts(0, 0, 0, 1, Of(metrics, "ORG"));
        AssertCounts(0.25, 0.25, 0.25, 4, metrics.All);
        Assert.Equal(["LOC", "ORG", "PER"], metrics.Types.Select(type => type.Key));
    }

    /// <summary>An I- behind nothing begins an entity, so the repaired sequence is right.</summary>
    [Fact]
    public void Impossible_sequences_are_repaired_before_they_are_counted() =>
        AssertCounts(1, 1, 1, 1, Compare(["O B-PER I-PER"], ["O I-PER I-PER"]).All);

    [Fact]
    public void Nothing_found_of_nothing_is_zero_as_seqeval_has_it()
    {
        AssertCounts(0, 0, 0, 0, Compare(["O O"], ["O O"]).All);
        AssertCounts(0, 0, 0, 1, Compare(["B-PER O"], ["O O"]).All);
        AssertCounts(0, 0, 0, 0, Compare(["O O"], ["B-PER O"]).All);
    }

    [Fact]
    public void Figures_are_written_by_their_names()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Compare(["B-PER O"], ["B-PER B-LOC"]).WriteProperties(json);
            json.WriteEndObject();
        }
        Assert.Equal(
            """{"precision":0.5,"recall":1,"f1":0.6666666666666666,"support":1,"texts":1,"types":{"LOC":{"precision":0,"recall":0,"f1":0,"support":0},"PER":{"precision":1,"recall":1,"f1":1,"support":1}}}""",
            Encoding.UTF8.GetString(buffer.ToArray()));
    }

    [Fact]
    public void Texts_with_most_errors_are_shown_first_with_marks()
    {
        var review = new EntityReview();
        review.Add(Example("Ann & Bob", new(0, 3, "PER"), new(6, 9, "PER")), [Found(0, 3, "PER"), Found(6, 9, "LOC")]);
        review.Add(Example("right", new EntitySpan(0, 5, "PER")), [Found(0, 5, "PER")]);
        review.Add(Example("a b c", new(0, 1, "X"), new(2, 3, "X"), new(4, 5, "X")), []);
        ReportTable table = review.ToTables(new EntityMetrics(3, default, []))[^1];
        Assert.Equal(["a b c", "a b c", "Ann & Bob", "Ann & Bob"], table.Marked.Select(text => text.Text));
        Assert.Equal([new(0, 3, "PER", true), new(6, 9, "LOC", false)], table.Marked[3].Marks);

        var html = new StringBuilder();
        table.Marked[3].AppendTo(html);
        Assert.Contains(
            "<mark>Ann<small>PER</small></mark> &amp; <mark class=\"wrong\">Bob<small>LOC</small></mark></td>", html.ToString(), StringComparison.Ordinal);
    }

    private static EntityExample Example(string text, params EntitySpan[] entities) => new() { Text = text, Entities = entities, Location = "test" };

    private static RecognizedEntity Found(int start, int end, string type) => new(type, "", start, end, 1);

    private static EntityMetrics Compare(string[] right, string[] found)
    {
        var evaluator = new EntityEvaluator();
        foreach ((string there, string here) in right.Zip(found))
        {
            evaluator.Add(
                TagSchemes.Entities(there.Split(' ')).Select(entity => new EntitySpan(entity.First, entity.End, entity.Type)),
                TagSchemes.Entities(here.Split(' ')).Select(entity => Found(entity.First, entity.End, entity.Type)));
        }
        return evaluator.Compute();
    }

    private static EntityCounts Of(EntityMetrics metrics, string type) => metrics.Types.Single(counts => counts.Key == type).Value;

    private static void AssertCounts(double precision, double recall, double f1, int support, EntityCounts counts)
    {
        Assert.Equal(precision, counts.Precision, 1e-12);
        Assert.Equal(recall, counts.Recall, 1e-12);
        Assert.Equal(f1, counts.F1, 1e-12);
        Assert.Equal(support, counts.Support);
    }
}
