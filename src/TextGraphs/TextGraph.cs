using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.TextGraphs;

/// <summary>Runs an exported graph that has its tokenizer inside.</summary>
public sealed class TextGraph : IDisposable
{
    private readonly InferenceSession _session;

    /// <summary>Opens the graph on the CPU.</summary>
    /// <exception cref="BertMLNetException">The library of its tokenizer is missing, or ONNX Runtime cannot load the graph.</exception>
    public TextGraph(string path)
    {
        using SessionOptions options = Sessions.Options();
        ExtensionOperators.Register(options);
        _session = Sessions.Open(path, options);
        if (!_session.InputNames.SequenceEqual([TensorNames.Sentence1, TensorNames.Sentence2], StringComparer.Ordinal))
        {
            string inputs = string.Join(", ", _session.InputNames);
            _session.Dispose();
            throw new BertMLNetException($"{path}: the graph takes {inputs}, not texts; export it with its tokenizer inside.");
        }
    }

    /// <summary>Classifies pairs in one run.</summary>
    /// <param name="sentences1">The first texts; at least one.</param>
    /// <param name="sentences2">The second ones, as many.</param>
    /// <returns>Logits [batch, labels], row-major; the best class of each row and its name.</returns>
    public (float[] Logits, long[] ClassIds, string[] Classes) Run(IReadOnlyList<string> sentences1, IReadOnlyList<string> sentences2)
    {
        ArgumentNullException.ThrowIfNull(sentences1);
        ArgumentNullException.ThrowIfNull(sentences2);
        if (sentences1.Count != sentences2.Count || sentences1.Count == 0)
            throw new ArgumentException($"{sentences1.Count} first and {sentences2.Count} second texts are not pairs.", nameof(sentences2));
        using OrtValue first = ToTensor(sentences1), second = ToTensor(sentences2);
        var inputs = new Dictionary<string, OrtValue> { [TensorNames.Sentence1] = first, [TensorNames.Sentence2] = second };
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results =
            _session.Run(options, inputs, [TensorNames.Logits, TensorNames.ClassId, TensorNames.Class]);
        return (
            results[0].GetTensorDataAsSpan<float>().ToArray(),
            results[1].GetTensorDataAsSpan<long>().ToArray(),
            results[2].GetStringTensorAsArray());
    }

    /// <summary>Closes the session.</summary>
    public void Dispose() => _session.Dispose();

    internal static OrtValue ToTensor(IReadOnlyList<string> texts)
    {
        OrtValue tensor = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [texts.Count]);
        for (int i = 0; i < texts.Count; i++)
            tensor.StringTensorSetElementAt(texts[i], i);
        return tensor;
    }
}

/// <summary>The operators of onnxruntime-extensions, which graphs with a tokenizer inside need.</summary>
internal static class ExtensionOperators
{
    /// <summary>Makes the operators known to sessions opened with these options.</summary>
    /// <exception cref="BertMLNetException">The library is not beside the program.</exception>
    public static void Register(SessionOptions options)
    {
        Register(options.RegisterOrtExtensions);
    }

    /// <summary>Says what is missing where the registration fails.</summary>
    internal static void Register(Action register)
    {
        try
        {
            register();
        }
        catch (Exception exception) when (exception is OnnxRuntimeException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new BertMLNetException(
                "The native library 'ortextensions' of onnxruntime-extensions cannot be loaded, "
                + "which a graph with a tokenizer inside needs; add the package Microsoft.ML.OnnxRuntime.Extensions to the program.",
                exception);
        }
    }
}
