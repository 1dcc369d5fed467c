using System.Text.RegularExpressions;

namespace BertMLNet.Modeling.Tests;

/// <summary>Writes a model as Google's original code and as TensorFlow's Model Garden name and shape its variables.</summary>
internal static class TensorFlowModels
{
    public static void AddGoogle(BundleWriter writer, ParameterSet set)
    {
        foreach (ParameterSpec spec in set.Specs)
        {
            string name = spec.Name switch
            {
                "classifier.weight" => "output_weights",
                "classifier.bias" => "output_bias",
                "qa_outputs.weight" => "cls/squad/output_weights",
                "qa_outputs.bias" => "cls/squad/output_bias",
                "cls.predictions.bias" => "cls/predictions/output_bias",
                _ => Regex.Replace(spec.Name, @"layer\.(\d+)", "layer_$1").Replace('.', '/'),
            };
            bool kernel = spec.Shape.Length == 2 && name.EndsWith("/weight", StringComparison.Ordinal) && !name.Contains("embeddings", StringComparison.Ordinal);
            name = Regex.Replace(name, "LayerNorm/weight$", "LayerNorm/gamma");
            name = Regex.Replace(name, "LayerNorm/bias$", "LayerNorm/beta");
            name = Regex.Replace(name, "_embeddings/weight$", "_embeddings");
            name = Regex.Replace(name, "/weight$", "/kernel");
            Add(writer, name, spec, set, kernel, spec.Shape);
            writer.Add($"{name}/adam_m", [1], [0f]);
            writer.Add($"{name}/adam_v", [1], [0f]);
        }
        writer.Add("global_step", 9, [], new byte[8]);
    }

    /// <summary>Layers by number, as the first age has them; attention kernels with a dimension for the heads.</summary>
    public static void AddModelGarden(BundleWriter writer, ParameterSet set, string root, bool byNumber)
    {
        BertConfig config = set.Config;
        long hidden = config.HiddenSize;
        long heads = config.NumAttentionHeads;
        foreach (ParameterSpec spec in set.Specs)
        {
            string name = spec.Name;
            bool kernel = spec.Shape.Length == 2 && !name.Contains("_embeddings", StringComparison.Ordinal);
            long[]? shape = null;
            if (name.Contains("attention.self", StringComparison.Ordinal))
                shape = kernel ? [hidden, heads, config.HeadSize] : [heads, config.HeadSize];
            else if (name.Contains("attention.output.dense.weight", StringComparison.Ordinal))
                shape = [heads, config.HeadSize, hidden];
            name = name.Replace("LayerNorm.weight", "gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "beta", StringComparison.Ordinal);
            if (kernel)
                name = Regex.Replace(name, "weight$", "kernel");
            foreach ((string old, string with) in byNumber ? Numbered(config.NumHiddenLayers) : ByAttribute)
                name = Regex.Replace(name, old, with);
            name = Regex.Replace(name, @"attention\.self\.(\w+)\.", "_attention_layer._$1_dense.");
            name = name.Replace("attention.output.dense.", byNumber ? "_attention_output_dense." : "_attention_layer._output_dense.", StringComparison.Ordinal);
            name = Regex.Replace(name, @"attention\.output\.(gamma|beta)", "_attention_layer_norm.$1");
            name = name.Replace("intermediate.dense.", "_intermediate_dense.", StringComparison.Ordinal);
            name = Regex.Replace(name, @"(?<!_)output\.dense\.", "_output_dense.");
            name = Regex.Replace(name, @"(?<!_)output\.(gamma|beta)", "_output_layer_norm.$1");
            string path = root + name.Replace('.', '/').Replace("masked_lm/bias", "masked_lm/output_bias.Sbias", StringComparison.Ordinal);
            if (name.StartsWith("classifier.", StringComparison.Ordinal))
                path = $"layer_with_weights-1/out_proj/{name["classifier.".Length..]}";
            Add(writer, path + "/.ATTRIBUTES/VARIABLE_VALUE", spec, set, kernel, shape ?? [.. kernel ? spec.Shape.Reverse().Select(size => (long)size) : spec.Shape.Select(size => (long)size)]);
            writer.Add(path + "/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE", [1], [0f]);
        }
        writer.Add("_CHECKPOINTABLE_OBJECT_GRAPH", 7, [], [1, 2, 3, 4, 5]);
        writer.Add("save_counter/.ATTRIBUTES/VARIABLE_VALUE", 9, [], new byte[8]);
        writer.Add("optimizer/learning_rate/.ATTRIBUTES/VARIABLE_VALUE", [], [0.1f]);
    }

    private static (string Old, string With)[] Numbered(int layers) =>
    [
        (@"^bert\.embeddings\.word_embeddings\.weight", "layer_with_weights-0.embeddings"),
        (@"^bert\.embeddings\.position_embeddings\.weight", "layer_with_weights-1.embeddings"),
        (@"^bert\.embeddings\.token_type_embeddings\.weight", "layer_with_weights-2.embeddings"),
        (@"^bert\.embeddings\.", "layer_with_weights-3."),
        (@"^bert\.encoder\.layer\.0\.", "layer_with_weights-4."),
        (@"^bert\.encoder\.layer\.1\.", "layer_with_weights-5."),
        (@"^bert\.pooler\.dense\.", $"layer_with_weights-{layers + 4}."),
    ];

    private static (string Old, string With)[] ByAttribute { get; } =
    [
        (@"^bert\.embeddings\.word_embeddings\.weight", "encoder._embedding_layer.embeddings"),
        (@"^bert\.embeddings\.position_embeddings\.weight", "encoder._position_embedding_layer.embeddings"),
        (@"^bert\.embeddings\.token_type_embeddings\.weight", "encoder._type_embedding_layer.embeddings"),
        (@"^bert\.embeddings\.", "encoder._embedding_norm_layer."),
        (@"^bert\.encoder\.layer\.(\d+)\.", "encoder._transformer_layers.$1."),
        (@"^bert\.pooler\.dense\.", "encoder._pooler_layer."),
        (@"^cls\.predictions\.transform\.dense\.", "masked_lm.dense."),
        (@"^cls\.predictions\.transform\.", "masked_lm.layer_norm."),
        (@"^cls\.predictions\.bias", "masked_lm.bias"),
    ];

    private static void Add(BundleWriter writer, string name, ParameterSpec spec, ParameterSet set, bool kernel, int[] shape) =>
        Add(writer, name, spec, set, kernel, [.. (kernel ? shape.Reverse() : shape).Select(size => (long)size)]);

    private static void Add(BundleWriter writer, string name, ParameterSpec spec, ParameterSet set, bool kernel, long[] shape)
    {
        float[] values = set[spec.Name];
        if (kernel)
        {
            int rows = spec.Shape[0];
            int columns = spec.Shape[1];
            values = [.. Enumerable.Range(0, values.Length).Select(i => set[spec.Name][i % rows * columns + i / rows])];
        }
        writer.Add(name, shape, values);
    }
}
