using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML.Data;

namespace Microsoft.ML.Model;

internal static class ChainModel
{
    public const string Kind = "TransformerChain";

    public static void Save(ModelSaveContext context, ITransformer[] transformers, TransformerScope[] scopes)
    {
        context.Write(Kind, new JsonObject { ["scopes"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create((int)scope))]) });
        for (int i = 0; i < transformers.Length; i++)
            context.SaveModel(transformers[i], FolderOf(i));
    }

    public static ITransformer Load(ModelLoadContext context)
    {
        int[] scopes = [.. context.State.Items("scopes").Select(scope => scope.GetValue<int>())];
        return new TransformerChain<ITransformer>(
            [.. scopes.Select((_, i) => context.LoadModel(FolderOf(i)))],
            scopes.Select(scope => (TransformerScope)scope));
    }

    private static string FolderOf(int index) => string.Create(CultureInfo.InvariantCulture, $"Transform_{index:000}");
}
