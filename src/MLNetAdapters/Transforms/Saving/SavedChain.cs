using System.Text;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>
/// Builds the chain of built-in transformers that stands for one of ours in a saved model. ML.NET lets outside code save
/// nothing of its own but the name of a custom mapping's contract, and a mapping has fixed column names and no state. So
/// the texts are copied to those names, a constant column carries the state, and the results are copied to their names.
/// </summary>
internal static class SavedChain
{
    /// <summary>The column that carries the state to the mapping.</summary>
    public const string StateColumn = "__bertmlnet_state";

    /// <summary>The columns that carry the texts to the mapping.</summary>
    public const string FirstColumn = "__bertmlnet_first";

    /// <inheritdoc cref="FirstColumn"/>
    public const string SecondColumn = "__bertmlnet_second";

    /// <summary>Builds the chain.</summary>
    /// <param name="inputs">One or two text columns; with one, the mapping's second text is the first again.</param>
    /// <param name="state">What the mapping needs to know, written as JSON.</param>
    /// <param name="mapping">Makes the custom mapping's estimator, and whatever follows it.</param>
    /// <param name="outputs">The result columns: name in the data, name in the mapping's output.</param>
    /// <param name="temporary">The mapping's output columns to drop in the end.</param>
    public static ITransformer Build<TState>(
        IReadOnlyList<string> inputs,
        TState state,
        Func<TransformsCatalog, IEstimator<ITransformer>> mapping,
        IEnumerable<(string Name, string Source)> outputs,
        IEnumerable<string> temporary)
    {
        TransformsCatalog transforms = new MLContext().Transforms;
        // Base64 needs no escaping in the expression language.
        string json = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(state));
        IEstimator<ITransformer> chain = transforms.CopyColumns(FirstColumn, inputs[0])
            .Append(transforms.CopyColumns(SecondColumn, inputs[^1]))
            .Append(transforms.Expression(StateColumn, $"x => \"{json}\"", inputs[0]))
            .Append(mapping(transforms));
        foreach ((string name, string source) in outputs)
            chain = chain.Append(transforms.CopyColumns(name, source));
        chain = chain.Append(transforms.DropColumns([FirstColumn, SecondColumn, StateColumn, .. temporary]));

        var schema = new DataViewSchema.Builder();
        foreach (string input in inputs)
            schema.AddColumn(input, TextDataViewType.Instance);
        return chain.Fit(new BlankDataView(schema.ToSchema()));
    }

    /// <summary>Reads back what <see cref="Build"/> wrote.</summary>
    public static TState ReadState<TState>(string column) =>
        JsonSerializer.Deserialize<TState>(Encoding.UTF8.GetString(Convert.FromBase64String(column)))!;
}
