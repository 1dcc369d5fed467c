namespace BertMLNet.Bench;

/// <summary>One row of the table: what is measured, against whom, and the ratio that is aimed at.</summary>
/// <param name="Group">The row's group, by which rows are chosen.</param>
/// <param name="Work">What is done.</param>
/// <param name="Unit">What the figures count a second.</param>
/// <param name="Peer">Who it is measured against.</param>
/// <param name="Target">The ratio aimed at.</param>
/// <param name="Ours">BertMLNet.</param>
/// <param name="Theirs">The peer.</param>
internal sealed record Duel(string Group, string Work, string Unit, string Peer, double Target, Contestant Ours, Contestant Theirs)
{
    /// <summary>Lets both run in turns, the peer first.</summary>
    public DuelResult Run(int rounds)
    {
        double[] ours = new double[rounds], theirs = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            theirs[round] = Theirs.Run();
            ours[round] = Ours.Run();
            Console.Error.WriteLine(FormattableString.Invariant($"{Work}: {Peer} {theirs[round]:0.00}, BertMLNet {ours[round]:0.00} {Unit}/s"));
        }
        return new(this, Statistics.Median(ours), Statistics.Median(theirs), Statistics.Median(ours.Zip(theirs, (mine, other) => mine / other)));
    }
}
