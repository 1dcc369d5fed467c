using System.Globalization;

namespace BertMLNet.Modeling;

/// <summary>
/// Finds a model's label by what data call it: by its name, by the same name in other letters' case where only one label has it, or by
/// its index where no label is itself named by a number.
/// </summary>
internal sealed class LabelIndex
{
    private readonly int _count;
    private readonly bool _namesAreNumbers;
    private readonly Dictionary<string, int> _byName = [];
    private readonly Dictionary<string, int> _byFoldedName = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes the index.</summary>
    /// <param name="labels">The labels' names, by index.</param>
    public LabelIndex(IReadOnlyList<string> labels)
    {
        _count = labels.Count;
        _namesAreNumbers = labels.Any(label => IsNumber(label, out _));
        foreach ((int index, string label) in labels.Index())
        {
            _byName.Add(label, index);
            // Two names that differ in case alone are told apart by their spelling.
            if (!_byFoldedName.TryAdd(label, index))
                _byFoldedName[label] = -1;
        }
    }

    public bool TryFind(string label, out int index) =>
        _byName.TryGetValue(label, out index)
        || (_byFoldedName.TryGetValue(label, out index) && index >= 0)
        || (!_namesAreNumbers && IsNumber(label, out index) && index < _count);

    private static bool IsNumber(string label, out int number) =>
        int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
