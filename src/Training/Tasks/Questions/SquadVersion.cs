namespace BertMLNet.Training;

/// <summary>Whose rules answers are judged by. They differ only where a question has no answer, or one that normalises to nothing.</summary>
public enum SquadVersion
{
    /// <summary>Every question has an answer in its passage (Rajpurkar et al. 2016).</summary>
    V1,

    /// <summary>Some questions have none, and saying so is the right answer to them (Rajpurkar et al. 2018).</summary>
    V2,
}
