using System.Globalization;
using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>What the report tells of entities: figures by type, and the texts with most errors, entities marked.</summary>
internal sealed class EntityReview
{
    private const int ShownTexts = 20;
    private const int LongestShown = 2000;

    private readonly PriorityQueue<Judged, (int Errors, int Number)> _worst = new();
    private int _texts;

    /// <summary>Adds a text.</summary>
    public void Add(EntityExample example, IReadOnlyList<RecognizedEntity> found)
    {
        HashSet<EntitySpan> there = [.. example.Entities];
        HashSet<EntitySpan> spans = [.. found.Select(entity => new EntitySpan(entity.Start, entity.End, entity.Type))];
        int errors = there.Count + spans.Count - (2 * there.Count(spans.Contains));
        int number = _texts++;
        if (errors == 0 || example.Text.Length > LongestShown)
            return;
        // Of several with as many errors the first are kept.
        _worst.Enqueue(new(example, there, spans), (errors, -number));
        if (_worst.Count > ShownTexts)
            _worst.Dequeue();
    }

    /// <summary>The tables.</summary>
    public IReadOnlyList<ReportTable> ToTables(EntityMetrics metrics)
    {
        ReportTable worst = new(
            "Texts with most errors", ["line", "", "text"], [], "What the data say is there, and what was found; what is not right is outlined.")
        {
            Marked = [.. Worst().SelectMany(Marked)],
        };
        return
        [
            new(
                "Entities by type",
                ["type", "precision", "recall", "F1", "found", "support"],
                [Row("all", metrics.All), .. metrics.Types.Select(type => Row(type.Key, type.Value))],
                Chart: ReportChart.Bars),
            worst,
        ];
    }

    private IEnumerable<Judged> Worst() => _worst.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element);

    private static IEnumerable<MarkedText> Marked(Judged judged)
    {
        yield return Text("there", judged.There, judged.Found);
        yield return Text("found", judged.Found, judged.There);

        MarkedText Text(string heading, HashSet<EntitySpan> entities, HashSet<EntitySpan> others) => new(
            heading == "there" ? judged.Example.Location : "",
            heading,
            judged.Example.Text,
            [
                .. entities.OrderBy(entity => entity.Start)
                    .Select(entity => new TextMark(entity.Start, entity.End, entity.Type, others.Contains(entity))),
            ]);
    }

    private static IReadOnlyList<string> Row(string name, EntityCounts counts) =>
    [
        name, Fraction(counts.Precision), Fraction(counts.Recall), Fraction(counts.F1),
        counts.Found.ToString(CultureInfo.InvariantCulture), counts.Support.ToString(CultureInfo.InvariantCulture),
    ];

    private static string Fraction(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private sealed record Judged(EntityExample Example, HashSet<EntitySpan> There, HashSet<EntitySpan> Found);
}
