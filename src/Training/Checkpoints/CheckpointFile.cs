using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// A file of a training run: <c>BMNCKPT1</c>, the header's length as a 64-bit number, the header (JSON: the state and
/// each tensor's name and length), the tensors as 32-bit floats, and the SHA-256 of all that. Numbers are little-endian.
/// </summary>
internal static class CheckpointFile
{
    private const int MaxHeaderBytes = 256 << 20;

    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new TaskMetricsConverter() },
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static ReadOnlySpan<byte> Magic => "BMNCKPT1"u8;

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">What the header says.</param>
    /// <param name="tensors">Each tensor's name and length, in the order to write them in.</param>
    /// <param name="read">Fills a buffer with a tensor's values.</param>
    /// <exception cref="BertMLNetException">The file cannot be written.</exception>
    public static void Write(
        string path, TrainingState state, IReadOnlyList<(string Name, int Length)> tensors, Action<string, Memory<float>> read)
    {
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(
            new Header(state, [.. tensors.Select(tensor => new Entry(tensor.Name, tensor.Length))]), Json);
        var buffer = new float[tensors.Select(tensor => tensor.Length).DefaultIfEmpty().Max()];
        AtomicFile.Write(path, stream =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            Append(Magic);
            Append(length);
            Append(header);
            foreach ((string name, int count) in tensors)
            {
                read(name, buffer.AsMemory(0, count));
                Append(MemoryMarshal.AsBytes(buffer.AsSpan(0, count)));
            }
            stream.Write(hash.GetHashAndReset());

            void Append(ReadOnlySpan<byte> bytes)
            {
                hash.AppendData(bytes);
                stream.Write(bytes);
            }
        });
    }

    /// <summary>Checks the whole file, then reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="open">
    /// Given the state and the tensors' names and lengths, says what to do with each tensor's values as they are read; null to read none.
    /// </param>
    /// <exception cref="BertMLNetException">The file cannot be read, is damaged, or is not such a file.</exception>
    public static TrainingState Read(
        string path, Func<TrainingState, IReadOnlyList<(string Name, int Length)>, Action<string, ReadOnlyMemory<float>>?> open)
    {
        try
        {
            RegularFile.Require(path);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            Verify(stream, path);
            stream.Position = Magic.Length;
            Span<byte> length = stackalloc byte[8];
            stream.ReadExactly(length);
            long headerLength = BinaryPrimitives.ReadInt64LittleEndian(length);
            if (headerLength < 0 || headerLength > Math.Min(MaxHeaderBytes, stream.Length))
                throw Damaged(path, "its header's length is impossible");
            var bytes = new byte[headerLength];
            stream.ReadExactly(bytes);
            Header header = ParseHeader(bytes, path);
            (string, int)[] tensors = [.. header.Tensors.Select(entry => (entry.Name, entry.Length))];
            Action<string, ReadOnlyMemory<float>>? use = open(header.State, tensors);
            if (use is null)
                return header.State;

            var buffer = new float[tensors.Select(tensor => tensor.Item2).DefaultIfEmpty().Max()];
            foreach ((string name, int count) in tensors)
            {
                stream.ReadExactly(MemoryMarshal.AsBytes(buffer.AsSpan(0, count)));
                use(name, buffer.AsMemory(0, count));
            }
            return header.State;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new BertMLNetException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a header and checks what is built on without a further look.</summary>
    private static Header ParseHeader(byte[] bytes, string path)
    {
        Header? header;
        try
        {
            header = JsonSerializer.Deserialize<Header>(bytes, Json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            throw Damaged(path, $"its header is not as it was written: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
        if (header is not { State: { Settings: not null, Engine: not null, Epochs: not null, Steps: not null } state, Tensors: not null })
            throw Damaged(path, "its header lacks a part");
        bool sound = state is { Epoch: >= 0, UpdateInEpoch: >= 0, Update: >= 0, OptimizerStep: >= 0, BestEpoch: >= 0 }
            && state.BestEpoch <= state.Epochs.Count
            && state.Epochs.TrueForAll(
                epoch => epoch is { Metrics: { } metrics } && metrics.Values.Any(value => value.Key == metrics.PrimaryName))
            && header.Tensors.All(tensor => tensor is { Name: not null, Length: >= 0 });
        return sound ? header : throw Damaged(path, "its header says what cannot be");
    }

    private static void Verify(FileStream stream, string path)
    {
        long content = stream.Length - SHA256.HashSizeInBytes;
        if (content < Magic.Length + sizeof(long))
            throw Damaged(path, "it is cut off");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        for (long left = content; left > 0;)
        {
            int count = stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (count == 0)
                throw Damaged(path, "it is cut off");
            if (left == content && !buffer.AsSpan(0, count).StartsWith(Magic))
                throw Damaged(path, "it does not begin as a checkpoint does");
            hash.AppendData(buffer, 0, count);
            left -= count;
        }
        Span<byte> recorded = stackalloc byte[SHA256.HashSizeInBytes];
        stream.ReadExactly(recorded);
        if (!recorded.SequenceEqual(hash.GetHashAndReset()))
            throw Damaged(path, "its checksum does not agree");
    }

    private static BertMLNetException Damaged(string path, string how, Exception? cause = null) =>
        cause is null
            ? new($"{path}: the checkpoint is damaged: {how}.")
            : new($"{path}: the checkpoint is damaged: {how.TrimEnd('.')}.", cause);

    private sealed record Entry(string Name, int Length);

    private sealed record Header(TrainingState State, IReadOnlyList<Entry> Tensors);
}
