using System.Globalization;
using BertMLNet.Modeling;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>A model's labels as the key data of ML.NET's value-to-key mapping.</summary>
internal static class LabelKeys
{
    /// <summary>A view of one text column with the labels in order.</summary>
    /// <param name="labels">The model's labels.</param>
    /// <param name="modelPath">The model folder, for messages.</param>
    /// <exception cref="BertMLNetException">A label is empty: ML.NET would leave it out, and the keys behind it would not be the scores' places any more.</exception>
    public static IDataView Of(IReadOnlyList<string> labels, string modelPath)
    {
        int empty = labels.ToList().FindIndex(string.IsNullOrEmpty);
        if (empty >= 0)
        {
            throw new BertMLNetException(string.Create(CultureInfo.InvariantCulture,
                $"{new ModelFolder(modelPath).ConfigPath}: the name of label {empty} is empty, and ML.NET has no key for empty text; expected a name for every label (id2label)."));
        }
        return new MLContext().Data.LoadFromEnumerable(labels.Select(label => new LabelKey { Value = label }));
    }

    private sealed class LabelKey
    {
        public string Value { get; set; } = "";
    }
}
