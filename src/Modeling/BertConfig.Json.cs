using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text;

namespace BertMLNet.Modeling;

public sealed partial record BertConfig
{
    // Far above any published configuration, label maps of tens of thousands of classes included.
    private const long LargestFile = 16 << 20;

    /// <summary>
    /// Reads Google's <c>bert_config.json</c> or Hugging Face's <c>config.json</c>. Unknown fields are ignored; what would
    /// change the computation in a way this library does not have is refused by name.
    /// </summary>
    /// <exception cref="BertMLNetException">The file is missing, damaged, or describes a model that is not BERT.</exception>
    public static BertConfig Load(string path)
    {
        byte[] json = SmallFile.ReadAllBytes(path, LargestFile);
        return Parse(json, path);
    }

    /// <summary>Reads the configuration from JSON text; <paramref name="source"/> is what errors name as the file.</summary>
    /// <exception cref="BertMLNetException">The text is damaged or describes a model that is not BERT.</exception>
    public static BertConfig FromJson(string json, string source = "config.json") =>
        Parse(Encoding.UTF8.GetBytes(json), source);

    private static BertConfig Parse(ReadOnlyMemory<byte> json, string source)
    {
        // A byte order mark, which some editors write, is not JSON.
        if (json.Span.StartsWith("\uFEFF"u8))
            json = json[3..];
        using JsonDocument document = JsonFields.Parse(json, source);
        var fields = new JsonFields(document.RootElement, source);
        string? architecture = ReadArchitecture(fields);
        RefuseOtherModels(fields, architecture);
        string? problem = ReadProblem(fields, architecture);

        var defaults = new BertConfig();
        var config = new BertConfig
        {
            Architecture = architecture,
            ProblemType = problem,
            VocabSize = fields.RequireInt32("vocab_size"),
            HiddenSize = fields.RequireInt32("hidden_size"),
            NumHiddenLayers = fields.RequireInt32("num_hidden_layers"),
            NumAttentionHeads = fields.RequireInt32("num_attention_heads"),
            IntermediateSize = fields.RequireInt32("intermediate_size"),
            HiddenAct = ReadActivation(fields),
            HiddenDropoutProb = fields.Single("hidden_dropout_prob") ?? defaults.HiddenDropoutProb,
            AttentionProbsDropoutProb = fields.Single("attention_probs_dropout_prob") ?? defaults.AttentionProbsDropoutProb,
            ClassifierDropout = fields.Single("classifier_dropout"),
            MaxPositionEmbeddings = fields.Int32("max_position_embeddings", defaults.MaxPositionEmbeddings),
            TypeVocabSize = fields.Int32("type_vocab_size", defaults.TypeVocabSize),
            InitializerRange = fields.Single("initializer_range") ?? defaults.InitializerRange,
            LayerNormEps = fields.Single("layer_norm_eps") ?? defaults.LayerNormEps,
            PadTokenId = fields.Int32("pad_token_id", defaults.PadTokenId),
            PositionEmbedding = ReadPositions(fields),
            Labels = ReadLabels(fields),
            Classification = ClassificationSettings.Read(fields),
            Answering = AnsweringSettings.Read(fields),
        };
        config.Validate(source);
        return config;
    }

    private static string? ReadArchitecture(JsonFields fields)
    {
        if (!fields.TryGet("architectures", out JsonElement names))
            return null;
        if (names.ValueKind != JsonValueKind.Array)
            throw fields.Wrong("architectures", names, "a list of class names");
        if (names.GetArrayLength() == 0)
            return null;
        return names[0].ValueKind == JsonValueKind.String
            ? fields.Text("architectures", names[0])
            : throw fields.Wrong("architectures", names, "a list of class names");
    }

