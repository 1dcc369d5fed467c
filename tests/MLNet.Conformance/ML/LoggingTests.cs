using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.Conformance;

public class LoggingTests
{
    [Fact]
    public void AChannelsMessagesReachTheContextsLog()
    {
        var context = new MLContext();
        var messages = new List<LoggingEventArgs>();
        context.Log += (_, message) => messages.Add(message);
        IHostEnvironment environment = context;

        using (var channel = environment.Register("Outside").Start("score"))
        {
            channel.Info(MessageSensitivity.None, "hello");
            channel.Warning(MessageSensitivity.None, "{0} rows", 3);
        }

        var ours = messages.Where(message => message.Kind != ChannelMessageKind.Trace && message.Source.Contains("Outside", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["hello", "3 rows"], ours.Select(message => message.RawMessage));
        Assert.Equal([ChannelMessageKind.Info, ChannelMessageKind.Warning], ours.Select(message => message.Kind));
        Assert.Equal("[Source=Outside; score, Kind=Info] hello", ours[0].Message);
    }

    [Fact]
    public void ASeedFixesTheRandomNumbersOfTheHostsOfAContext()
    {
        Assert.Equal(Draw(new MLContext(seed: 5)), Draw(new MLContext(seed: 5)));
        Assert.NotEqual(Draw(new MLContext(seed: 5)), Draw(new MLContext(seed: 6)));

        static int Draw(IHostEnvironment environment) => environment.Register("Outside").Rand.Next();
    }

    [Fact]
    public void AContextCarriesItsDeviceSettings()
    {
        var context = new MLContext { GpuDeviceId = 1, FallbackToCpu = true };
        Assert.Equal(1, context.GpuDeviceId);
        Assert.True(context.FallbackToCpu);
        Assert.Null(new MLContext().GpuDeviceId);
    }
}
