using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BertMLNet.Cli;

/// <summary>How much was done, and how much a second.</summary>
internal sealed class RateColumn(string unit) : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        string done = task.IsIndeterminate
            ? string.Create(CultureInfo.InvariantCulture, $"{task.Value:N0} {unit}")
            : string.Create(CultureInfo.InvariantCulture, $"{task.Value:N0}/{task.MaxValue:N0} {unit}");
        double seconds = task.ElapsedTime?.TotalSeconds ?? 0;
        return new Text(seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"{done}, {task.Value / seconds:N1}/s") : done);
    }
}
