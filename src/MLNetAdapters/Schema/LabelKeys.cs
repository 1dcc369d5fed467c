using Microsoft.ML;

namespace BertMLNet;

/// <summary>A model's labels as the key data of ML.NET's value-to-key mapping.</summary>
internal static class LabelKeys
{
    /// <summary>A view of one text column with the labels in order.</summary>
    public static IDataView Of(IEnumerable<string> labels) =>
        new MLContext().Data.LoadFromEnumerable(labels.Select(label => new LabelKey { Value = label }));

    private sealed class LabelKey
    {
        public string Value { get; set; } = "";
    }
}
