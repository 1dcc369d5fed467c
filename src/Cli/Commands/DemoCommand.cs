using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary><c>demo</c>: the main job on generated data, end to end.</summary>
internal sealed class DemoCommand : TrainingCommand
{
    private readonly Option<string> _output = new("--output")
    {
        Description = "The folder for everything the demo writes.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "bertmlnet-demo",
    };

    private readonly IReadOnlyList<CliTask> _tasks = [.. CliTask.All(TaskUse.None).Where(task => task.DemoWhat is not null)];
    private readonly Option<string> _task;

    public DemoCommand(CliTerminal terminal)
        : base("demo", "Fine-tune, export, verify and score through ML.NET on generated data, in minutes.", terminal)
    {
        _task = CommonOptions.Choice("--task", $"The job to show: {_tasks.Listed()}.", [.. _tasks.Select(task => task.Name)]);
        Add([_task, _output, .. Engine.All]);
    }

    protected override async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        string folder = arguments.GetRequiredValue(_output);
        TrainingEngineOptions engine = Engine.Choose(arguments, Terminal);
        CliTask task = _tasks.Single(task => task.Name == arguments.GetRequiredValue(_task));
        Terminal.Notice($"1/4  Generating {task.DemoWhat} in {folder}");
        Demo demo = task.CreateDemo(folder);

        Terminal.Notice($"2/4  Fine-tuning {ShippedModel.Name} on them, and exporting it to ONNX");
        TrainingRunOptions fineTuning = demo.FineTuning with
        {
            Resume = TrainingRun.IsUnfinished(demo.FineTuning.OutputPath), Overwrite = true,
        };
        TrainedModel trained = await TrainAsync(arguments, engine, "training", _ => fineTuning, cancellationToken);

        Terminal.Notice($"3/4  Verifying the ONNX graph against the training engine on held-out {task.DemoWhat}");
        float difference = await Task.Run(() => Verify(task, trained.Folder, demo, cancellationToken), cancellationToken);

        Terminal.Notice($"4/4  Scoring the held-out {task.DemoWhat} through an ML.NET pipeline");
        IReadOnlyList<DemoFigure> heldOut = await Task.Run(() => demo.ScoreThroughPipeline(trained.Folder.FolderPath), cancellationToken);
        Write(arguments, task, demo, trained, difference, heldOut, clock.Elapsed);
    }

    private static float Verify(CliTask task, ModelFolder model, Demo demo, CancellationToken cancellationToken)
    {
        (ParameterSet parameters, _) = model.LoadParameters(cancellationToken);
        using var engine = new OnnxRuntimeEngine(parameters, new OptimizerOptions([]));
        IFeatureSet features = task.ReadRows(
            model, parameters.Config, WordPieceTokenizer.Load(model.FolderPath), demo.HeldOutPath, int.MaxValue, cancellationToken);
        return ExportCheck.LargestDifference(
            engine, parameters.Head, features, model.OnnxPath, examples: features.Count, cancellationToken: cancellationToken);
    }

    private static void Write(
        ParseResult arguments,
        CliTask task,
        Demo demo,
        TrainedModel trained,
        float difference,
        IReadOnlyList<DemoFigure> heldOut,
        TimeSpan elapsed)
    {
        TextWriter output = arguments.InvocationConfiguration.Output;
        TaskMetrics best = trained.Outcome.Best;
        double rate = trained.Outcome.Examples / trained.Outcome.TrainingTime.TotalSeconds;
        if (WantsJson(arguments))
        {
            JsonOutput.WriteLine(output, json =>
            {
                foreach (DemoFigure figure in heldOut)
                    json.WriteNumber(figure.Name, figure.Value);
                json.WriteNumber($"validation{char.ToUpperInvariant(best.PrimaryName[0])}{best.PrimaryName[1..]}", best.Primary);
                json.WriteNumber("largestLogitDifference", difference);
                json.WriteNumber("seconds", elapsed.TotalSeconds);
                json.WriteString("model", trained.Folder.FolderPath);
            });
            return;
        }
        TextTable.Write(
            output,
            ["result", "value"],
            [
                .. heldOut.Select(figure => (IReadOnlyList<string>)[$"{figure.Title}, through ML.NET", Percent(figure.Value)]),
                [$"validation {best.PrimaryName} while training", Percent(best.Primary)],
                ["largest logit difference, ONNX and engine", difference.ToString("0.0e+0", CultureInfo.InvariantCulture)],
                ["training throughput", string.Create(CultureInfo.InvariantCulture, $"{rate:N0} examples/s")],
                ["time in all", string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0} s")],
            ]);
        output.WriteLine();
        TextTable.Write(
            output,
            ["file", "what"],
            [
                [demo.TrainingPath, $"{task.DemoWhat} learned from"],
                [demo.HeldOutPath, $"{task.DemoWhat} measured with; no combination of names is in both"],
                [trained.Folder.FolderPath, "model folder, in Hugging Face's layout"],
                [trained.Folder.OnnxPath, "ONNX graph"],
                [trained.Folder.ReportPath, "report with curves and errors, for a browser"],
            ]);
    }

    private static string Percent(double fraction) => fraction.ToString("0.0 %", CultureInfo.InvariantCulture);
}
