using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Export.Tests;

/// <summary>The models of tests/oracles/golden.</summary>
internal static class GoldenModels
{
    public static ParameterSet Load(GoldenFiles golden)
    {
        BertConfig config = BertConfig.Load(golden.ConfigPath);
        using ICheckpoint weights = SafetensorsCheckpoint.Open(golden.WeightsPath);
        TaskHead head = golden.Name.StartsWith("qa", StringComparison.Ordinal) ? TaskHead.QuestionAnswering : TaskHead.PairClassification;
        return ParameterLoader.Load(weights, config, head).Parameters;
    }
}
