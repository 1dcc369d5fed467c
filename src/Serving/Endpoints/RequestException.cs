using Microsoft.AspNetCore.Http;

namespace BertMLNet.AspNetCore;

/// <summary>A request that is not answered, with the status and the kind of error that its sender is told.</summary>
internal sealed class RequestException(int status, string type, string message) : Exception(message)
{
    /// <summary>The status of the response.</summary>
    public int Status => status;

    /// <summary>The kind of error, by the names of text-embeddings-inference.</summary>
    public string Type => type;

    /// <summary>More than is taken: <c>413</c>.</summary>
    public static RequestException TooLarge(string message) => new(StatusCodes.Status413PayloadTooLarge, "Validation", message);

    /// <summary>Not what the model takes: <c>422</c>.</summary>
    public static RequestException Unprocessable(string message) => new(StatusCodes.Status422UnprocessableEntity, "Validation", message);

    /// <summary>No JSON at all: <c>400</c>.</summary>
    public static RequestException Malformed(string message) => new(StatusCodes.Status400BadRequest, "Validation", message);
}
