using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BertMLNet.Modeling;

/// <summary>
/// Downloads models from Hugging Face's hub, or one that speaks its language, into the cache that its tools share. A file
/// that is complete in the cache is not downloaded again; one that broke off is resumed; every content is checked against
/// the hash that the hub gives.
/// </summary>
public sealed partial class HubClient : IDisposable
{
    private const int LargestListing = 16 << 20;
    private const RegexOptions Strict = RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;

    private static readonly string[] SmallFiles =
    [
        "config.json", "bert_config.json", "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
        "added_tokens.json", .. SentenceTransformerFiles.All,
    ];

    private readonly HubOptions _options;
    private readonly ILogger _logger;
    private readonly HttpClient _http;

    /// <summary>Creates a client.</summary>
    public HubClient(HubOptions options, ILogger<HubClient>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _logger = logger ?? NullLogger<HubClient>.Instance;
        // Redirects are followed by hand, so that the token stays with the endpoint.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(20) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("bertmlnet/0.1");
    }

    /// <summary>Whether a text looks like a model's id: <c>name</c> or <c>organization/name</c>.</summary>
    public static bool IsModelId(string text) =>
        ModelId().IsMatch(text) && !text.Contains("--", StringComparison.Ordinal) && !text.Contains("..", StringComparison.Ordinal);

