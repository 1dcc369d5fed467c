using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BertMLNet;

/// <summary>
/// The chain of built-in transformers that stands for one of ours in a saved model. ML.NET lets outside code save nothing
/// of its own but the name of a custom mapping's contract, and a mapping has fixed column names and no state. So the texts
/// are copied to those names, a constant column carries the state, and the results are copied to their names.
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
    /// <param name="options">What the mapping needs to know.</param>
    /// <param name="folder">The model folder.</param>
    /// <param name="outputs">The columns that the chain adds.</param>
    /// <param name="map">Makes the custom mapping's estimator, and whatever follows it.</param>
    /// <param name="temporary">The columns to drop in the end: those of the mapping, and of what follows it.</param>
    public static ITransformer Build<TResult>(
        BertOptions options,
        SavedModelFolder folder,
        IEnumerable<OutputColumn<TResult>> outputs,
        Func<TransformsCatalog, IEstimator<ITransformer>> map,
        IEnumerable<string> temporary)
    {
        TransformsCatalog transforms = new MLContext().Transforms;
        IReadOnlyList<string> inputs = options.InputColumns;
        IEstimator<ITransformer> chain = transforms.CopyColumns(FirstColumn, inputs[0])
            // With one text column the mapping's second text is the first again.
            .Append(transforms.CopyColumns(SecondColumn, inputs[^1]))
            .Append(transforms.Expression(StateColumn, $"x => \"{SavedState.Write(options, folder)}\"", inputs[0]))
            .Append(map(transforms));
        foreach (OutputColumn<TResult> output in outputs)
            chain = chain.Append(transforms.CopyColumns(output.Column.Name, output.SavedAs));
        chain = chain.Append(transforms.DropColumns([FirstColumn, SecondColumn, StateColumn, .. temporary]));

        var schema = new DataViewSchema.Builder();
        foreach (string input in inputs)
            schema.AddColumn(input, TextDataViewType.Instance);
        return chain.Fit(new BlankDataView(schema.ToSchema()));
    }

    /// <summary>Builds the chain of a task whose custom mapping does all that there is to do.</summary>
    public static ITransformer Build<TResult, TOutput>(
        BertOptions options, IEnumerable<OutputColumn<TResult>> outputs, SavedMapping<TResult, TOutput> mapping, string contract)
        where TOutput : class, new() => Build(
            options,
            SavedModelFolder.Of(options),
            outputs,
            transforms => transforms.CustomMapping(mapping.GetMapping(), contract),
            SavedMapping<TResult, TOutput>.Columns);

    /// <summary>
    /// Reads which transformer a chain that ML.NET loaded stands for, and finds its model folder. ML.NET shows what a
    /// transformer is and does, but not how it was made: the state is read where it flows, in the column that the chain makes of it.
    /// </summary>
    /// <param name="chain">The chain.</param>
    /// <param name="inputSchema">Gives the schema of the data that come into it; asked only where the chain is one of ours.</param>
    /// <returns>Null for a chain of somebody else's, and for one that has ours among its parts.</returns>
    /// <exception cref="BertMLNetException">The model folder is gone, or holds another model.</exception>
    public static BertOptions? TryRead(IEnumerable<ITransformer> chain, Func<DataViewSchema> inputSchema)
    {
        ITransformer[] parts = [.. Flatten(chain)];
        if (parts is not [ColumnCopyingTransformer, ColumnCopyingTransformer, ExpressionTransformer state, { } mapping, ..]
            || SavedTask.OfMapping(mapping) is not { } task)
        {
            return null;
        }
        // ML.NET nests chains as they were put together: ours may be the first part of this one. It ends where it drops its columns.
        if (Array.FindIndex(parts, part => part is ColumnSelectingTransformer) != parts.Length - 1)
            return null;
        IDataView made = state.Transform(new BlankDataView(inputSchema(), rows: 1));
        return SavedState.Read(made.GetColumn<string>(StateColumn).Single(), task.Options);
    }

    private static IEnumerable<ITransformer> Flatten(IEnumerable<ITransformer> chain) =>
        chain.SelectMany(part => part is IEnumerable<ITransformer> inner ? Flatten(inner) : [part]);
}

/// <summary>What a saved transformer needs to be itself again; it scores on the CPU.</summary>
internal sealed record SavedState(SavedModelFolder Model, JsonElement Options)
{
    /// <summary>The state as text that needs no escaping in the expression language: JSON in Base64.</summary>
    public static string Write(BertOptions options, SavedModelFolder folder) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new SavedState(folder, SavedTask.Write(options))));

    /// <summary>Reads options back, with the model folder where it lies now.</summary>
    /// <exception cref="BertMLNetException">The model folder is gone, or holds another model.</exception>
    public static BertOptions Read(string text, Type type)
    {
        SavedState state = JsonSerializer.Deserialize<SavedState>(Convert.FromBase64String(text))!;
        return (BertOptions)state.Options.Deserialize(type)! with { ModelPath = state.Model.Resolve() };
    }
}

/// <summary>What files name a task by.</summary>
/// <param name="Kind">Its name in self-contained pipelines.</param>
/// <param name="Options">Its options' type.</param>
/// <param name="Output">What the custom mapping of its saved chain makes.</param>
internal sealed record SavedTask(string Kind, Type Options, Type Output)
{
    private static readonly SavedTask[] All =
    [
        new("PairClassify", typeof(BertPairClassifyOptions), typeof(SavedPair)),
        new("PairScore", typeof(BertPairScoreOptions), typeof(SavedPairScore)),
        new("LabelTexts", typeof(BertLabelTextsOptions), typeof(SavedLabels)),
        new("AnswerQuestion", typeof(BertAnswerQuestionOptions), typeof(SavedAnswer)),
        new("RecognizeEntities", typeof(BertRecognizeEntitiesOptions), typeof(SavedEntities)),
        new("LabelToKey", typeof(BertLabelToKeyOptions), typeof(SavedLabelKey)),
        new("Embed", typeof(BertEmbedOptions), typeof(SavedEmbedding)),
        new("Tokenize", typeof(BertTokenizeOptions), typeof(SavedTokens)),
    ];

    /// <summary>The task of a kind; null for one that this version does not know.</summary>
    public static SavedTask? OfKind(string kind) => All.FirstOrDefault(task => task.Kind == kind);

    public static SavedTask Of(BertOptions options) => All.Single(task => task.Options == options.GetType());

    public static SavedTask OfOutput(Type output) => All.Single(task => task.Output == output);

    /// <summary>The task that a loaded custom mapping does; null where it is not of ours.</summary>
    public static SavedTask? OfMapping(ITransformer mapping) =>
        mapping.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(CustomMappingTransformer<,>)
            ? All.FirstOrDefault(task => task.Output == type.GenericTypeArguments[1])
            : null;

    public static JsonElement Write(BertOptions options) => JsonSerializer.SerializeToElement(options, options.GetType());
}
