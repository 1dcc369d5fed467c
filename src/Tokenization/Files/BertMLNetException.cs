namespace BertMLNet;

/// <summary>
/// An error that the user can mend: bad input, a damaged file, a model that does not fit. The message is one line
/// that says what is wrong, where (file, line, tensor or column), what was expected and how to mend it.
/// </summary>
public sealed class BertMLNetException : Exception
{
    private const int LongestMessage = 1000;

    /// <summary>Creates the error with its one-line message.</summary>
    public BertMLNetException(string message)
        : base(OneLine(message))
    {
    }

    /// <summary>Creates the error with its one-line message and the exception that led to it.</summary>
    public BertMLNetException(string message, Exception innerException)
        : base(OneLine(message), innerException)
    {
    }

    /// <summary>Messages quote names out of files, which may hold line breaks or escape sequences, or be of any length.</summary>
    private static string OneLine(string message)
    {
        if (message.Length > LongestMessage)
            message = $"{message.AsSpan(0, LongestMessage)}…";
        return message.Any(char.IsControl) ? string.Concat(message.Select(c => char.IsControl(c) ? ' ' : c)) : message;
    }
}
