using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace BertMLNet.Modeling;

public sealed partial class HubClient
{
    private const int MostRedirects = 10;
    private const int ChunkBytes = 1 << 20;

    /// <summary>Downloads a content into <c>BLOB.incomplete</c>, resuming what is there, checks it, and renames it.</summary>
    private async Task FetchAsync(
        string id, string commit, HubFile file, string blob, HubProgress progress, CancellationToken cancellationToken)
    {
        string incomplete = $"{blob}.incomplete";
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        for (int attempt = 0; ; attempt++)
        {
            using (var stream = new FileStream(incomplete, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
            {
                // What is longer than the content, or of unknown length, cannot be resumed.
                if (file.Size is null || stream.Length > file.Size)
                    stream.SetLength(0);
                if (file.Size is null || stream.Length < file.Size)
                {
                    await AppendAsync(id, AddressOf(id, commit, file.Name), file, stream, progress, cancellationToken)
                        .ConfigureAwait(false);
                }
                if (await HasTagAsync(stream, file.Tag, cancellationToken).ConfigureAwait(false))
                    break;
                stream.SetLength(0);
            }
            if (attempt == 1)
                throw new BertMLNetException($"{id}: '{file.Name}' does not have the checksum {file.Tag} that the hub gives, twice over.");
        }
        File.Move(incomplete, blob, overwrite: true);
    }

    private async Task AppendAsync(
        string id, Uri address, HubFile file, FileStream stream, HubProgress progress, CancellationToken cancellationToken)
    {
        // The range is computed anew for each attempt, so that a connection that breaks again and again still gets on.
        await SendAsync(
            id,
            HttpMethod.Get,
            address,
            () => stream.Length,
            async (response, token) =>
            {
                bool resumed = response.StatusCode == HttpStatusCode.PartialContent
                    && response.Content.Headers.ContentRange?.From == stream.Length;
                if (!resumed)
                    stream.SetLength(0);
                stream.Position = stream.Length;
                Stream content = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
                byte[] buffer = new byte[ChunkBytes];
                for (int read;
                    (read = await InTimeAsync(limited => content.ReadAsync(buffer, limited).AsTask(), token).ConfigureAwait(false)) > 0;)
                {
                    if (stream.Length + read > file.Size)
                        throw new BertMLNetException($"{id}: '{file.Name}' is longer than the {file.Size} bytes that the hub says.");
                    await stream.WriteAsync(buffer.AsMemory(0, read), token).ConfigureAwait(false);
                    progress.Report(stream.Length);
                }
                return stream.Length >= file.Size || file.Size is null
                    ? true
                    : throw new HttpRequestException("the connection ended early");
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Large files carry their SHA-256, small ones git's hash of a blob; other tags say nothing of the content.</summary>
    private static async Task<bool> HasTagAsync(FileStream stream, string tag, CancellationToken cancellationToken)
    {
        stream.Position = 0;
        byte[] hash;
        if (tag.Length == SHA256.HashSizeInBytes * 2)
        {
            hash = await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        else if (tag.Length == SHA1.HashSizeInBytes * 2)
        {
            using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
            sha1.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {stream.Length}\0")));
            byte[] buffer = new byte[ChunkBytes];
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
                sha1.AppendData(buffer, 0, read);
            hash = sha1.GetHashAndReset();
        }
        else
        {
            return true;
        }
        return string.Equals(Convert.ToHexString(hash), tag, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Sends a request, follows redirects, repeats what fails for a while, and hands a good response to <paramref name="read"/>.
    /// </summary>
    private async Task<T> SendAsync<T>(
        string id,
        HttpMethod method,
        Uri address,
        Func<long>? range,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        TimeSpan delay = _options.RetryDelay;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using HttpResponseMessage response =
                    await FollowAsync(method, address, range?.Invoke() ?? 0, cancellationToken).ConfigureAwait(false);
                RequireSuccess(id, response);
                return await read(response, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (attempt < _options.Retries && IsTransient(exception))
            {
                await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
                delay *= 2;
            }
            catch (IOException exception) when (IsTransient(exception))
            {
                throw new HttpRequestException(exception.Message, exception);
            }
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(HttpMethod method, Uri address, long from, CancellationToken cancellationToken)
    {
        for (int redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, address);
            if (from > 0)
                request.Headers.Range = new RangeHeaderValue(from, null);
            if (_options.Token is { } token && MayHaveToken(address))
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            HttpResponseMessage response = await InTimeAsync(
                limited => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limited),
                cancellationToken).ConfigureAwait(false);
            Uri? next = (int)response.StatusCode is >= 300 and < 400 ? response.Headers.Location : null;
            // What the hub says of a large file stands on the redirect itself.
            if (next is null || method == HttpMethod.Head && response.Headers.Contains("X-Linked-Etag"))
                return response;
            response.Dispose();
            next = new Uri(address, next);
            if (redirects == MostRedirects)
                throw new BertMLNetException($"{_options.Endpoint.Host}: redirects more than {MostRedirects} times.");
            if (next.Scheme is not ("https" or "http") || address.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
                throw new BertMLNetException($"{_options.Endpoint.Host}: redirects to the unsafe address of {next.Host}.");
            address = next;
        }
    }

    /// <summary>The token goes to the endpoint itself, over an encrypted connection or to this machine.</summary>
    private bool MayHaveToken(Uri address) =>
        Uri.Compare(address, _options.Endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
        && (address.Scheme == Uri.UriSchemeHttps || address.IsLoopback);

    private void RequireSuccess(string id, HttpResponseMessage response)
    {
        HttpStatusCode status = response.StatusCode;
        if ((int)status < 400)
            return;
        string host = _options.Endpoint.Host;
        throw status switch
        {
            HttpStatusCode.NotFound => new BertMLNetException($"{id}: {host} has no such model, revision or file."),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new BertMLNetException(
                $"{id}: {host} refuses access ({(int)status}); the model may not exist, or be private or gated: "
                + "set HF_TOKEN to a token that may read it."),
            HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError =>
                new HttpRequestException($"it answers {(int)status}", inner: null, statusCode: null),
            _ => new BertMLNetException($"{id}: {host} answers {(int)status}."),
        };
    }

    /// <summary>Fails where nothing comes for the time that the options allow; a slow download may take as long as it likes.</summary>
    private async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(_options.Timeout);
        try
        {
            return await work(limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer within {_options.Timeout.TotalSeconds:0} s", exception);
        }
    }

    /// <summary>Whether the network failed, rather than the disk.</summary>
    private static bool IsTransient(Exception exception) =>
        exception is HttpRequestException or HttpIOException or IOException { InnerException: SocketException };
}
