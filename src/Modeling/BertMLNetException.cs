namespace BertMLNet.Modeling;

/// <summary>
/// An error that the user can mend: bad input, a damaged file, a model that does not fit. The message is one line
/// that says what is wrong, where (file, line, tensor or column), what was expected and how to mend it.
/// </summary>
public sealed class BertMLNetException : Exception
{
    /// <summary>Creates the error with its one-line message.</summary>
    public BertMLNetException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with its one-line message and the exception that led to it.</summary>
    public BertMLNetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
