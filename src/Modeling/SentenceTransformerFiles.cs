using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BertMLNet.Modeling;

/// <summary>
/// The files with which sentence-transformers (https://sbert.net) tells how vectors are made of texts. <c>modules.json</c> lists what a
/// text goes through, each module with a folder of its own; the encoder's may be the model folder itself or, in old ones,
/// <c>0_Transformer</c>.
/// </summary>
internal static class SentenceTransformerFiles
{
    private const int LargestFile = 1 << 20;
    private const string Modules = "modules.json";
    private const string Encoder = "sentence_bert_config.json";
    private const string Prompts = "config_sentence_transformers.json";
    private const string PoolingFolder = "1_Pooling";
    private const string TypePrefix = "sentence_transformers.models.";
    private const string PoolingPrefix = "pooling_mode_";

    private static readonly (Pooling Pooling, string Mode)[] Modes =
    [
        (Pooling.Cls, "cls_token"), (Pooling.Mean, "mean_tokens"), (Pooling.Max, "max_tokens"),
        (Pooling.MeanSqrtLength, "mean_sqrt_len_tokens"),
    ];

    private static readonly string[] OtherModes = ["weightedmean_tokens", "lasttoken"];

    /// <summary>All files, as paths inside a model folder.</summary>
    public static IReadOnlyList<string> All { get; } = [Modules, Encoder, Prompts, $"{PoolingFolder}/config.json"];

    /// <summary>Where the modules are listed.</summary>
    public static string ModulesPath(string folder) => Path.Combine(folder, Modules);

    /// <summary>The folder of the encoder inside a folder; null where nothing lists modules.</summary>
    /// <exception cref="BertMLNetException">The list is damaged.</exception>
    public static string? EncoderFolder(string folder)
    {
        if (!File.Exists(ModulesPath(folder)))
            return null;
        using JsonFile file = Open(ModulesPath(folder), JsonValueKind.Array);
        return file.Root.Items() is [var first, ..] ? FolderOf(folder, first) : throw file.Root.Wrong("a list of modules");
    }

    /// <summary>Whether texts become lower case before the tokenizer sees them (<c>do_lower_case</c>).</summary>
    /// <exception cref="BertMLNetException">The file is damaged.</exception>
    public static bool LowersCase(string encoderFolder)
    {
        using JsonFile? file = OpenIfPresent(Path.Combine(encoderFolder, Encoder));
        return file?.Root.Boolean("do_lower_case") ?? false;
    }

    /// <summary>Reads pooling and normalisation from the modules; null where nothing lists them.</summary>
    /// <param name="folder">The folder with the list.</param>
    /// <param name="hiddenSize">The size of the encoder's vectors.</param>
    /// <exception cref="BertMLNetException">A file is damaged, or names a module or a pooling that is not supported.</exception>
    public static EmbeddingSettings? ReadModules(string folder, int hiddenSize)
    {
        if (!File.Exists(ModulesPath(folder)))
            return null;
        using JsonFile file = Open(ModulesPath(folder), JsonValueKind.Array);
        EmbeddingSettings? settings = null;
        foreach ((int i, JsonPart module) in file.Root.Items().Index())
        {
            JsonPart type = module["type"] ?? throw module.Missing("type");
            // Names have moved between versions; their last part has not.
            string name = type.AsString()[(type.AsString().LastIndexOf('.') + 1)..];
            settings = (name, i, settings) switch
            {
                ("Transformer", 0, null) => null,
                ("Pooling", > 0, null) => ReadPooling(FolderOf(folder, module), hiddenSize),
                ("Normalize", > 0, not null) => settings with { Normalize = true },
                _ => throw type.Error(
                    $"the module '{type.AsString()}' is not supported in this place; supported are Transformer, then Pooling, then "
                    + "Normalize or nothing; say with an option how else texts become vectors (pooling), or take another model"),
            };
        }
        // Without a pooling the encoder gives a vector a token.
        return settings;
    }

    /// <summary>Adds the length of texts and the prompts.</summary>
    /// <param name="settings">What was read before.</param>
    /// <param name="folder">The folder with the list of modules.</param>
    /// <param name="encoderFolder">The folder of the encoder.</param>
    /// <exception cref="BertMLNetException">A file is damaged.</exception>
    public static EmbeddingSettings WithTexts(this EmbeddingSettings settings, string folder, string encoderFolder)
    {
        using JsonFile? encoder = OpenIfPresent(Path.Combine(encoderFolder, Encoder));
        using JsonFile? prompts = OpenIfPresent(Path.Combine(folder, Prompts));
        JsonPart? root = prompts?.Root;
        Dictionary<string, string> texts = root?["prompts"] is { } named
            ? named.Members().ToDictionary(prompt => prompt.Name, prompt => prompt.Value.AsString())
            : [];
        string? standard = root?.String("default_prompt_name");
        if (standard is not null && !texts.ContainsKey(standard))
            throw root!.Error($"\"default_prompt_name\" is '{standard}', and no prompt has that name; name one of \"prompts\"");
        return settings with
        {
            MaxLength = encoder?.Root.Integer("max_seq_length"),
            Prompts = texts,
            DefaultPromptName = standard,
            Similarity = root?.String("similarity_fn_name"),
        };
    }

