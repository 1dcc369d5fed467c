using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BertMLNet.Modeling;

public sealed partial record BertConfig
{
    // Far above any published configuration, label maps of tens of thousands of classes included.
    internal const long LargestFile = 16 << 20;

    /// <summary>
    /// Reads Google's <c>bert_config.json</c> or Hugging Face's <c>config.json</c> of one of <see cref="Encoders.All"/>. Unknown
    /// fields are ignored; what would change the computation in a way this library does not have is refused by name.
    /// </summary>
    /// <exception cref="BertMLNetException">The file is missing, damaged, or describes a model of another kind.</exception>
    public static BertConfig Load(string path) => Parse(SmallFile.Read(path, LargestFile), path);

    /// <summary>Reads the configuration from JSON text; <paramref name="source"/> is what errors name as the file.</summary>
    /// <exception cref="BertMLNetException">The text is damaged or describes a model of another kind.</exception>
    public static BertConfig FromJson(string json, string source = "config.json") =>
        Parse(Encoding.UTF8.GetBytes(json), source);

    private static BertConfig Parse(ReadOnlyMemory<byte> json, string source)
    {
        using var file = JsonFile.Parse(json, source, asEdited: true);
        JsonPart fields = file.Root;
        string? architecture = ReadArchitecture(fields);
        EncoderVariant encoder = ReadEncoder(fields, architecture);
        string? problem = ReadProblem(fields, encoder.BertClassOf(architecture));

        var defaults = new BertConfig();
        var config = new BertConfig
        {
            Encoder = encoder,
            Architecture = architecture,
            ProblemType = problem,
            ScoreActivation = ReadScoreActivation(fields),
            VocabSize = Required("vocab_size"),
            HiddenSize = Required("hidden_size"),
            EmbeddingSize = Integer("embedding_size") ?? encoder.EmbeddingSize ?? 0,
            NumHiddenLayers = Required("num_hidden_layers"),
            NumAttentionHeads = Required("num_attention_heads"),
            IntermediateSize = Required("intermediate_size"),
            HiddenAct = ReadActivation(fields, encoder.FieldOf("hidden_act")!),
            HiddenDropoutProb = Single("hidden_dropout_prob") ?? defaults.HiddenDropoutProb,
            AttentionProbsDropoutProb = Single("attention_probs_dropout_prob") ?? defaults.AttentionProbsDropoutProb,
            ClassifierDropout = Single("classifier_dropout") ?? encoder.ClassifierDropout,
            AnswersDropout = Single("qa_dropout") ?? encoder.AnswersDropout,
            MaxPositionEmbeddings = Integer("max_position_embeddings") ?? defaults.MaxPositionEmbeddings,
            TypeVocabSize = encoder.HasTokenTypes ? Integer("type_vocab_size") ?? defaults.TypeVocabSize : 0,
            InitializerRange = Single("initializer_range") ?? defaults.InitializerRange,
            LayerNormEps = Single("layer_norm_eps") ?? defaults.LayerNormEps,
            PadTokenId = Integer("pad_token_id") ?? defaults.PadTokenId,
            PositionEmbedding = ReadPositions(fields, encoder),
            Labels = ReadLabels(fields),
        };
        config = TaskSettings.ReadInto(config, fields, source);
        config.Validate(source);
        return config;

        int? Integer(string field) => encoder.FieldOf(field) is { } name ? fields.Integer(name) : null;
        float? Single(string field) => encoder.FieldOf(field) is { } name ? fields.Single(name) : null;
        int Required(string field) => Integer(field) ?? throw fields.Missing(encoder.FieldOf(field)!);
    }

    private static string? ReadArchitecture(JsonPart fields)
    {
        if (fields["architectures"] is not { } names)
            return null;
        if (names.Kind != JsonValueKind.Array)
            throw names.Wrong("a list of class names");
        return names.Items() switch
        {
            [] => null,
            [{ Kind: JsonValueKind.String } first, ..] => first.AsString(),
            _ => throw names.Wrong("a list of class names"),
        };
    }

