using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Scoring;

/// <summary>The tensors of one batch at a time, in memory that is kept from batch to batch.</summary>
/// <param name="graphOutputs">What comes out.</param>
/// <param name="padTokenId">What fills the rows up.</param>
internal sealed class BatchBuffers(GraphOutput[] graphOutputs, int padTokenId)
{
    private readonly float[][] _outputs = [.. graphOutputs.Select(_ => Array.Empty<float>())];
    private readonly OrtValue[] _inputValues = new OrtValue[GraphScorer.InputNames.Length];
    private readonly OrtValue[] _outputValues = new OrtValue[graphOutputs.Length];
    private long[] _ids = [];
    private long[] _mask = [];
    private long[] _typeIds = [];

    /// <summary>Scores the sequences named in <paramref name="rows"/>, of which the first is the longest, in one run.</summary>
    public void Run(GraphScorer scorer, TokenSequences sequences, ReadOnlySpan<int> rows, OutputReceiver receive)
    {
        int longest = sequences.Length(rows[0]);
        Fill(sequences, rows, longest);
        try
        {
            Bind(rows.Length, longest);
            scorer.Run(_inputValues, _outputValues);
        }
        finally
        {
            Unbind();
        }
        for (int output = 0; output < _outputs.Length; output++)
        {
            int size = graphOutputs[output].Values(longest);
            for (int row = 0; row < rows.Length; row++)
            {
                int length = graphOutputs[output].Values(sequences.Length(rows[row]));
                ReadOnlySpan<float> values = _outputs[output].AsSpan(row * size, length);
                foreach (float value in values)
                {
                    if (!float.IsFinite(value))
                        throw scorer.NotFinite();
                }
                receive(rows[row], output, values);
            }
        }
    }

    private void Fill(TokenSequences sequences, ReadOnlySpan<int> rows, int longest)
    {
        int size = rows.Length * longest;
        Ensure(ref _ids, size);
        Ensure(ref _mask, size);
        Ensure(ref _typeIds, size);
        for (int row = 0; row < rows.Length; row++)
        {
            ReadOnlySpan<int> ids = sequences.Ids(rows[row]);
            ReadOnlySpan<byte> typeIds = sequences.TypeIds(rows[row]);
            int start = row * longest;
            for (int i = 0; i < ids.Length; i++)
            {
                _ids[start + i] = ids[i];
                _typeIds[start + i] = typeIds[i];
            }
            _mask.AsSpan(start, ids.Length).Fill(1);

            int padding = longest - ids.Length;
            _ids.AsSpan(start + ids.Length, padding).Fill(padTokenId);
            _mask.AsSpan(start + ids.Length, padding).Clear();
            _typeIds.AsSpan(start + ids.Length, padding).Clear();
        }
    }

    private void Bind(int rows, int longest)
    {
        long[] shape = [rows, longest];
        _inputValues[0] = Tensor(_ids, shape);
        _inputValues[1] = Tensor(_mask, shape);
        _inputValues[2] = Tensor(_typeIds, shape);
        for (int i = 0; i < _outputs.Length; i++)
        {
            Ensure(ref _outputs[i], rows * graphOutputs[i].Values(longest));
            _outputValues[i] = Tensor(_outputs[i], graphOutputs[i].Shape(rows, longest));
        }
    }

    /// <summary>Frees the handles, which pin the buffers; half of them may be missing after a failure.</summary>
    private void Unbind()
    {
        foreach (OrtValue? value in _inputValues)
            value?.Dispose();
        foreach (OrtValue? value in _outputValues)
            value?.Dispose();
        Array.Clear(_inputValues);
        Array.Clear(_outputValues);
    }

    private static OrtValue Tensor<T>(T[] buffer, long[] shape)
        where T : unmanaged =>
        OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, (int)shape.Aggregate((product, size) => product * size)), shape);

    private static void Ensure<T>(ref T[] buffer, int size)
    {
        if (buffer.Length < size)
            buffer = GC.AllocateUninitializedArray<T>(Math.Max(size, buffer.Length * 2));
    }
}
