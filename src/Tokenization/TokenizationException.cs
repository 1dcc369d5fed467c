namespace BertMLNet.Tokenization;

/// <summary>
/// An error that the user can mend: a damaged or unsuitable vocabulary, a tokenizer of another kind, a text that does
/// not fit. The message is one line that says what is wrong, where, what was expected and how to mend it.
/// </summary>
public sealed class TokenizationException : Exception
{
    /// <summary>Creates the error with its one-line message.</summary>
    public TokenizationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with its one-line message and the exception that led to it.</summary>
    public TokenizationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
