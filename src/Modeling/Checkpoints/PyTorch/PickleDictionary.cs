namespace BertMLNet.Modeling;

/// <summary>A dictionary of a pickle: its entries in order. As in Python, a later entry of the same key counts.</summary>
internal sealed class PickleDictionary
{
    public List<(object? Key, object? Value)> Entries { get; } = [];

    /// <summary>The value of a text key; null where there is none.</summary>
    public object? this[string key] => Entries.FindLast(entry => entry.Key is string text && string.Equals(text, key)).Value;
}
