using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace BertMLNet.Parity.Pipelines;

/// <summary>Runs an exported graph as it is, whatever its inputs are named.</summary>
internal static class Graphs
{
    private const int Batch = 3, Length = 12;

    /// <summary>Prints what a graph computes of fixed inputs.</summary>
    public static void Run(string file)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        options.RegisterOrtExtensions();
        using var session = new InferenceSession(file, options);
        NamedOnnxValue[] inputs = [.. session.InputMetadata.Select(input => Input(input.Key, input.Value))];
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run(inputs);
        foreach (DisposableNamedOnnxValue output in outputs)
        {
            Console.WriteLine($"{output.Name}:");
            if (output.ElementType == TensorElementType.String)
                Print(output.AsTensor<string>());
            else if (output.ElementType == TensorElementType.Int64)
                Print(output.AsTensor<long>());
            else
                Print(output.AsTensor<float>());
        }
    }

    private static NamedOnnxValue Input(string name, NodeMetadata metadata)
    {
        if (metadata.ElementType == typeof(string))
        {
            string[] texts = [.. Rows.Pairs.Select(row => (name == "sentence2" ? row.Sentence2 : row.Sentence1) ?? "")];
            return NamedOnnxValue.CreateFromTensor(name, new DenseTensor<string>(texts, [texts.Length]));
        }
        int[] values = new int[Batch * Length];
        for (int row = 0; row < Batch; row++)
        {
            int length = Length - (4 * row);
            for (int i = 0; i < length; i++)
            {
                values[(row * Length) + i] = name.Contains("mask", StringComparison.Ordinal) ? 1
                    : name.Contains("type", StringComparison.Ordinal) ? (2 * i > length ? 1 : 0)
                    : i == 0 ? 2 : i == length - 1 || 2 * i == length ? 3 : 5 + (((row * 7) + (i * 11)) % 30);
            }
        }
        int[] shape = [Batch, Length];
        return metadata.ElementType == typeof(int)
            ? NamedOnnxValue.CreateFromTensor(name, new DenseTensor<int>(values, shape))
            : NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(Array.ConvertAll(values, value => (long)value), shape));
    }

    private static void Print<T>(Tensor<T> tensor)
    {
        int width = tensor.Dimensions[^1];
        Console.WriteLine($"  shape [{string.Join(", ", tensor.Dimensions.ToArray())}]");
        foreach (T[] row in tensor.Chunk(Math.Max(1, tensor.Rank > 1 ? width : 1)))
            Console.WriteLine($"  {Printer.Texts(row)}");
    }
}
