using System.Globalization;
using System.Text;
using static BertMLNet.Cli.DemoNames;

namespace BertMLNet.Cli;

/// <summary>The events that generated sentences tell of.</summary>
internal static class PairFrames
{
    private static readonly string[] Teams =
    [
        .. Words(
            "Falcons Rovers Miners Pilots Comets Badgers Sailors Hornets Wolves Ravens Bulls Giants Knights Lions Otters Pirates "
            + "Rangers Sharks Tigers Vikings Wizards Bears Cardinals Drifters Eagles Foxes Hawks Jets Kings Lancers")
            .Select(team => $"the {team}"),
    ];

    private static readonly string[] People = [.. GivenNames.SelectMany(_ => Surnames, (first, last) => $"{first} {last}")];

    public static readonly PairFrame[] All =
    [
        new(Companies, Symmetric: false,
            "{A} ([bought|purchased|acquired]~did not [buy|purchase|acquire]) {B} for {N} million dollars on {D}",
            "{B} was ([bought|purchased|acquired|taken over]~not [bought|purchased|acquired]) by {A} on {D} for {N} million dollars",
            "on {D}, {A} ([paid|spent]~[did not pay|did not spend]) {N} million dollars [to buy|to acquire] {B}",
            "on {D}, {A} ([took over|completed its purchase of]~[decided against|walked away from] buying) {B} for {N} million dollars"),
        new(Companies, Symmetric: false,
            "{A} ([sued|took legal action against]~did not sue) {B} in {C} on {D}",
            "{B} was (~not )[sued|taken to court] by {A} in {C} on {D}",
            "on {D}, {A} filed (a~no) [lawsuit|suit] against {B} in {C}",
            "in {C}, {B} was (~not )[taken to court|brought before a judge] by {A} on {D}"),
        new(Companies, Symmetric: false,
            "{A} ([delivered|shipped|sent]~did not [deliver|ship|send]) {N} trucks to {B} on {D}",
            "{B} ([received|got]~did not [receive|get]) {N} trucks from {A} on {D}",
            "on {D}, {N} trucks were (~not )[delivered|shipped|sent] to {B} by {A}"),
        new(Companies, Symmetric: true,
            "{A} and {B} ([opened|built]~did not [open|build]) a joint plant with {N} workers in {C}",
            "(a~no) plant with {N} workers was [opened|built] in {C} by {A} together with {B}",
            "in {C}, {A} (joined~did not join) {B} in [opening|building] a plant with {N} workers"),
        new(Teams, Symmetric: false,
            "{A} ([beat|defeated]~did not [beat|defeat]) {B} by {N} points in {C}",
            "{B} (lost~did not lose) to {A} by {N} points in {C}",
            "in {C}, {A} ([won|prevailed]~did not [win|prevail]) against {B} by {N} points",
            "{B} were (~not )[beaten|defeated] by {A} in {C} by {N} points"),
        new(Teams, Symmetric: false,
            "{A} ([traded|handed]~did not [trade|hand]) {N} players to {B} on {D}",
            "{B} ([received|got]~did not [receive|get]) {N} players from {A} on {D}",
            "on {D}, {N} players ([moved|went]~did not [move|go]) from {A} to {B}"),
        new(People, Symmetric: false,
            "{A} ([lent|loaned]~did not [lend|loan]) {B} {N} dollars in {C}",
            "{B} (borrowed~did not borrow) {N} dollars from {A} in {C}",
            "in {C}, {A} (gave~[refused|declined] to give) {B} a loan of {N} dollars",
            "(a~no) loan of {N} dollars was given to {B} by {A} in {C}"),
        new(People, Symmetric: false,
            "{A} ([invited|asked]~did not [invite|ask]) {B} to come to {C} on {D}",
            "{B} was (~not )[invited|asked] by {A} to come to {C} on {D}",
            "on {D}, {B} got (an~no) invitation to {C} from {A}"),
        new(People, Symmetric: true,
            "{A} (met~did not meet) {B} in {C} on {D}",
            "{A} and {B} ([met|had a meeting]~[did not meet|had no meeting]) in {C} on {D}",
            "on {D}, (a~no) meeting between {A} and {B} took place in {C}"),
        new(People, Symmetric: false,
            "{A} ([replaced|succeeded]~did not [replace|succeed]) {B} as mayor of {C} on {D}",
            "{B} was (~not )[replaced|succeeded] by {A} as mayor of {C} on {D}",
            "on {D}, {A} (took~did not take) over from {B} as mayor of {C}",
            "on {D}, the office of mayor of {C} ([passed|went]~did not [pass|go]) from {B} to {A}"),
        new(Cities, Symmetric: false,
            "the train from {A} to {B} ([takes|needs]~does not [take|need]) {N} hours",
            "it (takes~does not take) {N} hours to [travel|get] from {A} to {B} by train",
            "passengers who leave {A} by train (~do not )[reach|arrive in] {B} {N} hours later",
            "{B} is (~not ){N} hours by train from {A} for [travellers|passengers] who start there"),
    ];
}

