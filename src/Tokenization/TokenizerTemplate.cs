namespace BertMLNet.Tokenization;

/// <summary>The post-processor of a <c>tokenizer.json</c>: [CLS] A [SEP], with a pair [CLS] A [SEP] B [SEP].</summary>
internal static class TokenizerTemplate
{
    /// <summary>The names of the classification and the separator token.</summary>
    /// <exception cref="BertMLNetException">The post-processor is another one, or its ids are not the vocabulary's.</exception>
    public static (string Classification, string Separator) Read(JsonPart root, Vocabulary vocabulary)
    {
        var node = root["post_processor"]
            ?? throw root.Error("there is no 'post_processor'; TemplateProcessing or BertProcessing is expected");
        return node.String("type") switch
        {
            "BertProcessing" => (ReadPair(node, "cls", vocabulary), ReadPair(node, "sep", vocabulary)),
            "TemplateProcessing" => ReadTemplate(node, vocabulary),
            var kind => throw node.Error($"the type is '{kind}'; only TemplateProcessing and BertProcessing are supported"),
        };
    }

    /// <summary>A token as BertProcessing has it: its text and its id.</summary>
    private static string ReadPair(JsonPart node, string name, Vocabulary vocabulary)
    {
        var pair = node[name] ?? throw node.Error($"there is no '{name}'");
        var items = pair.Items();
        if (items.Count != 2)
            throw pair.Error("a token and its id are expected");
        return Checked(pair, items[0].AsString(), items[1].AsInteger(), vocabulary);
    }

    private static (string Classification, string Separator) ReadTemplate(JsonPart node, Vocabulary vocabulary)
    {
        var single = Pieces(node, "single");
        var pair = Pieces(node, "pair");
        string classification = single.Count > 0 ? single[0].Id : "";
        string separator = single.Count > 2 ? single[2].Id : "";
        Piece[] expected =
        [
            new("SpecialToken", classification, 0), new("Sequence", "A", 0), new("SpecialToken", separator, 0),
            new("Sequence", "B", 1), new("SpecialToken", separator, 1),
        ];
        if (!single.SequenceEqual(expected.Take(3)) || !pair.SequenceEqual(expected))
            throw node.Error("the template is not BERT's, [CLS] A [SEP] and [CLS] A [SEP] B [SEP] with the type ids 0 and 1");
        return (SpecialToken(node, classification, vocabulary), SpecialToken(node, separator, vocabulary));
    }

    private static List<Piece> Pieces(JsonPart node, string name)
    {
        var list = node[name] ?? throw node.Error($"there is no '{name}'");
        var pieces = new List<Piece>();
        foreach (var item in list.Items())
        {
            string kind = item["SpecialToken"] is not null ? "SpecialToken" : "Sequence";
            var piece = item[kind] ?? throw item.Error("a SpecialToken or a Sequence is expected");
            pieces.Add(new Piece(kind, piece.String("id") ?? "", piece.Integer("type_id") ?? 0));
        }
        return pieces;
    }

    /// <summary>Checks that a special token of the template stands for one token of the vocabulary.</summary>
    private static string SpecialToken(JsonPart node, string name, Vocabulary vocabulary)
    {
        var token = node["special_tokens"]?[name] ?? throw node.Error($"there is no 'special_tokens.{name}'");
        var ids = (token["ids"] ?? throw token.Error("there are no 'ids'")).Items();
        if (ids.Count != 1)
            throw token.Error($"{ids.Count} ids; one is expected");
        return Checked(token, name, ids[0].AsInteger(), vocabulary);
    }

    private static string Checked(JsonPart node, string token, int id, Vocabulary vocabulary)
    {
        if (vocabulary.TryGetToken(id, out string? known) && known == token)
            return token;
        throw node.Error($"the id {id} is not that of '{token}' in the vocabulary");
    }

    private sealed record Piece(string Kind, string Id, int TypeId);
}
