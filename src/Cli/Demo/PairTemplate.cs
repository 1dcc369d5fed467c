using System.Globalization;
using System.Text;

namespace BertMLNet.Cli;

/// <summary>
/// Fills templates: <c>{A}</c>, <c>{B}</c>, <c>{N}</c>, <c>{C}</c> and <c>{D}</c> stand for facts, <c>[x|y|z]</c> for one
/// of several wordings. Dates and small numbers come out in one of their usual forms.
/// </summary>
internal static class PairTemplate
{
    private static readonly string[] NumberWords =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ];

    public static string Fill(string template, DemoFacts facts, Random random)
    {
        var text = new StringBuilder();
        for (int i = 0; i < template.Length; i++)
        {
            switch (template[i])
            {
                case '[':
                    int end = template.IndexOf(']', i);
                    text.Append(random.Pick(template[(i + 1)..end].Split('|')));
                    i = end;
                    break;
                case '{':
                    text.Append(Slot(template[i + 1], facts, random));
                    i += 2;
                    break;
                default:
                    text.Append(template[i]);
                    break;
            }
        }
        text[0] = char.ToUpperInvariant(text[0]);
        return text.Append('.').ToString();
    }

    private static string Slot(char name, DemoFacts facts, Random random) => name switch
    {
        'A' => facts.A,
        'B' => facts.B,
        'C' => facts.City,
        'N' => Number(facts.Number, random),
        'D' => Date(facts.Day, random),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such slot"),
    };

    private static string Number(int number, Random random) =>
        number < NumberWords.Length && random.Chance(0.5)
            ? NumberWords[number]
            : number.ToString(CultureInfo.InvariantCulture);

    private static string Date(int dayOfYear, Random random)
    {
        DateOnly date = new DateOnly(2023, 1, 1).AddDays(dayOfYear);
        string month = CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(date.Month);
        string day = date.Day.ToString(CultureInfo.InvariantCulture);
        return random.Next(3) switch
        {
            0 => $"{month} {day}",
            1 => $"{day} {month}",
            _ => $"the {day} of {month}",
        };
    }
}
