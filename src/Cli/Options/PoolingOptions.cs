using System.CommandLine;
using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary>How one vector is made of a text's tokens, where the model's folder does not say it or is not to be asked.</summary>
internal sealed class PoolingOptions
{
    private readonly Option<string?> _pooling = CommonOptions.OptionalChoice(
        "--pooling", "How one vector is made of a text's tokens (default: as the model's 1_Pooling/config.json says).",
        [.. EmbeddingSettings.PoolingNames]);

    private readonly Option<bool?> _normalize = new("--normalize")
    {
        Description = "Make vectors one long, so that dot products are cosines (default: as the model's modules.json says).",
    };

    /// <summary>The options, to be added to a command.</summary>
    public IReadOnlyList<Option> All => [_pooling, _normalize];

    /// <summary>Whether one of them was given.</summary>
    public bool AreGiven(ParseResult arguments) => arguments.GetResult(_pooling) is not null || arguments.GetResult(_normalize) is not null;

    /// <summary>Import options with what was given.</summary>
    public ImportOptions AddTo(ImportOptions options, ParseResult arguments) => options with
    {
        Pooling = arguments.GetValue(_pooling) is { } name ? EmbeddingSettings.PoolingOf(name) : null,
        Normalize = arguments.GetValue(_normalize),
    };
}
