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
        return ParameterSet.Load(weights, config, config.Head).Parameters;
    }

    /// <summary>A graph's logits as the golden files have them: those of tokens without padding, [tokens, labels] or [tokens, 2].</summary>
    public static float[] Packed(IReadOnlyDictionary<string, float[]> outputs, int[] lengths)
    {
        float[][] columns = outputs.TryGetValue(TensorNames.Logits, out float[]? logits)
            ? [logits]
            : [outputs[TensorNames.StartLogits], outputs[TensorNames.EndLogits]];
        int places = lengths.Length * lengths.Max();
        if (columns[0].Length < places)
            return columns[0];
        int width = columns[0].Length / places;
        var packed = new List<float>();
        for (int row = 0; row < lengths.Length; row++)
        {
            for (int place = row * lengths.Max(); place < (row * lengths.Max()) + lengths[row]; place++)
            {
                foreach (float[] column in columns)
                    packed.AddRange(column.AsSpan(place * width, width));
            }
        }
        return [.. packed];
    }
}
