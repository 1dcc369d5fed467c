using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Export;

/// <summary>Runs an exported graph and compares its logits with known ones.</summary>
public sealed class GraphVerifier : IDisposable
{
    private readonly InferenceSession _session;
    private readonly TensorNames _names;

    /// <summary>Opens the graph on the CPU.</summary>
    /// <exception cref="BertMLNetException">ONNX Runtime cannot load it, or its native library is not there.</exception>
    public GraphVerifier(string path, TensorNames? names = null)
    {
        _names = names ?? TensorNames.HuggingFace;
        using SessionOptions options = Sessions.Options();
        _session = Sessions.Open(path, options);
    }

    /// <summary>Scores sequences, padded to the longest of them.</summary>
    /// <param name="lengths">The tokens of each sequence, [batch].</param>
    /// <param name="inputIds">Vocabulary ids of all sequences one after another, [tokens].</param>
    /// <param name="tokenTypeIds">Segments likewise, [tokens].</param>
    /// <returns>Each output's elements by name, padding included: [batch, …].</returns>
    public IReadOnlyDictionary<string, float[]> Run(ReadOnlySpan<int> lengths, ReadOnlySpan<int> inputIds, ReadOnlySpan<int> tokenTypeIds)
    {
        int batch = lengths.Length, longest = 0;
        foreach (int length in lengths)
            longest = Math.Max(longest, length);

        int[] ids = new int[batch * longest], mask = new int[batch * longest], types = new int[batch * longest];
        int token = 0;
        for (int row = 0; row < batch; row++)
        {
            int length = lengths[row];
            inputIds.Slice(token, length).CopyTo(ids.AsSpan(row * longest));
            tokenTypeIds.Slice(token, length).CopyTo(types.AsSpan(row * longest));
            mask.AsSpan(row * longest, length).Fill(1);
            token += length;
        }

        long[] shape = [batch, longest];
        using OrtValue idsTensor = ToTensor(ids, shape), maskTensor = ToTensor(mask, shape), typesTensor = ToTensor(types, shape);
        var inputs = new Dictionary<string, OrtValue>
        {
            [_names.InputIds] = idsTensor,
            [_names.AttentionMask] = maskTensor,
        };
        if (_session.InputMetadata.ContainsKey(_names.TokenTypeIds))
            inputs.Add(_names.TokenTypeIds, typesTensor);
        using var options = new RunOptions();
        IReadOnlyList<string> outputs = _session.OutputNames;
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(options, inputs, outputs);
        return outputs.Zip(results).ToDictionary(pair => pair.First, pair => pair.Second.GetTensorDataAsSpan<float>().ToArray());
    }

    /// <summary>The largest absolute difference of two sets of logits.</summary>
    /// <exception cref="ArgumentException">Their lengths differ.</exception>
    public static float LargestDifference(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        if (actual.Length != expected.Length)
            throw new ArgumentException($"{actual.Length} logits cannot be compared with {expected.Length}.", nameof(actual));
        float largest = 0;
        for (int i = 0; i < actual.Length; i++)
            largest = MathF.Max(largest, MathF.Abs(actual[i] - expected[i]));
        return largest;
    }

    /// <summary>Closes the session.</summary>
    public void Dispose() => _session.Dispose();

    private OrtValue ToTensor(int[] values, long[] shape) => _names.InputType == ElementType.Int32
        ? OrtValue.CreateTensorValueFromMemory(values, shape)
        : OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (long)value), shape);
}
