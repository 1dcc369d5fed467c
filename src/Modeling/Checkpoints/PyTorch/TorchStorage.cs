namespace BertMLNet.Modeling;

/// <summary>A run of elements that tensors lie in, as a pickle names it.</summary>
/// <param name="ElementType">The element type.</param>
/// <param name="Key">The name under which the file stores the whole run.</param>
/// <param name="WholeCount">The elements of the whole run.</param>
/// <param name="Start">Where this view of the run starts, in elements; 0 but for views in the format before 1.6.</param>
/// <param name="Count">The elements of this view.</param>
internal sealed record TorchStorage(string ElementType, string Key, long WholeCount, long Start, long Count);
