namespace Microsoft.ML;

/// <summary>Argument checks, with the exception types that ML.NET uses.</summary>
internal static class Check
{
    /// <summary>The state is wrong: InvalidOperationException.</summary>
    public static void That(bool condition, string message)
    {
        if (!condition)
            throw new InvalidOperationException(message);
    }

    /// <summary>An argument has a wrong value: ArgumentOutOfRangeException.</summary>
    public static void Parameter(bool condition, string name, string message)
    {
        if (!condition)
            throw new ArgumentOutOfRangeException(name, message);
    }

    public static void NotEmpty(string value, string name)
    {
        if (string.IsNullOrEmpty(value))
            throw new ArgumentNullException(name);
    }
}
