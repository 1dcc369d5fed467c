namespace BertMLNet.Tests;

public sealed class OnnxTransformerLeftOutTests
{
    [Fact]
    public void ApplyOnnxModel_is_tested_where_it_is() =>
        Assert.Skip("Microsoft.ML.OnnxTransformer is not part of the compat package set; build with -p:MLPackages=nuget");
}
