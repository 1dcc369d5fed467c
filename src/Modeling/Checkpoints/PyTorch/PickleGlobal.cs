namespace BertMLNet.Modeling;

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