    private static void RefuseOtherModels(JsonFields fields, string? architecture)
    {
        string? type = fields.Text("model_type");
        if (type is not (null or "bert"))
            throw Refused(fields, "model_type", type, "only \"bert\" models can be read");
        // Old files have no type: there the class tells.
        if (type is null && architecture is not null && !architecture.StartsWith("Bert", StringComparison.Ordinal))
            throw Refused(fields, "architectures", architecture, "only BERT models can be read");
        if (fields.Boolean("is_decoder") == true)
            throw Refused(fields, "is_decoder", "true", "only encoders can be read");
        if (fields.Boolean("add_cross_attention") == true)
            throw Refused(fields, "add_cross_attention", "true", "only encoders can be read");
        if (fields.TryGet("pruned_heads", out JsonElement pruned) && pruned.ValueKind == JsonValueKind.Object
            && pruned.EnumerateObject().Any())
            throw Refused(fields, "pruned_heads", "not empty", "models with pruned attention heads cannot be read");
    }

    /// <summary>The problem of an architecture that has several: the same tensors with another loss.</summary>
    private static string? ReadProblem(JsonFields fields, string? architecture)
    {
        Head[] heads = [.. Heads.Read.Where(head => head.ProblemType is not null && string.Equals(head.Architecture, architecture))];
        string? problem = heads is [] ? null : fields.Text("problem_type");
        return Heads.Of(architecture, problem) is not null
            ? problem
            : throw Refused(
                fields,
                "problem_type",
                problem!,
                $"only {string.Join(" and ", heads.Select(head => $"\"{head.ProblemType}\""))} can be read");
    }

    private static Activation ReadActivation(JsonFields fields) => fields.Text("hidden_act") switch
    {
        null or "gelu" or "gelu_python" => Activation.Gelu,
        "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => Activation.GeluTanh,
        "relu" => Activation.Relu,
        "tanh" => Activation.Tanh,
        "silu" or "swish" => Activation.Silu,
        { } other => throw Refused(fields, "hidden_act", other, "known are gelu, gelu_new, relu, tanh and silu"),
    };

    // A model with fixed positions says so in a field of its own: its table is saved, so that to any other reader it is a
    // model with an "absolute" table, and readers leave the table out for a type they do not know.
    private static PositionEmbedding ReadPositions(JsonFields fields)
    {
        string? type = fields.Text("position_embedding_type");
        if (type is not (null or "absolute" or "sinusoidal"))
            throw Refused(fields, "position_embedding_type", type, "only \"absolute\" positions can be read");
        string? table = fields.Text(PositionTableField);
        if (table is not (null or "learned" or "sinusoidal"))
            throw Refused(fields, PositionTableField, table, "known are learned and sinusoidal");
        return string.Equals(type, "sinusoidal") || string.Equals(table, "sinusoidal")
            ? PositionEmbedding.Sinusoidal
            : PositionEmbedding.Learned;
    }

    private static IReadOnlyList<string> ReadLabels(JsonFields fields)
    {
        if (fields.TryGet("id2label", out JsonElement names))
            return LabelsById(fields, names);
        if (fields.TryGet("label2id", out JsonElement ids))
            return IdsByLabel(fields, ids);
        int count = fields.Int32("num_labels", fields.Int32("_num_labels", 2));
        if (count is < 1 or > MostLabels)
            throw new BertMLNetException($"{fields.Source}: \"num_labels\" is {count}, expected 1 to {MostLabels}.");
        return [.. Enumerable.Range(0, count).Select(i => $"LABEL_{i}")];
    }

    private static string[] LabelsById(JsonFields fields, JsonElement map)
    {
        if (map.ValueKind != JsonValueKind.Object)
            throw fields.Wrong("id2label", map, "an object of names by class index");
        return Order(fields, "id2label", map, entry =>
            int.TryParse(entry.Name, System.Globalization.CultureInfo.InvariantCulture, out int id)
                && entry.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number
                ? (id, fields.Text("id2label", entry.Value))
                : throw fields.Wrong("id2label", map, "an object of names by class index"));
    }

    private static string[] IdsByLabel(JsonFields fields, JsonElement map)
    {
        if (map.ValueKind != JsonValueKind.Object)
            throw fields.Wrong("label2id", map, "an object of class indices by name");
        return Order(fields, "label2id", map, entry =>
            entry.Value.ValueKind == JsonValueKind.Number && entry.Value.TryGetInt32(out int id)
                ? (id, entry.Name)
                : throw fields.Wrong("label2id", map, "an object of class indices by name"));
    }

    private static string[] Order(JsonFields fields, string field, JsonElement map, Func<JsonProperty, (int Id, string Name)> read)
    {
        string?[] names = new string?[map.GetPropertyCount()];
        if (names.Length is 0 or > MostLabels)
            throw new BertMLNetException($"{fields.Source}: \"{field}\" has {names.Length} entries, expected 1 to {MostLabels}.");
        try
        {
            foreach (JsonProperty entry in map.EnumerateObject())
            {
                (int id, string name) = read(entry);
                if ((uint)id >= (uint)names.Length || names[id] is not null)
                {
                    throw new BertMLNetException(
                        $"{fields.Source}: \"{field}\" must number its classes 0 to {names.Length - 1}, each once; found {id}.");
                }
                names[id] = name;
            }
        }
        catch (InvalidOperationException exception)
        {
            throw new BertMLNetException($"{fields.Source}: a name in \"{field}\" is not valid text.", exception);
        }
        return names!;
    }

    private static BertMLNetException Refused(JsonFields fields, string field, string value, string expected) =>
        new($"{fields.Source}: {field} \"{value}\" is not supported; {expected}.");

    private const string PositionTableField = "position_embedding_table";

    /// <summary>Writes Hugging Face's <c>config.json</c>, whole or not at all.</summary>
    /// <exception cref="BertMLNetException">The file cannot be written.</exception>
    public void Save(string path, Head head) => AtomicFile.WriteAllText(path, ToJson(head));

    /// <summary>The configuration as Hugging Face's <c>config.json</c> for a model with the given head.</summary>
    public string ToJson(Head head)
    {
        ArgumentNullException.ThrowIfNull(head);
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteStartArray("architectures");
            json.WriteStringValue(head.Architecture);
            json.WriteEndArray();
            json.WriteNumber("attention_probs_dropout_prob", AttentionProbsDropoutProb);
            if (ClassifierDropout is { } dropout)
                json.WriteNumber("classifier_dropout", dropout);
            else
                json.WriteNull("classifier_dropout");
            json.WriteString("hidden_act", ActivationName);
            json.WriteNumber("hidden_dropout_prob", HiddenDropoutProb);
            json.WriteNumber("hidden_size", HiddenSize);
            if (head.HasLabels)
                WriteLabels(json);
            json.WriteNumber("initializer_range", InitializerRange);
            json.WriteNumber("intermediate_size", IntermediateSize);
            json.WriteNumber("layer_norm_eps", LayerNormEps);
            json.WriteNumber("max_position_embeddings", MaxPositionEmbeddings);
            json.WriteString("model_type", "bert");
            json.WriteNumber("num_attention_heads", NumAttentionHeads);
            json.WriteNumber("num_hidden_layers", NumHiddenLayers);
            json.WriteNumber("pad_token_id", PadTokenId);
            if (PositionEmbedding == PositionEmbedding.Sinusoidal)
                json.WriteString(PositionTableField, "sinusoidal");
            json.WriteString("position_embedding_type", "absolute");
            // The first of several problems is the one that a file means which does not say.
            if (head != Heads.Of(head.Architecture, problemType: null))
                json.WriteString("problem_type", head.ProblemType);
            if (string.Equals(head.Pipeline, ClassificationSettings.Task))
                Classification?.Write(json);
            if (string.Equals(head.Pipeline, AnsweringSettings.Task))
                Answering?.Write(json);
            json.WriteNumber("type_vocab_size", TypeVocabSize);
            json.WriteNumber("vocab_size", VocabSize);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }

    private string ActivationName => HiddenAct switch
    {
        Activation.GeluTanh => "gelu_new",
        Activation.Relu => "relu",
        Activation.Tanh => "tanh",
        Activation.Silu => "silu",
        _ => "gelu",
    };

    private void WriteLabels(Utf8JsonWriter json)
    {
        json.WriteStartObject("id2label");
        for (int i = 0; i < Labels.Count; i++)
            json.WriteString(i.ToString(System.Globalization.CultureInfo.InvariantCulture), Labels[i]);
        json.WriteEndObject();
        json.WriteStartObject("label2id");
        for (int i = 0; i < Labels.Count; i++)
            json.WriteNumber(Labels[i], i);
        json.WriteEndObject();
    }
}
