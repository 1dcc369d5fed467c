namespace BertMLNet.Modeling;

/// <summary>What the hub says of a file before it is downloaded.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Tag">Its content tag: the SHA-256 of a large file, the git blob hash (SHA-1) of a small one.</param>
/// <param name="Size">Its bytes; null where the hub does not say.</param>
internal sealed record HubFile(string Name, string Tag, long? Size);
