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
        Head head = golden.Name.StartsWith("qa", StringComparison.Ordinal) ? Heads.Questions : Heads.Classes;
        return ParameterLoader.Load(weights, config, head).Parameters;
    }

    /// <summary>A graph's logits as the golden files have them; start and end logits without padding, [tokens, 2].</summary>
    public static float[] Packed(IReadOnlyDictionary<string, float[]> outputs, int[] lengths)
    {
        if (outputs.TryGetValue(TensorNames.Logits, out float[]? logits))
            return logits;
        float[] starts = outputs[TensorNames.StartLogits], ends = outputs[TensorNames.EndLogits];
        var spans = new List<float>();
        for (int row = 0; row < lengths.Length; row++)
        {
            for (int position = 0; position < lengths[row]; position++)
            {
                int place = row * lengths.Max() + position;
                spans.AddRange(starts[place], ends[place]);
            }
        }
        return [.. spans];
    }
}
