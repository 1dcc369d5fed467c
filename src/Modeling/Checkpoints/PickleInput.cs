using System.Text;

namespace BertMLNet.Modeling;

/// <summary>Reads a pickle's bytes from a part of a file, never beyond its end.</summary>
internal sealed class PickleInput(TensorFile file, long start, long end)
{
    private readonly byte[] _buffer = new byte[1 << 14];
    private long _bufferStart = start;
    private int _bufferLength;

    public string Path => file.Path;

    /// <summary>The position in the file of the next byte.</summary>
    public long Position { get; private set; } = start;

    public byte ReadByte()
    {
        long index = Position - _bufferStart;
        if (index >= _bufferLength)
        {
            Fill();
            index = 0;
        }
        Position++;
        return _buffer[index];
    }

    /// <summary>Reads a little-endian number of so many bytes.</summary>
    public ulong ReadNumber(int bytes)
    {
        ulong value = 0;
        for (int i = 0; i < bytes; i++)
            value |= (ulong)ReadByte() << (8 * i);
        return value;
    }

    /// <summary>Reads that many bytes, which must lie before the end.</summary>
    public byte[] ReadBytes(ulong count)
    {
        if (count > (ulong)(end - Position))
            throw new BertMLNetException($"{Path}: the pickle claims {count} bytes at byte {Position}, where {end - Position} are left.");
        byte[] bytes = new byte[count];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = ReadByte();
        return bytes;
    }

    public string ReadText(ulong count) => Encoding.UTF8.GetString(ReadBytes(count));

    /// <summary>Reads to the next line feed, which is dropped.</summary>
    public string ReadLine(int longest)
    {
        var line = new StringBuilder();
        for (char c = (char)ReadByte(); c != '\n'; c = (char)ReadByte())
        {
            if (line.Length == longest)
                throw new BertMLNetException($"{Path}: the pickle has a name of more than {longest} letters at byte {Position}.");
            line.Append(c);
        }
        return line.ToString();
    }

    private void Fill()
    {
        if (Position >= end)
        {
            throw new BertMLNetException(
                $"{Path}: the pickle does not end before byte {end}; the file is cut off, damaged, or holds more than tensors.");
        }
        _bufferStart = Position;
        _bufferLength = (int)Math.Min(_buffer.Length, end - Position);
        file.Read(_bufferStart, _buffer.AsSpan(0, _bufferLength), "the pickle");
    }
}

/// <summary>One of the few Python names that a pickle of tensors may speak of. There are no others, and none of them is run.</summary>
/// <param name="Kind">What the name stands for.</param>
/// <param name="ElementType">A storage's element type.</param>
internal sealed record PickleGlobal(PickleGlobalKind Kind, string ElementType = "")
{
    private static readonly Dictionary<string, PickleGlobal> Allowed = new()
    {
        ["collections.OrderedDict"] = new(PickleGlobalKind.OrderedDictionary),
        ["torch._utils._rebuild_tensor"] = new(PickleGlobalKind.Tensor),
        ["torch._utils._rebuild_tensor_v2"] = new(PickleGlobalKind.Tensor),
        ["torch._utils._rebuild_parameter"] = new(PickleGlobalKind.Parameter),
        ["torch.Size"] = new(PickleGlobalKind.Size),
        ["torch.FloatStorage"] = new(PickleGlobalKind.Storage, "F32"),
        ["torch.HalfStorage"] = new(PickleGlobalKind.Storage, "F16"),
        ["torch.BFloat16Storage"] = new(PickleGlobalKind.Storage, "BF16"),
        ["torch.DoubleStorage"] = new(PickleGlobalKind.Storage, "F64"),
        ["torch.LongStorage"] = new(PickleGlobalKind.Storage, "I64"),
        ["torch.IntStorage"] = new(PickleGlobalKind.Storage, "I32"),
        ["torch.ShortStorage"] = new(PickleGlobalKind.Storage, "I16"),
        ["torch.CharStorage"] = new(PickleGlobalKind.Storage, "I8"),
        ["torch.ByteStorage"] = new(PickleGlobalKind.Storage, "U8"),
        ["torch.BoolStorage"] = new(PickleGlobalKind.Storage, "BOOL"),
    };

    /// <summary>Finds an allowed name; null for every other.</summary>
    public static PickleGlobal? Find(string module, string name) => Allowed.GetValueOrDefault($"{module}.{name}");
}

/// <summary>What a <see cref="PickleGlobal"/> stands for.</summary>
internal enum PickleGlobalKind
{
    /// <summary><c>collections.OrderedDict</c>.</summary>
    OrderedDictionary,

    /// <summary>The function that puts a tensor together from storage, offset, sizes and strides.</summary>
    Tensor,

    /// <summary>The function that wraps a tensor as a parameter.</summary>
    Parameter,

    /// <summary>A tuple of sizes.</summary>
    Size,

    /// <summary>A storage class, which tells the element type.</summary>
    Storage,
}

/// <summary>A dictionary of a pickle: its entries in order. As in Python, a later entry of the same key counts.</summary>
internal sealed class PickleDictionary
{
    public List<(object? Key, object? Value)> Entries { get; } = [];

    /// <summary>The value of a text key; null where there is none.</summary>
    public object? this[string key] => Entries.FindLast(entry => entry.Key is string text && string.Equals(text, key)).Value;
}

/// <summary>A run of elements that tensors lie in, as a pickle names it.</summary>
/// <param name="ElementType">The element type.</param>
/// <param name="Key">The name under which the file stores the whole run.</param>
/// <param name="WholeCount">The elements of the whole run.</param>
/// <param name="Start">Where this view of the run starts, in elements; 0 but for views in the format before 1.6.</param>
/// <param name="Count">The elements of this view.</param>
internal sealed record TorchStorage(string ElementType, string Key, long WholeCount, long Start, long Count);

/// <summary>
/// A tensor as a pickle describes it: element [i, j, …] lies at Offset + i · Strides[0] + j · Strides[1] + … of its storage.
/// </summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    public long Count { get; } = Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Whether the elements lie row-major in one piece.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != expected)
                    return false;
                expected *= Shape[i];
            }
            return true;
        }
    }

    /// <summary>The elements from the first to the last that the tensor takes in its storage.</summary>
    public long Extent
    {
        get
        {
            if (Count == 0)
                return 0;
            long last = 0;
            for (int i = 0; i < Shape.Length; i++)
                last += (Shape[i] - 1) * Strides[i];
            return last + 1;
        }
    }
}
