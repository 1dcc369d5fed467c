using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>Finds and replaces transformers in a model, which may be a chain of chains.</summary>
internal static class PipelineTree
{
    /// <summary>The transformers that can be packed: ours, and the chains that ML.NET loaded in place of ours.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">Gives the schema of the data that come into it; not asked without need, since data may be missing that only training has.</param>
    /// <param name="position">The model's own position.</param>
    public static IEnumerable<PackablePart> Find(ITransformer model, Func<DataViewSchema> inputSchema, string position = "")
    {
        if (model is IPackable packable)
            return [new PackablePart(position, packable.Kind, packable.ModelPath, packable.WriteOptions())];
        if (model is not IEnumerable<ITransformer> chain)
            return [];
        if (LoadedChain.TryRead(chain, inputSchema, position) is { } loaded)
            return [loaded];
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
        position == own || (model is IEnumerable<ITransformer> chain && chain.Select((child, index) => (child, index)).Any(part => Contains(part.child, position, Child(own, part.index))));

    /// <summary>When each part is applied: a chain does not say so itself, but makes chains of the parts of one scope.</summary>
    private static TransformerScope[] ScopesOf(TransformerChain<ITransformer> chain, ITransformer[] parts)
    {
        var scopes = new TransformerScope[parts.Length];
        foreach (TransformerScope scope in (TransformerScope[])[TransformerScope.Training, TransformerScope.Testing, TransformerScope.Scoring])
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
