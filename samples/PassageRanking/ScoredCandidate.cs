namespace PassageRanking;

/// <summary>The same with how well it does.</summary>
internal sealed class ScoredCandidate : Candidate
{
    public float Score { get; set; }
}
