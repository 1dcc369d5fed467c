using System.CommandLine;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>What training needs to know for one task besides what every task needs.</summary>
internal interface ITaskOptions
{
    /// <summary>The options, to be added to a command.</summary>
    IReadOnlyList<Option> All { get; }

    /// <summary>The data and how to use it; what every task shares is the caller's to set.</summary>
    TrainingRunOptions Read(ParseResult arguments, string trainingPath, string? validationPath);
}
