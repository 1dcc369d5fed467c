namespace BertMLNet.Cli.Tests;

/// <summary>Tests that change the process's current folder or console run alone.</summary>
[CollectionDefinition(nameof(CurrentFolder), DisableParallelization = true)]
public sealed class CurrentFolder;
