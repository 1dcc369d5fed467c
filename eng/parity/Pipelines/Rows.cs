using Microsoft.ML;

namespace BertMLNet.Parity.Pipelines;

/// <summary>A pair as a user would have it.</summary>
internal sealed class PairRow
{
    public string? Sentence1 { get; set; }

    public string? Sentence2 { get; set; }

    public string Label { get; set; } = "equivalent";

    public float Weight { get; set; }
}

/// <summary>A question as a user would have it.</summary>
internal sealed class QuestionRow
{
    public string? Question { get; set; }

    public string? Context { get; set; }
}

/// <summary>What is scored, the same every time.</summary>
internal static class Rows
{
    public static readonly PairRow[] Pairs =
    [
        .. new (string?, string?)[]
        {
            ("Anna met Boris in 1932.", "Boris met Anna in 1932."), ("Anna met Boris in 1932.", "In 1932, Boris was met by Anna."),
                ("", ""), (null, "who?"),
            ("a", null), ("naïve café 日本", "NAÏVE CAFÉ"), ("[SEP] [MASK]", "[CLS]"), (new string('x', 200), "b"),
            (string.Join(' ', Enumerable.Repeat("Clara called David.", 50)), string.Join(' ', Enumerable.Repeat("did it", 60))),
            ("Emma followed Frank in Rome.", "Emma did not see it."),
        }.Select((pair, i) => new PairRow { Sentence1 = pair.Item1, Sentence2 = pair.Item2, Weight = i, Label = i % 2 == 0 ? "equivalent"
            : "not_equivalent" }),
    ];

    public static readonly QuestionRow[] Questions =
    [
        .. new (string?, string?)[]
        {
            ("Where was Anna born?", "Boris met David. Anna was born in Paris in 1932."),
                ("When was Clara born?", "Clara was born in Rome in 1971. It is not."),
            ("", "Anna sang."), ("Who?", ""), (null, null), ("Who was 日本?", "naïve 日本 — Anna was born in Oslo ."),
            ("When was Emma born?", string.Concat(Enumerable.Repeat("Frank saw David in Berlin. ", 40)) + "Emma was born in Rome in 2004."),
        }.Select(pair => new QuestionRow { Question = pair.Item1, Context = pair.Item2 }),
    ];

    /// <summary>The rows of a kind as a view.</summary>
    public static IDataView Of(MLContext context, string kind) =>
        kind == "qa" ? context.Data.LoadFromEnumerable(Questions) : context.Data.LoadFromEnumerable(Pairs);
}
