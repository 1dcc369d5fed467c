namespace BertMLNet.Tests;

/// <summary>Tests that read the process's memory run when no others do.</summary>
[CollectionDefinition(nameof(MemoryCollection), DisableParallelization = true)]
public sealed class MemoryCollection;
