using System.Globalization;
using System.Text.RegularExpressions;

namespace BertMLNet.Parity;

/// <summary>When two lines are alike: letter by letter, but for numbers within a tolerance and lines that are not compared.</summary>
internal sealed partial class LineComparer(double tolerance, Regex? ignore)
{
    /// <summary>Whether they are alike.</summary>
    public bool AreAlike(string before, string now)
    {
        if (before == now || (ignore is not null && ignore.IsMatch(before) && ignore.IsMatch(now)))
            return true;
        // The digits of a hash are no numbers.
        if (tolerance <= 0 || before.Contains(FileDescription.HashMark)
            || NumberPattern.Replace(before, "#") != NumberPattern.Replace(now, "#"))
            return false;
        return Numbers(before).Zip(Numbers(now)).All(pair =>
            Math.Abs(pair.First - pair.Second) <= tolerance * Math.Max(1, Math.Max(Math.Abs(pair.First), Math.Abs(pair.Second))));
    }

    private static IEnumerable<double> Numbers(string line) =>
        NumberPattern.Matches(line).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"(?<![\w.])-?\d+(\.\d+)?([eE][-+]?\d+)?(?![\w])")]
    private static partial Regex NumberPattern { get; }
}
