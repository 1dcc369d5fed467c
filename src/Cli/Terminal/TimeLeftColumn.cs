using Spectre.Console;
using Spectre.Console.Rendering;

namespace BertMLNet.Cli;

/// <summary>The time left, where it is known how much there is to do.</summary>
internal sealed class TimeLeftColumn : ProgressColumn
{
    private readonly RemainingTimeColumn _remaining = new();

    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        task.IsIndeterminate ? Text.Empty : _remaining.Render(options, task, deltaTime);
}
