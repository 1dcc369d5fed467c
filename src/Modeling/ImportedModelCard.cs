using System.Globalization;
using System.Text;

namespace BertMLNet.Modeling;

/// <summary>The model card of an imported model: what it is, where its weights come from, and what is missing.</summary>
internal static class ImportedModelCard
{
    public static string Text(BertConfig config, LoadReport report, bool hasGraphs)
    {
        var card = new StringBuilder();
        card.Append("---\nlibrary_name: transformers\npipeline_tag: ").Append(report.Head.Pipeline).Append("\n---\n\n");
        card.Append("# ").Append(report.Head.Architecture).Append("\n\n");
        card.Append(CultureInfo.InvariantCulture, $"{config.NumHiddenLayers} layers, {config.HiddenSize} wide, {config.NumAttentionHeads} heads, ")
            .Append(CultureInfo.InvariantCulture, $"a vocabulary of {config.VocabSize}, sequences of up to {config.MaxPositionEmbeddings} tokens.");
        if (report.Head.HasLabels)
            card.Append(" Classes: ").AppendJoin(", ", config.Labels.Select(label => $"`{label}`")).Append('.');
        card.Append(CultureInfo.InvariantCulture, $"\n\nImported with BertMLNet from `{Path.GetFileName(report.Path)}` ({report.Format}): {report.Loaded.Count} parameters.\n");
        foreach (string remark in report.Remarks)
            card.Append("\n- ").Append(remark);
        if (report.Remarks.Count > 0)
            card.Append('\n');
        card.Append("\n## Limits\n\nNothing was measured in importing it: data, training and metrics are those that the model's origin tells. ");
        if (report.Initialized.Count > 0)
            card.Append("The parameters that started anew know nothing before they are trained. ");
        card.Append((hasGraphs, !report.Head.ReadsMaskedTokens) switch
        {
            (true, _) => "The graphs in `onnx/` are written from these weights; `bertmlnet export --verify` compares them with a second implementation.\n",
            (_, true) => "`bertmlnet export` writes its ONNX graphs.\n",
            _ => "It predicts tokens and has no ONNX graph; `bertmlnet train` makes a model of it that has one.\n",
        });
        return card.ToString();
    }
}
