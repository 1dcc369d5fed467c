using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>Answers as marks on tokens, another form of the positions that <see cref="SpanTargets"/> has.</summary>
public static class SpanMarks
{
    /// <summary>Reads the positions off the marks.</summary>
    /// <param name="marks">[batch, length, 2], row-major: 1 at the answer's first token in place 0 and at its last token in place 1, otherwise 0. An example without any mark has no answer.</param>
    /// <param name="batch">The number of examples.</param>
    /// <param name="length">The tokens of each example, padding included.</param>
    /// <returns>The first and last token of each answer; 0, [CLS], for no answer.</returns>
    /// <exception cref="BertMLNetException">The marks have another size, or an example has more than one start or end, only one of them, or an end before its start.</exception>
    public static (int[] Starts, int[] Ends) ToPositions(ReadOnlySpan<float> marks, int batch, int length)
    {
        if (marks.Length != (long)batch * length * 2)
            throw new BertMLNetException(string.Create(CultureInfo.InvariantCulture, $"answer marks: {marks.Length} were given where [{batch}, {length}, 2] has {(long)batch * length * 2}."));
        var starts = new int[batch];
        var ends = new int[batch];
        for (int example = 0; example < batch; example++)
        {
            ReadOnlySpan<float> own = marks.Slice(example * length * 2, length * 2);
            int start = TheOne(own, 0, example);
            int end = TheOne(own, 1, example);
            if (start < 0 != end < 0 || end < start)
                throw Bad(example, "has a start or an end alone, or the end before the start");
            starts[example] = Math.Max(start, 0);
            ends[example] = Math.Max(end, 0);
        }
        return (starts, ends);
    }

    private static int TheOne(ReadOnlySpan<float> marks, int place, int example)
    {
        int found = -1;
        for (int token = 0; 2 * token < marks.Length; token++)
        {
            float mark = marks[(2 * token) + place];
            if (mark == 0)
                continue;
            if (mark != 1 || found >= 0)
                throw Bad(example, "has several starts or ends, or a mark that is neither 0 nor 1");
            found = token;
        }
        return found;
    }

    private static BertMLNetException Bad(int example, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"answer marks: example {example} {what}; mark one start and one end, or nothing where there is no answer."));
}
