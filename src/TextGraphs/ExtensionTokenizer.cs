using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.TextGraphs;

/// <summary>
/// A tokenizer as the operator BertTokenizer of onnxruntime-extensions: text (one or two, as a vector) in, the sequence
/// with [CLS] and [SEP] out. Its rules are narrower than ours; what it cannot do at all is refused here.
/// </summary>
internal static class ExtensionTokenizer
{
    /// <summary>The longest word that the operator spells, which no attribute changes.</summary>
    private const int LongestWord = 100;

    /// <summary>Adds the operator.</summary>
    /// <param name="graph">The graph or loop body to write to.</param>
    /// <param name="tokenizer">The vocabulary and its rules.</param>
    /// <param name="texts">[2], the texts of a pair; the operator never shortens pairs.</param>
    /// <returns>Vocabulary ids and segments, both [tokens].</returns>
    /// <exception cref="BertMLNetException">The operator cannot do what the tokenizer does.</exception>
    internal static (GraphValue Ids, GraphValue Types) Encode(GraphBuilder graph, WordPieceTokenizer tokenizer, GraphValue texts)
    {
        Dimension[] shape = ["tokens"];
        IReadOnlyList<GraphValue> outputs = graph.Node(
            "BertTokenizer",
            [texts],
            [(ElementType.Int64, shape), (ElementType.Int64, shape), (ElementType.Int64, shape)],
            Attributes(tokenizer),
            Opset.Extensions);
        return (outputs[0], outputs[1]);
    }

    private static Dictionary<string, object> Attributes(WordPieceTokenizer tokenizer)
    {
        if (tokenizer.MaxInputCharsPerWord != LongestWord)
            throw Refused($"words of up to {tokenizer.MaxInputCharsPerWord} characters; the operator spells words of up to {LongestWord}");
        if (!tokenizer.Normalizer.CleanText)
            throw Refused("text that is not cleaned; the operator always drops control characters");
        if (tokenizer.AddedTokens.FirstOrDefault(token => !token.Special) is { } added)
            throw Refused($"the added token '{added.Content}'; the operator finds no tokens but those of words");

        SpecialTokens special = tokenizer.SpecialTokens;
        return new()
        {
            ["vocab_file"] = VocabularyText(tokenizer.Vocabulary),
            ["do_lower_case"] = Flag(tokenizer.Normalizer.Lowercase),
            ["strip_accents"] = Flag(tokenizer.Normalizer.StripAccents ?? tokenizer.Normalizer.Lowercase),
            ["tokenize_chinese_chars"] = Flag(tokenizer.Normalizer.HandleChineseChars),
            ["suffix_indicator"] = tokenizer.ContinuingSubwordPrefix,
            ["unk_token"] = special.Unknown,
            ["cls_token"] = special.Classification,
            ["sep_token"] = special.Separator,
            ["pad_token"] = special.Padding,
            // The operator wants a mask token of the vocabulary, and makes nothing of it.
            ["mask_token"] = tokenizer.MaskTokenId is null ? special.Unknown : special.Mask,
        };

        static long Flag(bool value) => value ? 1 : 0;
    }

    /// <summary>
    /// The tokens, one a line. The operator skips empty lines, which would shift all later ids; no word matches the text
    /// with a space that stands in their place, nor in that of a token with a line break.
    /// </summary>
    private static string VocabularyText(Vocabulary vocabulary)
    {
        var lines = new string[vocabulary.Count];
        for (int id = 0; id < lines.Length; id++)
        {
            string token = vocabulary[id];
            lines[id] = token.Length == 0 || token.AsSpan().ContainsAny('\r', '\n') ? $" {id}" : token;
        }
        return string.Join('\n', lines);
    }

    private static BertMLNetException Refused(string what) =>
        new($"The tokenizer cannot be put into the graph: it takes {what}; export the graph without it.");
}
