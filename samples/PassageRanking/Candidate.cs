namespace PassageRanking;

/// <summary>A query and a passage that may answer it.</summary>
internal class Candidate
{
    public string Query { get; set; } = "";

    public string Passage { get; set; } = "";
}