    private static EncoderVariant ReadEncoder(JsonPart fields, string? architecture)
    {
        // Old files have no type: there the class tells.
        string? type = fields.String("model_type");
        EncoderVariant encoder = Encoders.Of(type, architecture) ?? throw Refused(
            fields,
            type is null ? "architectures" : "model_type",
            type ?? architecture!,
            $"only {Encoders.Known} models can be read");
        if (fields.Boolean("is_decoder") == true)
            throw Refused(fields, "is_decoder", "true", "only encoders can be read");
        if (fields.Boolean("add_cross_attention") == true)
            throw Refused(fields, "add_cross_attention", "true", "only encoders can be read");
        if (fields["pruned_heads"] is { Kind: JsonValueKind.Object, MemberCount: > 0 })
            throw Refused(fields, "pruned_heads", "not empty", "models with pruned attention heads cannot be read");
        return encoder;
    }

    /// <summary>The problem of a class that has several: the same tensors with another loss.</summary>
    private static string? ReadProblem(JsonPart fields, string? architecture)
    {
        Head[] heads = [.. Heads.Read.Where(head => head.ProblemType is not null && string.Equals(head.Architecture, architecture))];
        string? problem = heads is [] ? null : fields.String("problem_type");
        return Heads.Of(architecture, problem) is not null
            ? problem
            : throw Refused(
                fields,
                "problem_type",
                problem!,
                $"only {string.Join(" and ", heads.Select(head => $"\"{head.ProblemType}\""))} can be read");
    }

    private static Activation ReadActivation(JsonPart fields, string field) => fields.String(field) switch
    {
        null or "gelu" or "gelu_python" => Activation.Gelu,
        "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => Activation.GeluTanh,
        "relu" => Activation.Relu,
        "tanh" => Activation.Tanh,
        "silu" or "swish" => Activation.Silu,
        { } other => throw Refused(fields, field, other, "known are gelu, gelu_new, relu, tanh and silu"),
    };

    private static ScoreActivation? ReadScoreActivation(JsonPart fields)
    {
        const string Newer = "activation_fn", Older = "sbert_ce_default_activation_function";
        string? newer = fields["sentence_transformers"] is { Kind: JsonValueKind.Object } settings ? settings.String(Newer) : null;
        return (newer ?? fields.String(Older)) switch
        {
            null => null,
            IdentityModule => Modeling.ScoreActivation.Identity,
            SigmoidModule => Modeling.ScoreActivation.Sigmoid,
            { } other => throw Refused(fields, newer is null ? Older : Newer, other, $"known are {IdentityModule} and {SigmoidModule}"),
        };
    }

    // A model with fixed positions says so in a field of its own: its table is saved, so that to any other reader it is a
    // model with an "absolute" table, and readers leave the table out for a type they do not know.
    private static PositionEmbedding ReadPositions(JsonPart fields, EncoderVariant encoder)
    {
        if (encoder.SinesField is { } sines)
            return fields.Boolean(sines) == true ? PositionEmbedding.Sinusoidal : PositionEmbedding.Learned;
        string? type = fields.String("position_embedding_type");
        if (type is not (null or "absolute" or "sinusoidal"))
            throw Refused(fields, "position_embedding_type", type, "only \"absolute\" positions can be read");
        string? table = fields.String(PositionTableField);
        if (table is not (null or "learned" or "sinusoidal"))
            throw Refused(fields, PositionTableField, table, "known are learned and sinusoidal");
        return string.Equals(type, "sinusoidal") || string.Equals(table, "sinusoidal")
            ? PositionEmbedding.Sinusoidal
            : PositionEmbedding.Learned;
    }

    private static IReadOnlyList<string> ReadLabels(JsonPart fields)
    {
        if (fields["id2label"] is { } names)
            return LabelsById(fields, names);
        if (fields["label2id"] is { } ids)
            return IdsByLabel(fields, ids);
        int count = fields.Integer("num_labels") ?? fields.Integer("_num_labels") ?? 2;
        if (count is < 1 or > MostLabels)
            throw fields.Error($"\"num_labels\" is {count}, expected 1 to {MostLabels}");
        return [.. Enumerable.Range(0, count).Select(i => $"LABEL_{i}")];
    }

    private static string[] LabelsById(JsonPart fields, JsonPart map)
    {
        const string Expected = "an object of names by class index";
        return Order(fields, map, "id2label", Expected, (key, value) => int.TryParse(key, CultureInfo.InvariantCulture, out int id)
            ? value.Kind switch
            {
                JsonValueKind.String => (id, value.AsString()),
                JsonValueKind.Number => (id, value.RawText),
                _ => throw map.Wrong(Expected),
            }
            : throw map.Wrong(Expected));
    }

    private static string[] IdsByLabel(JsonPart fields, JsonPart map)
    {
        const string Expected = "an object of class indices by name";
        return Order(fields, map, "label2id", Expected, (key, value) =>
            value.AsLong() is { } id and >= int.MinValue and <= int.MaxValue ? ((int)id, key) : throw map.Wrong(Expected));
    }

    private static string[] Order(
        JsonPart fields, JsonPart map, string field, string expected, Func<string, JsonPart, (int Id, string Name)> read)
    {
        if (map.Kind != JsonValueKind.Object)
            throw map.Wrong(expected);
        string?[] names = new string?[map.MemberCount];
        if (names.Length is 0 or > MostLabels)
            throw fields.Error($"\"{field}\" has {names.Length} entries, expected 1 to {MostLabels}");
        foreach ((string key, JsonPart value) in map.Members())
        {
            (int id, string name) = read(key, value);
            if ((uint)id >= (uint)names.Length || names[id] is not null)
                throw fields.Error($"\"{field}\" must number its classes 0 to {names.Length - 1}, each once; found {id}");
            names[id] = name;
        }
        return names!;
    }

    private static BertMLNetException Refused(JsonPart fields, string field, string value, string expected) =>
        fields.Error($"{field} \"{value}\" is not supported; {expected}");

    private const string IdentityModule = "torch.nn.modules.linear.Identity";
    private const string SigmoidModule = "torch.nn.modules.activation.Sigmoid";
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
            json.WriteStringValue(Encoder.ClassOf(head));
            json.WriteEndArray();
            Single("attention_probs_dropout_prob", AttentionProbsDropoutProb);
            if (ClassifierDropout is { } dropout)
                Single("classifier_dropout", dropout);
            else
                json.WriteNull(Encoder.FieldOf("classifier_dropout")!);
            Integer("embedding_size", EmbeddingSize);
            json.WriteString(Encoder.FieldOf("hidden_act")!, ActivationName);
            Single("hidden_dropout_prob", HiddenDropoutProb);
            Integer("hidden_size", HiddenSize);
            if (head.HasLabels)
                WriteLabels(json);
            Single("initializer_range", InitializerRange);
            Integer("intermediate_size", IntermediateSize);
            Single("layer_norm_eps", LayerNormEps);
            Integer("max_position_embeddings", MaxPositionEmbeddings);
            json.WriteString("model_type", Encoder.ModelType);
            Integer("num_attention_heads", NumAttentionHeads);
            Integer("num_hidden_layers", NumHiddenLayers);
            Integer("pad_token_id", PadTokenId);
            WritePositions(json);
            // The first of several problems is the one that a file means which does not say.
            if (head != Heads.Of(head.Architecture, problemType: null))
                json.WriteString("problem_type", head.ProblemType);
            if (ScoreActivation is { } activation && string.Equals(head.Architecture, Heads.Value.Architecture))
            {
                json.WriteStartObject("sentence_transformers");
                json.WriteString("activation_fn", activation == Modeling.ScoreActivation.Sigmoid ? SigmoidModule : IdentityModule);
                json.WriteEndObject();
            }
            TaskSettings.Write(json, this, head);
            Single("qa_dropout", AnswersDropout);
            Integer("type_vocab_size", TypeVocabSize);
            Integer("vocab_size", VocabSize);
            json.WriteEndObject();

            void Integer(string field, int value)
            {
                if (Encoder.FieldOf(field) is { } name)
                    json.WriteNumber(name, value);
            }
            void Single(string field, float value)
            {
                if (Encoder.FieldOf(field) is { } name)
                    json.WriteNumber(name, value);
            }
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }

    private void WritePositions(Utf8JsonWriter json)
    {
        bool sines = PositionEmbedding == PositionEmbedding.Sinusoidal;
        if (Encoder.SinesField is { } field)
        {
            json.WriteBoolean(field, sines);
            return;
        }
        if (sines)
            json.WriteString(PositionTableField, "sinusoidal");
        json.WriteString("position_embedding_type", "absolute");
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
