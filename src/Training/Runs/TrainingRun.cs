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
        using RunLock held = RunLock.Acquire(folder.TrainingPath);
        PreparedRun run = options.Prepare(environment.Logger, cancellationToken);
        OptimizerOptions optimizer = ParameterGroups.For(run.Parameters.Specs, run.Training);
        using ITrainingEngine engine = environment.CreateEngine?.Invoke(run.Parameters, optimizer)
            ?? new OnnxRuntimeEngine(run.Parameters, optimizer);
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
            Write(folder, run, engine, outcome, environment, cancellationToken);
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
        using RunLock held = RunLock.Acquire(folder.TrainingPath);
        return new CheckpointStore(folder.TrainingPath).ReadState() is { IsFinished: false };
    }

    private static void Write(
        ModelFolder folder,
        PreparedRun run,
        ITrainingEngine engine,
        TrainingOutcome outcome,
        TrainingEnvironment environment,
        CancellationToken cancellationToken)
    {
        // The run holds the folder: what lies half-written in it is a killed run's.
        AtomicFile.DeleteLeftOvers(folder.FolderPath, "*", SearchOption.AllDirectories);
        // Graphs of other weights, those that are not written anew among them, must not pass for these.
        foreach (string graph in folder.GraphPaths.Where(File.Exists))
            File.Delete(graph);
        ParameterSet parameters = run.Parameters;
        foreach (ParameterSpec spec in parameters.Specs)
            FiniteWeights.Read(engine, spec.Name, parameters[spec.Name]);
        folder.Save(parameters);
        run.SavedConfig?.Invoke(outcome.Best).Save(folder.ConfigPath, parameters.Head);
        run.Tokenizer.Save(folder.FolderPath, parameters.Config.LongestSequence);
        // A model that predicts tokens is there to be fine-tuned; nothing scores with its graph.
        float? largest = OnnxExporter.HasGraph(parameters.Head) ? Export(folder, run, engine, environment, cancellationToken) : null;

        var record = new RunDocuments(run, outcome, environment.Command, engine.Description, largest);
        AtomicFile.WriteAllText(folder.MetricsPath, record.ToJson());
        TaskMetrics best = outcome.Best is RecordedMetrics
            ? Evaluator.Evaluate(engine, run.Task.Validation, run.Training.MicroBatchTokens, cancellationToken: cancellationToken)
            : outcome.Best;
        record.ToReport([.. best.Tables, .. run.Describe?.Invoke(engine) ?? []]).Save(folder.ReportPath);
        AtomicFile.WriteAllText(folder.ModelCardPath, record.ToModelCard());
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
    /// <summary>Makes the engine for a model; null for ONNX Runtime on the CPU.</summary>
    public Func<ParameterSet, OptimizerOptions, ITrainingEngine>? CreateEngine { get; init; }

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
