namespace BertMLNet.Modeling;

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
