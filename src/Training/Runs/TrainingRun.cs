using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BertMLNet.Training;

/// <summary>
/// Trains a model into a model folder: learns, writes the best weights, the configuration, the tokenizer and the ONNX
/// graphs, checks the graphs against the engine, and writes what was measured. Every task ends here.
/// </summary>
public static class TrainingRun
{
    /// <summary>Loads the model and the data, trains, and writes the model folder.</summary>
    /// <param name="options">
    /// What to train on what: <see cref="PairFineTuningOptions"/>, <see cref="QuestionFineTuningOptions"/>,
    /// <see cref="EntityFineTuningOptions"/> or <see cref="PretrainingOptions"/>.
    /// </param>
    /// <param name="environment">The engine and whom to report to.</param>
    /// <param name="cancellationToken">Ends the run and leaves a checkpoint from which it can be resumed.</param>
    /// <exception cref="BertMLNetException">
    /// An option, the model or the data is wrong, another run writes into the folder, the folder cannot be written, it holds an
    /// unfinished run that is not to be resumed, or one with other settings; or the loss is not finite.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; it can be resumed.</exception>
    public static TrainedModel Execute(
        TrainingRunOptions options, TrainingEnvironment? environment = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        environment ??= new TrainingEnvironment();
        var folder = new ModelFolder(options.OutputPath);
        using AtomicFolder output = AtomicFolder.Open(folder.FolderPath);
        RequireLeave(folder, options);
        PreparedRun run = options.Prepare(environment.Logger, cancellationToken);
        OptimizerOptions optimizer = OptimizerOptions.For(run.Parameters.Specs, run.Training);
        using ITrainingEngine engine = environment.Engine.Create(run.Parameters, optimizer);
        environment.Logger.LogInformation(
            "Training on {Training} examples, judging by {Validation}, with {Engine}.",
            run.Task.Training.Count, run.Task.Validation.Count, engine.Description);

        using TensorBoardLog? events = environment.TensorBoard
            ? new(Path.Combine(folder.TrainingPath, "tensorboard"), environment.Progress)
            : null;
        var trainer = new Trainer(
            engine, optimizer.Groups, run.Task, run.Training, new CheckpointStore(folder.TrainingPath, environment.Logger),
            environment.Logger, events ?? environment.Progress);
        TrainingOutcome outcome = trainer.Run(options.Resume, cancellationToken);
        if (!outcome.WasFinished)
        {
            Write(output, run, engine, outcome, environment, cancellationToken);
            trainer.Complete();
        }
        return new TrainedModel(folder, outcome);
    }

    /// <summary>
    /// Whether a folder holds a run that was cut short and can be gone on with (<see cref="TrainingRunOptions.Resume"/>).
    /// </summary>
    /// <exception cref="BertMLNetException">Another run writes into the folder, or what it left is damaged.</exception>
    public static bool IsUnfinished(string outputPath)
    {
        var folder = new ModelFolder(outputPath);
        if (!Directory.Exists(folder.TrainingPath))
            return false;
        using AtomicFolder held = AtomicFolder.Open(outputPath);
        return new CheckpointStore(folder.TrainingPath).ReadState() is { IsFinished: false };
    }

    /// <summary>
    /// A model that is there is replaced where that is asked for alone; a run that is to be gone on with has asked before.
    /// </summary>
    private static void RequireLeave(ModelFolder folder, TrainingRunOptions options)
    {
        if (options.Overwrite || !(File.Exists(folder.ConfigPath) || File.Exists(folder.WeightsPath)))
            return;
        // The model to start from is not to be replaced, whatever is asked for, as is said where it is opened.
        if (RealPath.Same(options.ModelPath, folder.FolderPath))
            return;
        TrainingState? state = Directory.Exists(folder.TrainingPath) ? new CheckpointStore(folder.TrainingPath).ReadState() : null;
        if (state is { IsFinished: false } || (state is not null && options.Resume))
            return;
        throw new BertMLNetException(
            $"{folder.FolderPath}: holds {Describe(folder)}; replace it (option overwrite), or choose another output.");
    }

