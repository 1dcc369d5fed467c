using System.Runtime.InteropServices;

namespace BertMLNet.Cli;

/// <summary>
/// Generates sentence pairs for demonstrations and tests: half of them paraphrases (active and passive voice, synonyms,
/// other orders, dates and numbers in other forms), half near-misses (exchanged roles, another number, date, place or
/// participant, a denial). The same seed gives the same pairs everywhere.
/// </summary>
/// <remarks>
/// The training and the held-out part share no combination of participants: what one part says of A and B, the other
/// never does. A model cannot do well on the held-out part by remembering who did what.
/// </remarks>
internal sealed class PairGenerator(int seed)
{
    private static readonly string[] LeadIns =
    [
        "officials said that ", "according to reports, ", "it was announced that ", "a newspaper wrote that ", "as expected, ",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The label names, by class index: those of MRPC.</summary>
    public static IReadOnlyList<string> Labels { get; } = ["not_equivalent", "equivalent"];

    /// <summary>Generates pairs to train on.</summary>
    public IReadOnlyList<DemoPair> Training(int count) => Generate(count, heldOut: false);

    /// <summary>Generates pairs to measure with, about participants that no training pair brings together.</summary>
    public IReadOnlyList<DemoPair> HeldOut(int count) => Generate(count, heldOut: true);

    private List<DemoPair> Generate(int count, bool heldOut)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var pairs = new HashSet<DemoPair>(count);
        var inOrder = new List<DemoPair>(count);
        while (inOrder.Count < count)
        {
            DemoPair pair = Next(heldOut, equivalent: inOrder.Count % 2 == 0);
            if (pairs.Add(pair))
                inOrder.Add(pair);
        }
        _random.Shuffle(CollectionsMarshal.AsSpan(inOrder));
        return inOrder;
    }

    private DemoPair Next(bool heldOut, bool equivalent)
    {
        PairFrame frame = _random.Pick(PairFrames.All);
        string a = _random.Pick(frame.Participants);
        var facts = new DemoFacts(
            a,
            Partner(a, frame, heldOut),
            RandomNumber(),
            _random.Pick(DemoNames.Cities),
            RandomDay(),
            Denied: _random.Chance(0.25));
        DemoFacts others = equivalent ? facts : Alter(facts, frame, heldOut);
        if (frame.Symmetric && _random.Chance(0.5))
            others = others with { A = others.B, B = others.A };

        string template1 = _random.Pick(frame.Templates);
        string template2 = others.Denied == facts.Denied
            ? Unlike(template1, () => _random.Pick(frame.Templates))
            : _random.Pick(frame.Templates);
        return new(Render(template1, facts), Render(template2, others), equivalent);
    }

    /// <summary>Changes one fact that the frame's sentences mention.</summary>
    private DemoFacts Alter(DemoFacts facts, PairFrame frame, bool heldOut)
    {
        while (true)
        {
            switch (_random.Next(6))
            {
                case 0 when !frame.Symmetric:
                    return facts with { A = facts.B, B = facts.A };
                case 1 when frame.Has('N'):
                    return facts with { Number = Unlike(facts.Number, RandomNumber) };
                case 2 when frame.Has('C'):
                    return facts with { City = Unlike(facts.City, () => _random.Pick(DemoNames.Cities)) };
                case 3 when frame.Has('D'):
                    return facts with { Day = Unlike(facts.Day, RandomDay) };
                case 4:
                    return facts with { B = Unlike(facts.B, () => Partner(facts.A, frame, heldOut)) };
                case 5:
                    return facts with { Denied = !facts.Denied };
                default:
                    break;
            }
        }
    }

    /// <summary>Somebody for <paramref name="a"/> to deal with, so that the two belong to the wanted part.</summary>
    private string Partner(string a, PairFrame frame, bool heldOut)
    {
        string b;
        do
            b = Unlike(a, () => _random.Pick(frame.Participants));
        while (IsHeldOut(a, b) != heldOut);
        return b;
    }

    /// <summary>A fifth of all combinations, whichever of the two is named first.</summary>
    private static bool IsHeldOut(string a, string b) => (a.StableHash() ^ b.StableHash()) % 5 == 0;

    private int RandomNumber() => _random.Next(2, 100);

    private int RandomDay() => _random.Next(365);

    private string Render(string template, DemoFacts facts)
    {
        string text = facts.Tell(_random.Chance(0.3) ? _random.Pick(LeadIns) + template : template, _random);
        return $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
    }

    private static T Unlike<T>(T value, Func<T> draw)
    {
        T other;
        do
            other = draw();
        while (EqualityComparer<T>.Default.Equals(value, other));
        return other;
    }
}

/// <summary>Two generated sentences, and whether both state the same facts.</summary>
internal sealed record DemoPair(string Sentence1, string Sentence2, bool Equivalent);
