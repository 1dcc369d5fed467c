using System.Globalization;

namespace BertMLNet.Bench;

/// <summary>What came of a duel.</summary>
/// <param name="Duel">The duel.</param>
/// <param name="Ours">The median of BertMLNet's figures.</param>
/// <param name="Theirs">The median of the peer's figures.</param>
/// <param name="Ratio">The median of the rounds' ratios.</param>
internal sealed record DuelResult(Duel Duel, double Ours, double Theirs, double Ratio)
{
    /// <summary>The table's head.</summary>
    public const string Header = "| work | peer | peer's median | BertMLNet's median | ratio | target | met |\n|---|---|---|---|---|---|---|";

    /// <summary>A line of the table.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Duel.Work} | {Duel.Peer} | {Figure(Theirs)} {Duel.Unit}/s | {Figure(Ours)} {Duel.Unit}/s | {Ratio:0.00} | {Duel.Target:0.##} | {(Ratio >= Duel.Target ? "yes" : "no")} |");

    private static string Figure(double value) => value.ToString(value >= 1000 ? "#,0" : "0.00", CultureInfo.InvariantCulture);
}