    /// <summary>Writes the files for a model whose encoder lies in the folder itself; the pooler alone has none that says it.</summary>
    /// <exception cref="BertMLNetException">A file cannot be written.</exception>
    public static void Save(EmbeddingSettings settings, string folder, int hiddenSize)
    {
        WriteJson(Path.Combine(folder, Encoder), json =>
        {
            json.WriteStartObject();
            TaskSettings.WriteNumber(json, "max_seq_length", settings.MaxLength);
            // The tokenizer does it, where it is to be done.
            json.WriteBoolean("do_lower_case", value: false);
            json.WriteEndObject();
        });
        WriteJson(Path.Combine(folder, Prompts), json => WritePrompts(settings, json));
        if (settings.Pooling == Pooling.Pooler)
            return;
        WriteJson(Path.Combine(folder, PoolingFolder, "config.json"), json => WritePooling(settings, json, hiddenSize));
        WriteJson(Path.Combine(folder, Modules), json =>
        {
            (string Path, string Type)[] modules = [("", "Transformer"), (PoolingFolder, "Pooling"), ("2_Normalize", "Normalize")];
            json.WriteStartArray();
            foreach ((int i, (string path, string type)) in modules.Take(settings.Normalize ? 3 : 2).Index())
            {
                json.WriteStartObject();
                json.WriteNumber("idx", i);
                json.WriteString("name", $"{i}");
                json.WriteString("path", path);
                json.WriteString("type", TypePrefix + type);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private static EmbeddingSettings ReadPooling(string folder, int hiddenSize)
    {
        using JsonFile file = Open(Path.Combine(folder, "config.json"), JsonValueKind.Object);
        JsonPart root = file.Root;
        if (root.Integer("word_embedding_dimension") is { } size && size != hiddenSize)
            throw root.Error($"\"word_embedding_dimension\" is {size}, and the encoder's vectors have {hiddenSize} numbers");
        string[] modes = root.String("pooling_mode") is { } mode
            ? [mode]
            :
            [
                .. root.Members().Where(member => member.Name.StartsWith(PoolingPrefix, StringComparison.Ordinal))
                    .Where(member => root.Boolean(member.Name) == true).Select(member => member.Name[PoolingPrefix.Length..]),
            ];
        Pooling[] known =
            [.. Modes.Where(one => modes.Any(asked => asked == one.Mode || one.Mode == $"{asked}_token" || one.Mode == $"{asked}_tokens")).Select(one => one.Pooling)];
        if (modes.Length != 1 || known.Length != 1)
        {
            string found = modes.Length == 0 ? "none" : string.Join(" with ", modes);
            throw root.Error(
                $"the pooling {found} is not supported; supported is one of {string.Join(", ", Modes.Select(one => one.Mode))}; say with an "
                + "option how else texts become vectors (pooling), or take another model");
        }
        return new EmbeddingSettings { Pooling = known[0], PoolsPrompt = root.Boolean("include_prompt") ?? true };
    }

    private static void WritePooling(EmbeddingSettings settings, Utf8JsonWriter json, int hiddenSize)
    {
        json.WriteStartObject();
        json.WriteNumber("word_embedding_dimension", hiddenSize);
        foreach ((Pooling pooling, string mode) in Modes)
            json.WriteBoolean(PoolingPrefix + mode, pooling == settings.Pooling);
        foreach (string mode in OtherModes)
            json.WriteBoolean(PoolingPrefix + mode, value: false);
        json.WriteBoolean("include_prompt", settings.PoolsPrompt);
        json.WriteEndObject();
    }

    private static void WritePrompts(EmbeddingSettings settings, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("prompts");
        foreach ((string name, string text) in settings.Prompts)
            json.WriteString(name, text);
        json.WriteEndObject();
        json.WriteString("default_prompt_name", settings.DefaultPromptName);
        json.WriteString("similarity_fn_name", settings.Similarity);
        json.WriteEndObject();
    }

    /// <summary>A module's folder, which lies in the model's.</summary>
    private static string FolderOf(string folder, JsonPart module)
    {
        string path = module.String("path") ?? throw module.Missing("path");
        string place = Path.GetFullPath(Path.Combine(folder, path));
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return path.Length == 0 || place.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? Path.Combine(folder, path)
            : throw module["path"]!.Wrong("a folder inside the model's");
    }

    private static JsonFile Open(string path, JsonValueKind kind) => JsonFile.Parse(SmallFile.Read(path, LargestFile), path, root: kind);

    private static JsonFile? OpenIfPresent(string path) => File.Exists(path) ? Open(path, JsonValueKind.Object) : null;

    private static void WriteJson(string path, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
            write(json);
        AtomicFile.WriteAllText(path, Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n");
    }
}
