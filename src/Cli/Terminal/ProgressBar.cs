using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BertMLNet.Cli;

/// <summary>A bar on standard error with rate and time left; nothing at all where no person watches.</summary>
internal sealed class ProgressBar
{
    private readonly ProgressTask? _task;

    private ProgressBar(ProgressTask? task) => _task = task;

    /// <summary>
    /// Runs <paramref name="work"/>, which reports to the bar, off this thread; the unit is what is counted, in the plural.
    /// </summary>
    public static async Task<T> RunAsync<T>(CliTerminal terminal, string title, string unit, Func<ProgressBar, Task<T>> work)
    {
        if (terminal.Screen is not { } screen)
            return await Task.Run(() => work(new ProgressBar(null)));

        return await screen.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new RateColumn(unit),
                new TimeLeftColumn())
            .StartAsync(progress =>
            {
                ProgressTask task = progress.AddTask(Markup.Escape(title));
                task.IsIndeterminate = true;
                return Task.Run(() => work(new ProgressBar(task)));
            });
    }

    /// <summary>Says how far the work is, of a total where that is known, and what is being done where that has changed.</summary>
    public void Report(double done, double? total, string? title = null)
    {
        if (_task is null)
            return;
        _task.IsIndeterminate = total is null;
        _task.MaxValue = Math.Max(total ?? double.MaxValue, 1);
        _task.Value = done;
        if (title is not null)
            _task.Description = Markup.Escape(title);
    }
}

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

/// <summary>The time left, where it is known how much there is to do.</summary>
internal sealed class TimeLeftColumn : ProgressColumn
{
    private readonly RemainingTimeColumn _remaining = new();

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        task.IsIndeterminate ? Text.Empty : _remaining.Render(options, task, deltaTime);
}
