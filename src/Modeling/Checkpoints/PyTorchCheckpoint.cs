namespace BertMLNet.Modeling;

/// <summary>
/// A file of <c>torch.save</c> that holds a dictionary of tensors (a <c>state_dict</c>): the zip format, and the one before
/// PyTorch 1.6. The pickle in it is read by a closed interpreter; no code can run.
/// </summary>
internal sealed partial class PyTorchCheckpoint : ICheckpoint
{
    private const long LongestPickle = 64 << 20;

    // Training scripts save the state_dict beside an epoch number and the like, under one of these names.
    private static readonly string[] Wrappers = ["state_dict", "model_state_dict", "model", "module"];

    private readonly TensorFile _file;
    private readonly Dictionary<string, TorchTensor> _values = [];
    private readonly Dictionary<string, TensorInfo> _tensors = [];
    private readonly Dictionary<string, StoredRange> _storages = [];
    private readonly HashSet<string> _verified = [];

    private PyTorchCheckpoint(TensorFile file) => _file = file;

    public string Format { get; private set; } = "PyTorch";

    public string Path => _file.Path;

    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors;

    /// <summary>Opens a file and reads its pickle: names, types, shapes, strides and the places of the storages.</summary>
    /// <exception cref="BertMLNetException">The file is missing or damaged, or holds more than tensors.</exception>
    public static PyTorchCheckpoint Open(string path) =>
        Owned.Prepared(new PyTorchCheckpoint(new TensorFile(path)), checkpoint => checkpoint.ReadPickle());

    /// <summary>Whether a file starts as one of either format does.</summary>
    public static bool IsStart(string path)
    {
        Span<byte> start = stackalloc byte[StartLength];
        return FileStart.TryRead(path, start) && (IsZip(start) || IsLegacy(start));
    }

    public void Read(string name, Span<float> destination)
    {
        TensorInfo info = this.RequireReadable(name, destination.Length);
        TorchTensor tensor = _values[name];
        StoredRange place = _storages[tensor.Storage.Key];
        Verify(tensor.Storage.Key, place);
        int size = ElementTypes.SizeOf(info.ElementType);
        long offset = place.Offset + (tensor.Storage.Start + tensor.Offset) * size;
        if (tensor.IsContiguous)
            _file.ReadFloats(offset, info.ElementType, destination, $"tensor '{name}'");
        else
            ReadStrided(name, tensor, offset, destination);
    }

    public void Dispose() => _file.Dispose();

    private void ReadPickle()
    {
        Span<byte> start = stackalloc byte[StartLength];
        _file.Read(0, start, "the start");
        if (IsZip(start))
            ReadZip();
        else if (IsLegacy(start))
            ReadLegacy();
        else
            throw new BertMLNetException($"{Path}: not a file of torch.save: neither a zip archive nor a pickle of tensors.");
    }

    private void ReadStrided(string name, TorchTensor tensor, long offset, Span<float> destination)
    {
        if (tensor.Extent > Array.MaxLength)
        {
            throw new BertMLNetException(
                $"{Path}: tensor '{name}' is spread over {tensor.Extent} elements, expected at most {Array.MaxLength}.");
        }
        using var buffer = new Rented<float>((int)tensor.Extent);
        Span<float> elements = buffer.Span;
        _file.ReadFloats(offset, tensor.Storage.ElementType, elements, $"tensor '{name}'");
        Span<long> index = stackalloc long[tensor.Shape.Length];
        index.Clear();
        long at = 0;
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = elements[(int)at];
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                at += tensor.Strides[axis];
                if (++index[axis] < tensor.Shape[axis])
                    break;
                at -= tensor.Strides[axis] * tensor.Shape[axis];
                index[axis] = 0;
            }
        }
    }

    private void AddTensors(object? root)
    {
        if (root is not PickleDictionary dictionary)
            throw new BertMLNetException($"{Path}: holds no dictionary of tensors; save the model's state_dict.");
        // What is saved beside a state_dict, such as the best accuracy, may be a tensor, too.
        if (!Array.Exists(Wrappers, name => dictionary[name] is PickleDictionary wrapped && AddTensors(wrapped)) && !AddTensors(dictionary))
            throw new BertMLNetException($"{Path}: holds no tensors by name; save the model's state_dict.");
    }

    private bool AddTensors(PickleDictionary dictionary)
    {
        foreach ((object? key, object? value) in dictionary.Entries)
        {
            if (key is not string name || value is not TorchTensor tensor)
                continue;
            _values[name] = tensor;
            string type = tensor.Storage.ElementType;
            _tensors[name] = new TensorInfo(type, tensor.Shape, tensor.Count * ElementTypes.SizeOf(type));
        }
        return _values.Count > 0;
    }

    /// <summary>The bytes that a storage must have.</summary>
    private long BytesOf(TorchStorage storage)
    {
        int size = ElementTypes.SizeOf(storage.ElementType);
        return storage.WholeCount <= _file.Length / size
            ? storage.WholeCount * size
            : throw new BertMLNetException(
                $"{Path}: storage '{storage.Key}' claims {storage.WholeCount} elements of {storage.ElementType}, but the file has "
                + $"{_file.Length} bytes.");
    }
}

/// <summary>A range of a file's bytes: a storage, or another file of a zip archive.</summary>
/// <param name="Offset">Where the bytes start.</param>
/// <param name="Length">Their number.</param>
/// <param name="Crc32">Their checksum, where the format has one.</param>
internal sealed record StoredRange(long Offset, long Length, uint? Crc32);
