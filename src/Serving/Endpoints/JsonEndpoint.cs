using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BertMLNet.AspNetCore;

/// <summary>An endpoint that takes JSON and gives JSON, whatever is in it: limits, and a clear answer to what cannot be answered.</summary>
/// <param name="path">The path.</param>
/// <param name="summary">What it does, in one line.</param>
/// <param name="expects">What the body looks like, for messages and documentation.</param>
internal sealed partial class JsonEndpoint<TRequest, TResponse>(string path, string summary, string expects)
    where TRequest : class
{
    /// <summary>The most bytes of a body.</summary>
    public required long MaxBodyBytes { get; init; }

    /// <summary>Throws where the model has no room for a request.</summary>
    public required Action RefuseIfFull { get; init; }

    /// <summary>Answers a request.</summary>
    public required Func<TRequest, CancellationToken, Task<TResponse>> Answer { get; init; }

    /// <summary>Adds the endpoint.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        // A plain request delegate would be left out of OpenAPI documents.
        RouteHandlerBuilder endpoint = routes.MapPost(path, (Delegate)HandleAsync);
        endpoint.WithName(path.Trim('/')).WithSummary(summary).WithDescription($"Takes {expects}")
            .Accepts<TRequest>("application/json").Produces<TResponse>();
        foreach (int status in (int[])[400, 413, 415, 422, 429, 500, 503])
            endpoint.Produces<ErrorResponse>(status);
    }

    private async Task HandleAsync(HttpContext http)
    {
        CancellationToken aborted = http.RequestAborted;
        try
        {
            RefuseIfFull();
            TRequest request = await ReadAsync(http.Request, aborted).ConfigureAwait(false);
            TResponse response = await Answer(request, aborted).ConfigureAwait(false);
            http.Response.ContentType = "application/json; charset=utf-8";
            await JsonSerializer.SerializeAsync(http.Response.Body, response, TypeInfo<TResponse>(), aborted).ConfigureAwait(false);
        }
        catch (Exception) when (aborted.IsCancellationRequested)
        {
            // Nobody reads an answer.
        }
        catch (RequestException exception)
        {
            await RefuseAsync(http, exception.Status, exception.Type, exception.Message).ConfigureAwait(false);
        }
        catch (BertQueueFullException exception)
        {
            http.Response.Headers.RetryAfter = ((int)exception.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await RefuseAsync(http, StatusCodes.Status429TooManyRequests, "Overloaded", exception.Message).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            await RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, "Unhealthy", "The service is stopping.").ConfigureAwait(false);
        }
        catch (BadHttpRequestException exception)
        {
            string message = exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLong : exception.Message;
            await RefuseAsync(http, exception.StatusCode, "Validation", message).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            ILogger logger = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(BertMetrics.MeterName);
            LogFailure(logger, exception, path);
            string message = exception is BertMLNetException
                ? exception.Message
                : "The model could not be run; the service's log says why.";
            await RefuseAsync(http, StatusCodes.Status500InternalServerError, "Backend", message).ConfigureAwait(false);
        }
    }

    private string TooLong => $"the body has more than {MaxBodyBytes} bytes; send several requests.";

    private async Task<TRequest> ReadAsync(HttpRequest request, CancellationToken aborted)
    {
        if (!request.HasJsonContentType())
            throw new RequestException(
                StatusCodes.Status415UnsupportedMediaType, "Validation", "the body must be 'Content-Type: application/json'.");
        if (request.ContentLength > MaxBodyBytes)
            throw RequestException.TooLarge(TooLong);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBodyBytes;
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, TypeInfo<TRequest>(), aborted).ConfigureAwait(false)
                ?? throw RequestException.Unprocessable($"the body is null; expected {expects}");
        }
        catch (JsonException exception)
        {
            string place = string.Create(
                CultureInfo.InvariantCulture, $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
            // The reader's own errors, of text that is no JSON, are what led to this one.
            throw exception.InnerException is JsonException
                ? RequestException.Malformed($"the body is no JSON ({place}); expected {expects}")
                : RequestException.Unprocessable($"the body is not as expected at '{exception.Path}' ({place}); expected {expects}");
        }
    }

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)ServingJson.Web.GetTypeInfo(typeof(T))!;

    private static async Task RefuseAsync(HttpContext http, int status, string type, string message)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        await JsonSerializer.SerializeAsync(
            http.Response.Body, new ErrorResponse(message, type), ServingJson.Web.ErrorResponse, http.RequestAborted).ConfigureAwait(false);
    }

    [LoggerMessage(LogLevel.Error, "{Path} failed")]
    private static partial void LogFailure(ILogger logger, Exception exception, string path);
}

/// <summary>Why a request was not answered.</summary>
/// <param name="Error">The reason, and a cure.</param>
/// <param name="ErrorType">The kind of error, by the names of text-embeddings-inference.</param>
internal sealed record ErrorResponse(string Error, string ErrorType);
