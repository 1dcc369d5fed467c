namespace BertMLNet.Modeling;

internal sealed partial class PickleInterpreter
{
    private void PushNamed(object?[] names) =>
        Push(names is [string module, string name] ? Global(module, name) : throw Damaged("a name is not text"));

    private void Call(object?[] call) => Push(call is [PickleGlobal global, object?[] arguments]
        ? Reduce(global, arguments)
        : throw Damaged("a call of what is not a known name"));

    /// <summary>The state of a dictionary is the module versions in its _metadata attribute, which tensors do not need.</summary>
    private void SetState()
    {
        Pop();
        Peek<PickleDictionary>("a dictionary");
    }

    private PickleGlobal Global(string module, string name) =>
        PickleGlobal.Find(module, name)
        ?? throw new BertMLNetException(
            $"{input.Path}: the pickle asks for '{module}.{name}', which tensors do not need; "
            + "it is refused. Save the state_dict alone, or as safetensors.");

    private object? Reduce(PickleGlobal global, object?[] arguments) => global.Kind switch
    {
        PickleGlobalKind.OrderedDictionary => OrderedDictionary(arguments),
        PickleGlobalKind.Tensor => Tensor(arguments),
        PickleGlobalKind.Parameter when arguments is [TorchTensor tensor, ..] => tensor,
        PickleGlobalKind.Size when arguments is [object?[] sizes] => sizes,
        _ => throw Damaged("a call with unexpected arguments"),
    };

    private PickleDictionary OrderedDictionary(object?[] arguments)
    {
        var dictionary = new PickleDictionary();
        if (arguments is [])
            return dictionary;
        if (arguments is not [List<object?> pairs])
            throw Damaged("a dictionary of unexpected arguments");
        Count(pairs.Count);
        foreach (object? pair in pairs)
        {
            dictionary.Entries.Add(pair switch
            {
                List<object?> { Count: 2 } list => (list[0], list[1]),
                object?[] and [var key, var value] => (key, value),
                _ => throw Damaged("a dictionary entry is not a pair"),
            });
        }
        return dictionary;
    }

    private TorchStorage Storage(object? id)
    {
        if (id is not object?[] parts || parts is not [string kind, ..])
            throw Damaged("a persistent id of unexpected form");
        if (!string.Equals(kind, "storage"))
        {
            throw new BertMLNetException(
                $"{input.Path}: the pickle holds a '{kind}', expected tensors alone; save the model's state_dict.");
        }
        if (parts is not [_, PickleGlobal { Kind: PickleGlobalKind.Storage, ElementType: var type }, string key, _, long count, .. var rest]
            || count < 0)
            throw Damaged("a storage of unexpected form");
        var whole = new TorchStorage(type, key, count, 0, count);
        if (!_storages.TryAdd(key, whole) && _storages[key] != whole)
            throw Damaged($"storage '{key}' has two types or sizes");
        return rest switch
        {
            [] or [null] => whole,
            [object?[] and [_, long start, long size]] when start >= 0 && size >= 0 && size <= count - start =>
                whole with { Start = start, Count = size },
            _ => throw Damaged("a view of a storage lies outside of it"),
        };
    }

    private TorchTensor Tensor(object?[] arguments)
    {
        if (arguments is not [TorchStorage storage, long offset, object?[] sizes, object?[] steps, ..])
            throw Damaged("a tensor of unexpected form");
        if (sizes.Length > HighestRank || sizes.Length != steps.Length)
            throw Damaged($"a tensor has {sizes.Length} sizes and {steps.Length} strides");
        long[] shape = [.. sizes.Select(NotNegative)];
        long[] strides = [.. steps.Select(NotNegative)];
        // A tensor that repeats elements (stride 0) may have more of them than its storage, but no more than memory can hold.
        if (CheckpointChecks.CountOf(shape) is not { } count || count > Math.Max(storage.Count, Array.MaxLength) || offset < 0)
            throw Damaged($"a tensor of shape [{string.Join(", ", shape)}] does not fit a storage of {storage.Count} elements");
        if (count > 0)
        {
            long last = offset;
            for (int i = 0; i < shape.Length; i++)
            {
                if (shape[i] > 1 && strides[i] > (storage.Count - last) / (shape[i] - 1))
                    last = storage.Count;
                else
                    last += (shape[i] - 1) * strides[i];
            }
            if (last >= storage.Count)
            {
                throw Damaged(
                    $"a tensor at {offset} of shape [{string.Join(", ", shape)}] and strides [{string.Join(", ", strides)}] reaches "
                    + $"beyond its storage of {storage.Count} elements");
            }
        }
        return new TorchTensor(storage, offset, shape, strides);
    }

    private long NotNegative(object? value) =>
        value is long number and >= 0 ? number : throw Damaged("a size or stride is not a whole number, 0 or more");
}
