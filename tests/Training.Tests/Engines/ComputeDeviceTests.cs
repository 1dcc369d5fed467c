using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class ComputeDeviceTests
{
    [Theory]
    [InlineData("cpu", null, "cpu")]
    [InlineData("cuda", 0, "cuda:0")]
    [InlineData("cuda:0", 0, "cuda:0")]
    [InlineData("cuda:11", 11, "cuda:11")]
    public void A_name_gives_a_device(string name, int? index, string printed)
    {
        ComputeDevice device = ComputeDevice.Parse(name);
        Assert.Equal(index, device.CudaIndex);
        Assert.Equal(printed, device.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("CPU")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:99999999999")]
    public void Other_names_are_errors(string name)
    {
        BertMLNetException error = Assert.Throws<BertMLNetException>(() => ComputeDevice.Parse(name));
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'cuda:0'", error.Message, StringComparison.Ordinal);
    }
}