    private static string Describe(ModelFolder folder)
    {
        try
        {
            BertConfig config = folder.LoadConfig();
            return config.Head.HasLabels
                ? $"a finished {config.Encoder.ClassOf(config.Head)} with the labels {string.Join(", ", config.Labels.Take(5))}"
                    + (config.Labels.Count > 5 ? $" and {config.Labels.Count - 5} more" : "")
                : $"a finished {config.Encoder.ClassOf(config.Head)}";
        }
        catch (BertMLNetException)
        {
            return "another kind of model, or a damaged one";
        }
    }

    /// <summary>
    /// Writes all files of the model folder, which come into place together: labels, weights and graphs are of one model.
    /// </summary>
    private static void Write(
        AtomicFolder output,
        PreparedRun run,
        ITrainingEngine engine,
        TrainingOutcome outcome,
        TrainingEnvironment environment,
        CancellationToken cancellationToken)
    {
        ParameterSet parameters = run.Parameters;
        foreach (ParameterSpec spec in parameters.Specs)
            FiniteWeights.Read(engine, spec.Name, parameters[spec.Name]);
        // Of a run that was resumed the checkpoint knows single numbers alone.
        TaskMetrics best = outcome.Best is RecordedMetrics
            ? Evaluator.Evaluate(engine, run.Task.Validation, run.Training.MicroBatchTokens, cancellationToken: cancellationToken)
            : outcome.Best;
        var place = new ModelFolder(output.FolderPath);
        output.Write(
            temporary =>
            {
                var folder = new ModelFolder(temporary);
                folder.SaveFiles(parameters);
                run.SavedConfig?.Invoke(best).Save(folder.ConfigPath, parameters.Head);
                run.Tokenizer.Save(folder.FolderPath, parameters.Config.LongestSequence);
                // A model that predicts tokens is there to be fine-tuned; nothing scores with its graph.
                float? largest = OnnxExporter.HasGraph(parameters.Head)
                    ? Export(folder, run, engine, environment, cancellationToken)
                    : null;

                var record = new RunDocuments(run, outcome, environment.Command, engine.Description, largest);
                AtomicFile.WriteAllText(folder.MetricsPath, record.ToJson());
                record.ToReport([.. best.Tables, .. run.Describe?.Invoke(engine) ?? []]).Save(folder.ReportPath);
                AtomicFile.WriteAllText(folder.ModelCardPath, record.ToModelCard());
            },
            // Graphs of other weights, those that are not written anew among them, must not pass for these.
            obsolete: place.GraphPaths.Select(graph => Path.GetRelativePath(place.FolderPath, graph)));
    }

    /// <summary>Writes the graphs and returns the largest difference of their logits from the engine's.</summary>
    private static float Export(
        ModelFolder folder, PreparedRun run, ITrainingEngine engine, TrainingEnvironment environment, CancellationToken cancellationToken)
    {
        ParameterSet parameters = run.Parameters;
        float largest = 0;
        foreach (string graph in OnnxExporter.ExportFolder(parameters, folder, cancellationToken: cancellationToken))
        {
            float difference = ExportCheck.LargestDifference(
                engine, parameters.Head, run.Task.Validation, graph, cancellationToken: cancellationToken);
            ExportCheck.RequireRounding(graph, difference);
            largest = Math.Max(largest, difference);
        }
        environment.Logger.LogInformation(
            "The exported graphs' logits differ from the trained model's by at most {Difference:0.0e+0}.", largest);
        return largest;
    }
}

/// <summary>What a training run works with and reports to.</summary>
public sealed record TrainingEnvironment
{
    /// <summary>What trains: ONNX Runtime on the CPU, where nothing else is said.</summary>
    public TrainingEngineOptions Engine { get; init; } = new OnnxRuntimeEngineOptions();

    /// <summary>The command that repeats the run, for the report.</summary>
    public string Command { get; init; } = "";

    /// <summary>Is told of the run's events.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Is told of every update.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Whether the curves are written to <c>training/tensorboard</c> while the run goes on, for TensorBoard to show.</summary>
    public bool TensorBoard { get; init; }
}

/// <summary>What a training run made.</summary>
/// <param name="Folder">The model folder.</param>
/// <param name="Outcome">How training went.</param>
public sealed record TrainedModel(ModelFolder Folder, TrainingOutcome Outcome);