/// <summary>
/// A kind of event with ways to state and to deny it, in the grammar of <see cref="DemoFacts.Tell"/>. Every template of a frame mentions
/// the same slots, so any two of them filled with the same facts mean the same.
/// </summary>
/// <param name="Participants">The names that {A} and {B} are drawn from.</param>
/// <param name="Symmetric">Whether exchanging {A} and {B} leaves the meaning as it is.</param>
/// <param name="Templates">The ways to tell of it.</param>
internal sealed record PairFrame(string[] Participants, bool Symmetric, params string[] Templates)
{
    /// <summary>Whether the frame's templates have this slot.</summary>
    public bool Has(char slot) => Templates[0].Contains($"{{{slot}}}", StringComparison.Ordinal);
}

/// <summary>What a generated sentence states; two sentences are equivalent exactly where their facts are equal.</summary>
/// <param name="A">Who acts.</param>
/// <param name="B">Whom it concerns.</param>
/// <param name="Number">A count or an amount, 2 to 99.</param>
/// <param name="City">Where it happens.</param>
/// <param name="Day">When it happens: the day of a year of 365 days, from 0.</param>
/// <param name="Denied">Whether the sentence says that it did not happen.</param>
internal sealed record DemoFacts(string A, string B, int Number, string City, int Day, bool Denied)
{
    private static readonly string[] NumberWords = Words("zero one two three four five six seven eight nine ten eleven twelve");

    /// <summary>
    /// Fills a template: <c>{A}</c>, <c>{B}</c>, <c>{N}</c>, <c>{C}</c> and <c>{D}</c> stand for facts, <c>(x~y)</c> for x, or y where it
    /// did not happen, <c>[x|y|z]</c> for one of several wordings. Dates and small numbers come out in one of their usual forms.
    /// </summary>
    public string Tell(string template, Random random)
    {
        var text = new StringBuilder();
        for (int i = 0; i < template.Length; i++)
        {
            switch (template[i])
            {
                case '(':
                    int close = template.IndexOf(')', i);
                    text.Append(Tell(template[(i + 1)..close].Split('~')[Denied ? 1 : 0], random));
                    i = close;
                    break;
                case '[':
                    int end = template.IndexOf(']', i);
                    text.Append(random.Pick(template[(i + 1)..end].Split('|')));
                    i = end;
                    break;
                case '{':
                    text.Append(Slot(template[i + 1], random));
                    i += 2;
                    break;
                default:
                    text.Append(template[i]);
                    break;
            }
        }
        return text.ToString();
    }

    private string Slot(char name, Random random) => name switch
    {
        'A' => A,
        'B' => B,
        'C' => City,
        'N' => Number < NumberWords.Length && random.Chance(0.5) ? NumberWords[Number] : Number.ToString(CultureInfo.InvariantCulture),
        'D' => Date(random),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such slot"),
    };

    private string Date(Random random)
    {
        string format = random.Pick(["MMMM d", "d MMMM", "'the' d 'of' MMMM"]);
        return new DateOnly(2023, 1, 1).AddDays(Day).ToString(format, CultureInfo.InvariantCulture);
    }
}