    /// <summary>Fetches a model's configuration, vocabulary and weights, whatever of them is not cached yet.</summary>
    /// <param name="id">The model's id, e.g. <c>google-bert/bert-base-uncased</c>.</param>
    /// <param name="progress">Told the bytes of all files together.</param>
    /// <param name="cancellationToken">Stops the download; what has come is kept and resumed the next time.</param>
    /// <returns>The snapshot's folder, for <see cref="ModelFolder.Find"/>.</returns>
    /// <exception cref="BertMLNetException">
    /// The model does not exist, is not open to this user, has no weights, or there is no network and it is not cached.
    /// </exception>
    public async Task<string> DownloadAsync(
        string id, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (!IsModelId(id))
        {
            throw new BertMLNetException(
                $"'{id}' is not a model's id; expected 'organization/name', such as google-bert/bert-base-uncased.");
        }
        if (!Revision().IsMatch(_options.Revision) || _options.Revision.Contains("..", StringComparison.Ordinal))
            throw new BertMLNetException($"'{_options.Revision}' is not a revision; expected a branch, tag or commit.");
        var cache = new HubCache(_options.CacheFolder, id);
        if (_options.Offline)
        {
            return FindCached(cache) ?? throw new BertMLNetException(
                $"{id}: not in the cache {_options.CacheFolder}, and HF_HUB_OFFLINE forbids to download it.");
        }
        try
        {
            return await DownloadAsync(id, cache, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (exception.StatusCode is null)
        {
            if (FindCached(cache) is { } cached)
            {
                LogCacheUsed(id, _options.Endpoint.Host);
                return cached;
            }
            throw new BertMLNetException(
                $"{id}: {_options.Endpoint.Host} cannot be reached ({exception.Message}); check the network, or give a local folder.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{id}: cannot be kept in {_options.CacheFolder}: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private string? FindCached(HubCache cache) =>
        cache.FindCommit(_options.Revision) is { } commit && HasModel(cache.Snapshot(commit)) ? cache.Snapshot(commit) : null;

    private static bool HasModel(string folder)
    {
        string[] names = [.. Directory.EnumerateFiles(folder).Where(File.Exists).Select(file => Path.GetFileName(file))];
        return (names.Contains("config.json") || names.Contains("bert_config.json")) && WeightFiles(names).Count > 0;
    }

    private async Task<string> DownloadAsync(
        string id, HubCache cache, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        (string commit, string[] names) = await ListAsync(id, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> weights = WeightFiles(names);
        if (weights.Count == 0)
            throw new BertMLNetException($"{id}: the hub's folder holds no model.safetensors, pytorch_model.bin or TensorFlow checkpoint.");

        var files = new List<HubFile>();
        foreach (string name in SmallFiles.Intersect(names).Concat(weights))
            files.Add(await DescribeAsync(id, commit, name, cancellationToken).ConfigureAwait(false));
        var tally = new HubProgress(progress, files.All(file => file.Size is not null) ? files.Sum(file => file.Size!.Value) : 0);
        foreach (HubFile file in files)
        {
            tally.Begin(file.Name);
            if (!File.Exists(cache.Blob(file.Tag)))
                await FetchAsync(id, commit, file, cache.Blob(file.Tag), tally, cancellationToken).ConfigureAwait(false);
            tally.Complete(new FileInfo(cache.Blob(file.Tag)).Length);
            cache.Link(commit, file.Name, file.Tag);
        }
        // Last, so that the reference never names a snapshot that is not complete.
        cache.SaveCommit(_options.Revision, commit);
        return cache.Snapshot(commit);
    }

    private async Task<(string Commit, string[] Files)> ListAsync(string id, CancellationToken cancellationToken)
    {
        var address = new Uri($"{Root}/api/models/{id}/revision/{Uri.EscapeDataString(_options.Revision)}");
        byte[] json = await SendAsync(id, HttpMethod.Get, address, range: null, ReadListingAsync, cancellationToken).ConfigureAwait(false);
        using var document = JsonFile.Parse(json, address.Host, asEdited: true);
        string commit = document.Root.String("sha")
            ?? throw new BertMLNetException($"{id}: {address.Host} did not say which commit '{_options.Revision}' is.");
        if (document.Root["siblings"] is not { Kind: JsonValueKind.Array } siblings)
            throw new BertMLNetException($"{id}: {address.Host} did not list the model's files.");
        return (commit, [.. siblings.Items().Select(sibling => sibling.String("rfilename") ?? "")]);
    }

    private Task<byte[]> ReadListingAsync(HttpResponseMessage response, CancellationToken cancellationToken) => InTimeAsync(
        async limited =>
        {
            await response.Content.LoadIntoBufferAsync(LargestListing, limited).ConfigureAwait(false);
            return await response.Content.ReadAsByteArrayAsync(limited).ConfigureAwait(false);
        },
        cancellationToken);

    private Task<HubFile> DescribeAsync(string id, string commit, string name, CancellationToken cancellationToken) =>
        SendAsync(
            id,
            HttpMethod.Head,
            AddressOf(id, commit, name),
            range: null,
            (response, _) => Task.FromResult(Describe(id, name, response)),
            cancellationToken);

    private static HubFile Describe(string id, string name, HttpResponseMessage response)
    {
        // Large files are redirected elsewhere; the hub says in headers of its own what will be found there.
        string? tag = Header(response, "X-Linked-Etag") ?? response.Headers.ETag?.Tag ?? Header(response, "ETag");
        tag = tag?.Replace("W/", "", StringComparison.Ordinal).Trim('"');
        if (string.IsNullOrEmpty(tag))
            throw new BertMLNetException($"{id}: the hub gave no content tag for '{name}'.");
        bool linked = long.TryParse(Header(response, "X-Linked-Size"), System.Globalization.CultureInfo.InvariantCulture, out long size);
        bool redirected = (int)response.StatusCode is >= 300 and < 400;
        return new HubFile(name, tag, linked ? size : redirected ? null : response.Content.Headers.ContentLength);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;

    private Uri AddressOf(string id, string commit, string name) => new($"{Root}/{id}/resolve/{commit}/{name}");

    private string Root => _options.Endpoint.AbsoluteUri.TrimEnd('/');

    /// <summary>The files of the first kind of weights that the list has.</summary>
    private static IReadOnlyList<string> WeightFiles(IReadOnlyCollection<string> names)
    {
        foreach (Regex kind in new[] { Safetensors(), SafetensorsShards(), PyTorch(), PyTorchShards(), TensorFlow() })
        {
            string[] found = [.. names.Where(name => kind.IsMatch(name)).Order(StringComparer.Ordinal)];
            if (found.Length > 0)
                return found;
        }
        return [];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Host} cannot be reached; {Id} is taken from the cache.")]
    private partial void LogCacheUsed(string id, string host);

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]{0,95}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,95})?$", Strict, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ModelId();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_./-]{0,127}$", Strict, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Revision();

    [GeneratedRegex(@"^model\.safetensors$", Strict, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Safetensors();

    [GeneratedRegex(@"^model(-[0-9]{5}-of-[0-9]{5}\.safetensors|\.safetensors\.index\.json)$", Strict, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SafetensorsShards();

    [GeneratedRegex(@"^pytorch_model\.bin$", Strict, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PyTorch();

    [GeneratedRegex(@"^pytorch_model(-[0-9]{5}-of-[0-9]{5}\.bin|\.bin\.index\.json)$", Strict, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PyTorchShards();

    [GeneratedRegex(@"^[A-Za-z0-9_-]+\.ckpt[A-Za-z0-9_-]*\.(index|data-[0-9]{5}-of-[0-9]{5})$", Strict, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TensorFlow();
}
