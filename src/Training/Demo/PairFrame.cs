namespace BertMLNet.Training;

/// <summary>
/// A kind of event with the ways to state and to deny it. Every template of a frame mentions the same slots, so any two
/// of them filled with the same facts mean the same.
/// </summary>
/// <param name="Participants">The names that {A} and {B} are drawn from.</param>
/// <param name="Symmetric">Whether exchanging {A} and {B} leaves the meaning as it is.</param>
/// <param name="Statements">Templates that say it happened; the grammar is that of <see cref="PairTemplate"/>.</param>
/// <param name="Denials">Templates that say it did not.</param>
internal sealed record PairFrame(string[] Participants, bool Symmetric, string[] Statements, string[] Denials)
{
    /// <summary>Whether the frame's templates have this slot.</summary>
    public bool Has(char slot) => Statements[0].Contains($"{{{slot}}}", StringComparison.Ordinal);

    /// <summary>The templates of one polarity.</summary>
    public string[] Templates(bool denied) => denied ? Denials : Statements;
}
