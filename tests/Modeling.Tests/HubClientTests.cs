using BertMLNet.TestKit;

namespace BertMLNet.Modeling.Tests;

public sealed class HubClientTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HubServer _server = new();
    private readonly ParameterSet _model = Models.Random(Models.Tiny, Heads.Classes, seed: 1);

    public HubClientTests()
    {
        new ModelFolder(_folder["original"]).Save(_model);
        foreach (string file in Directory.GetFiles(_folder["original"]))
            _server.Files.Add(Path.GetFileName(file), File.ReadAllBytes(file));
        _server.Files.Add("vocab.txt", "[PAD]\n[UNK]\n"u8.ToArray());
        _server.Files.Add("pytorch_model.bin", [1, 2, 3]);
        _server.Files.Add("flax_model.msgpack", [1, 2, 3]);
    }

    private string Cache => _folder["cache"];

    private string Root => Path.Combine(Cache, "models--org--tiny");

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    private HubOptions Options(bool offline = false, string? token = null, Uri? endpoint = null) => new()
    {
        Endpoint = endpoint ?? _server.Endpoint,
        CacheFolder = Cache,
        Offline = offline,
        Token = token,
        RetryDelay = TimeSpan.FromMilliseconds(1),
    };

    private async Task<string> DownloadAsync(HubOptions options, IProgress<TransferProgress>? progress = null)
    {
        using var client = new HubClient(options);
        return await client.DownloadAsync("org/tiny", progress, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_model_is_downloaded_into_the_layout_that_Hugging_Faces_tools_share()
    {
        string snapshot = await DownloadAsync(Options());

        Assert.Equal(Path.Combine(Root, "snapshots", HubServer.Commit), snapshot);
        Assert.Equal(HubServer.Commit, File.ReadAllText(Path.Combine(Root, "refs", "main")));
        Assert.Equal(["config.json", "model.safetensors", "vocab.txt"], Directory.GetFiles(snapshot).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var weights = new FileInfo(Path.Combine(snapshot, "model.safetensors"));
        Assert.StartsWith(Path.Combine("..", "..", "blobs"), weights.LinkTarget);
        Assert.Equal(_server.Files["model.safetensors"], File.ReadAllBytes(weights.FullName));
        Models.AssertEqual(_model, new ModelFolder(snapshot).LoadParameters().Parameters);
    }

    [Fact]
    public async Task What_is_cached_is_not_downloaded_again()
    {
        await DownloadAsync(Options());
        _server.Requests.Clear();

        await DownloadAsync(Options());

        Assert.DoesNotContain(_server.Requests, request => request.StartsWith("GET", StringComparison.Ordinal) && !request.Contains("/api/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_download_that_breaks_off_goes_on_where_it_stopped()
    {
        _server.BreakOffs = 2;

        string snapshot = await DownloadAsync(Options());

        Assert.Equal(_server.Files["model.safetensors"], File.ReadAllBytes(Path.Combine(snapshot, "model.safetensors")));
        Assert.Contains(_server.Requests, request => request.Contains("store", StringComparison.Ordinal) && request.Contains("bytes=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_busy_server_is_asked_again()
    {
        _server.Unavailable = 3;

        string snapshot = await DownloadAsync(Options());

        Assert.True(File.Exists(Path.Combine(snapshot, "model.safetensors")));
    }

    [Theory]
    [InlineData("model.safetensors")]
    public async Task A_content_of_another_checksum_is_refused_and_not_kept(string file)
    {
        _server.Falsified[file] = [.. _server.Files[file].Select((b, i) => i == 100 ? (byte)(b ^ 1) : b)];

        var error = await Assert.ThrowsAsync<BertMLNetException>(() => DownloadAsync(Options()));

        Assert.Contains("checksum", error.Message);
        Assert.False(File.Exists(Path.Combine(Root, "snapshots", HubServer.Commit, file)));
        Assert.False(File.Exists(Path.Combine(Root, "refs", "main")));
    }

    [Fact]
    public async Task A_content_longer_than_announced_is_refused()
    {
        _server.Falsified["model.safetensors"] = [.. _server.Files["model.safetensors"], 1];

        var error = await Assert.ThrowsAsync<BertMLNetException>(() => DownloadAsync(Options()));

        Assert.Contains("longer", error.Message);
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_never_to_the_store_it_redirects_to()
    {
        _server.RequiredToken = "hf_secret";

        await DownloadAsync(Options(token: "hf_secret"));

        Assert.NotEmpty(_server.TokensSeen);
        Assert.All(_server.TokensSeen, seen => Assert.Equal("hub Bearer hf_secret", seen));
        Assert.Contains(_server.Requests, request => request.StartsWith("GET store", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_that_needs_a_token_says_so_without_telling_the_one_it_has()
    {
        _server.RequiredToken = "hf_secret";

        var error = await Assert.ThrowsAsync<BertMLNetException>(() => DownloadAsync(Options(token: "hf_wrong")));

        Assert.Contains("HF_TOKEN", error.Message);
        Assert.DoesNotContain("hf_wrong", error.ToString());
    }

    [Fact]
    public async Task Offline_mode_and_a_missing_network_use_the_cache_alone()
    {
        var nowhere = new Uri("http://127.0.0.1:9");
        var offline = await Assert.ThrowsAsync<BertMLNetException>(() => DownloadAsync(Options(offline: true)));
        var noNetwork = await Assert.ThrowsAsync<BertMLNetException>(() => DownloadAsync(Options(endpoint: nowhere)));
        string snapshot = await DownloadAsync(Options());
        _server.Requests.Clear();

        Assert.Equal(snapshot, await DownloadAsync(Options(offline: true)));
        Assert.Empty(_server.Requests);
        Assert.Equal(snapshot, await DownloadAsync(Options(endpoint: nowhere)));
        Assert.Contains("HF_HUB_OFFLINE", offline.Message);
        Assert.Contains("cannot be reached", noNetwork.Message);
        Assert.DoesNotContain('\n', noNetwork.Message);
    }

    [Fact]
    public async Task Progress_ends_at_the_total()
    {
        var reports = new List<TransferProgress>();

        await DownloadAsync(Options(), new Reports<TransferProgress>(reports));

        Assert.Equal(_server.Files.Where(file => file.Key is "config.json" or "vocab.txt" or "model.safetensors").Sum(file => file.Value.Length), reports[^1].Total);
        Assert.Equal(reports[^1].Total, reports[^1].Done);
        Assert.Equal(reports.Select(report => report.Done).Order(), reports.Select(report => report.Done));
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_named()
    {
        using var client = new HubClient(Options());

        var error = await Assert.ThrowsAsync<BertMLNetException>(() => client.DownloadAsync("org/other", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("org/other", error.Message);
    }

    [Theory]
    [InlineData("bert-base-uncased", true)]
    [InlineData("google-bert/bert-base-uncased", true)]
    [InlineData("../x", false)]
    [InlineData("a/b/c", false)]
    [InlineData("a/..", false)]
    [InlineData("a--b/c", false)]
    [InlineData("/a", false)]
    [InlineData("", false)]
    public void Model_ids_are_told_from_paths(string text, bool isId) => Assert.Equal(isId, HubClient.IsModelId(text));

    [Fact]
    public void The_environment_is_read_as_Hugging_Faces_tools_read_it()
    {
        File.WriteAllText(_folder["token"], "hf_file\n");
        var variables = new Dictionary<string, string?> { ["HF_HOME"] = _folder.Path, ["HF_HUB_OFFLINE"] = "1", ["HF_ENDPOINT"] = "https://hub.example" };

        var options = HubOptions.From(variables.GetValueOrDefault);
        variables["HF_TOKEN"] = "hf_variable";
        variables["HF_ENDPOINT"] = "nonsense";

        Assert.Equal((_folder["hub"], true, "hf_file", "hub.example"), (options.CacheFolder, options.Offline, options.Token, options.Endpoint.Host));
        Assert.Contains("HF_ENDPOINT", Assert.Throws<BertMLNetException>(() => HubOptions.From(variables.GetValueOrDefault)).Message);
        variables.Remove("HF_ENDPOINT");
        Assert.Equal("hf_variable", HubOptions.From(variables.GetValueOrDefault).Token);
    }
}
