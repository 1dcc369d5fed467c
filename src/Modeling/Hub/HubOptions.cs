namespace BertMLNet.Modeling;

/// <summary>Where models are downloaded from and kept.</summary>
public sealed class HubOptions
{
    /// <summary>The hub's address (<c>HF_ENDPOINT</c>).</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>The cache folder, in the layout that Hugging Face's tools share (<c>HF_HUB_CACHE</c>, else <c>HF_HOME/hub</c>).</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Whether only the cache may be used (<c>HF_HUB_OFFLINE</c>).</summary>
    public bool Offline { get; init; }

    /// <summary>
    /// The access token for private and gated models (<c>HF_TOKEN</c>, else the file <c>HF_TOKEN_PATH</c> or
    /// <c>HF_HOME/token</c>). It is sent to the endpoint alone, never to a host that the endpoint redirects to, and never logged.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>The branch, tag or commit.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>How often a failed request is repeated.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>The wait before the first repetition; it doubles with each.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the hub may send nothing before the request is given up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Reads the environment variables that Hugging Face's tools read.</summary>
    /// <exception cref="BertMLNetException"><c>HF_ENDPOINT</c> is not an address.</exception>
    public static HubOptions FromEnvironment() => From(Environment.GetEnvironmentVariable);

    internal static HubOptions From(Func<string, string?> variable)
    {
        string? Value(string name) => variable(name) is { Length: > 0 } value ? value : null;

        string home = Value("HF_HOME")
            ?? Path.Combine(
                Value("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
                "huggingface");
        string endpoint = Value("HF_ENDPOINT") ?? "https://huggingface.co";
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? address) || address.Scheme is not ("https" or "http"))
            throw new BertMLNetException($"HF_ENDPOINT: '{endpoint}' is not an http or https address.");
        return new HubOptions
        {
            Endpoint = address,
            CacheFolder = Value("HF_HUB_CACHE") ?? Value("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub"),
            Offline = IsTrue(Value("HF_HUB_OFFLINE")) || IsTrue(Value("TRANSFORMERS_OFFLINE")),
            Token = Value("HF_TOKEN") ?? ReadToken(Value("HF_TOKEN_PATH") ?? Path.Combine(home, "token")),
        };
    }

    private static bool IsTrue(string? value) => value?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

    private static string? ReadToken(string path)
    {
        try
        {
            return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A token that cannot be read is none: public models need none.
            return null;
        }
    }
}

/// <summary>Adds up the bytes of a download's files.</summary>
internal sealed class HubProgress(IProgress<TransferProgress>? progress, long total)
{
    private string _file = "";
    private long _before;

    public void Begin(string file) => _file = file;

    /// <summary>Reports that this many bytes of the current file are there.</summary>
    public void Report(long bytes) => progress?.Report(new TransferProgress(_file, _before + bytes, total));

    public void Complete(long bytes)
    {
        Report(bytes);
        _before += bytes;
    }
}
