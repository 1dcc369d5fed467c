namespace BertMLNet.Cli;

/// <summary>Options that do not go together, found out only when the command runs.</summary>
internal sealed class UsageException(string message) : Exception(message);
