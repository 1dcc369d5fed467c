using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>Finds and replaces transformers in a model, which may be a chain of chains.</summary>
internal static class PipelineTree
{
    /// <summary>The transformers that can be packed: ours, and the chains that ML.NET loaded in place of ours.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">
    /// Gives the schema of the data that come into it; not asked without need, since data may be missing that only training has.
    /// </param>
    /// <param name="position">The model's own position.</param>
    /// <returns>Each one's place, as <see cref="PipelineManifest.Item"/> has it, and its options.</returns>
    public static IEnumerable<(string Position, BertOptions Options)> Find(
        ITransformer model, Func<DataViewSchema> inputSchema, string position = "")
    {
        if (model is BertTransformer own)
            return [(position, own.Options)];
        if (model is not IEnumerable<ITransformer> chain)
            return [];
        if (SavedChain.TryRead(chain, inputSchema) is { } loaded)
            return [(position, loaded)];
        ITransformer[] parts = [.. chain];
        return parts.SelectMany((part, index) => Find(part, () => SchemaBefore(index), Child(position, index)));

        DataViewSchema SchemaBefore(int index) => parts[..index].Aggregate(inputSchema(), (schema, part) => part.GetOutputSchema(schema));
    }

    /// <summary>The model with the transformers at the given positions replaced; parts without any stay as they are.</summary>
    public static ITransformer Replace(ITransformer model, IReadOnlyDictionary<string, ITransformer> replacements, string position = "")
    {
        if (replacements.TryGetValue(position, out ITransformer? replacement))
            return replacement;
        // A chain that ML.NET loads is of this type, whatever it was when it was saved.
        if (model is not TransformerChain<ITransformer> chain)
            return model;
        ITransformer[] before = [.. chain];
        ITransformer[] after = [.. before.Select((child, index) => Replace(child, replacements, Child(position, index)))];
        return before.SequenceEqual(after) ? model : new TransformerChain<ITransformer>(after, ScopesOf(chain, before));
    }

    /// <summary>Whether the model has a transformer at a position.</summary>
    public static bool Contains(ITransformer model, string position, string own = "") =>
        position == own
        || (model is IEnumerable<ITransformer> chain && chain.Index().Any(part => Contains(part.Item, position, Child(own, part.Index))));

    /// <summary>When each part is applied: a chain does not say so itself, but makes chains of the parts of one scope.</summary>
    private static TransformerScope[] ScopesOf(TransformerChain<ITransformer> chain, ITransformer[] parts)
    {
        var scopes = new TransformerScope[parts.Length];
        TransformerScope[] single = [TransformerScope.Training, TransformerScope.Testing, TransformerScope.Scoring];
        foreach (TransformerScope scope in single)
        {
            var applied = new HashSet<ITransformer>(chain.GetModelFor(scope), ReferenceEqualityComparer.Instance);
            for (int i = 0; i < parts.Length; i++)
                scopes[i] |= applied.Contains(parts[i]) ? scope : TransformerScope.None;
        }
        return scopes;
    }

    private static string Child(string position, int index)
    {
        string own = index.ToString(CultureInfo.InvariantCulture);
        return position.Length == 0 ? own : $"{position}/{own}";
    }
}
