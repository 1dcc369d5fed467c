using System.Globalization;

namespace BertMLNet.Training;

/// <summary>
/// Finds a label's class: by the class's name, by its index where no name is itself a number, or by the name that the file's format
/// gives that index.
/// </summary>
/// <param name="labels">The classes' names, by class index.</param>
/// <param name="formatLabels">The names that the file's own format has for as many classes; null where it has none.</param>
internal sealed class LabelMap(IReadOnlyList<string> labels, IReadOnlyList<string>? formatLabels = null)
{
    private readonly Dictionary<string, int> _byName = labels.Index().ToDictionary(label => label.Item, label => label.Index);

    private readonly bool _namesAreNumbers = labels.Any(label => IsNumber(label, out _));

    public bool TryGetIndex(string label, out int index)
    {
        if (_byName.TryGetValue(label, out index))
            return true;
        if (!_namesAreNumbers && IsNumber(label, out index) && index < labels.Count)
            return true;
        index = formatLabels?.Count == labels.Count ? formatLabels.ToList().IndexOf(label) : -1;
        return index >= 0;
    }

    /// <summary>What to say of a label that has no class.</summary>
    public string Unknown(string label) => $"unknown label '{label}'; expected {string.Join(", ", labels.Select(known => $"'{known}'"))}.";

    private static bool IsNumber(string label, out int number) =>
        int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
