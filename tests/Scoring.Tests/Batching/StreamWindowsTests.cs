using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Tests;

public sealed class StreamWindowsTests
{
    [Theory]
    [InlineData(12, 768, 3072, 1024, 32)]
    [InlineData(24, 1024, 4096, 1024, 9)]
    [InlineData(12, 384, 1536, 1024, 128)]
    [InlineData(4, 256, 1024, 1024, 256)]
    [InlineData(4, 256, 1024, 100, 100)]
    public void The_first_window_takes_about_as_long_with_any_model(int layers, int hidden, int intermediate, int most, int rows)
    {
        var config = new BertConfig { NumHiddenLayers = layers, HiddenSize = hidden, IntermediateSize = intermediate };
        Assert.Equal(rows, StreamWindows.For(config, new ScoringOptions { WindowRows = most }).FirstRows);
    }

    [Fact]
    public void Windows_grow_up_to_the_most_rows()
    {
        StreamWindows windows = StreamWindows.For(new BertConfig(), new ScoringOptions { WindowRows = 300 });
        Assert.Equal(128, windows.After(windows.FirstRows));
        Assert.Equal(300, windows.After(128));
        Assert.Equal(300, windows.After(300));
    }
}
