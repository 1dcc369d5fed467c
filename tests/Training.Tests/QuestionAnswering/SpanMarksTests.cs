using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class SpanMarksTests
{
    [Fact]
    public void Marks_become_positions_and_no_marks_become_cls()
    {
        float[] marks =
        [
            0, 0, 1, 0, 0, 0, 0, 1, // start 1, end 3
            0, 0, 0, 0, 1, 1, 0, 0, // start and end 2
            0, 0, 0, 0, 0, 0, 0, 0, // no answer
        ];
        (int[] starts, int[] ends) = SpanMarks.ToPositions(marks, batch: 3, length: 4);
        Assert.Equal([1, 2, 0], starts);
        Assert.Equal([3, 2, 0], ends);
    }

    [Theory]
    [InlineData(1f, 0f, 1f, 1f)]
    [InlineData(1f, 0f, 0f, 0f)]
    [InlineData(0f, 1f, 1f, 0f)]
    [InlineData(0.5f, 0f, 0f, 1f)]
    public void Marks_that_are_not_one_span_are_refused(params float[] marks) =>
        Assert.Contains("example 0", Assert.Throws<BertMLNetException>(() => SpanMarks.ToPositions(marks, 1, 2)).Message, StringComparison.Ordinal);

    [Fact]
    public void Marks_of_another_size_are_refused() =>
        Assert.Throws<BertMLNetException>(() => SpanMarks.ToPositions(new float[7], 1, 4));
}
