using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using BertMLNet.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Cli;

/// <summary><c>demo</c>: the main job on generated data, end to end.</summary>
internal sealed class DemoCommand : CliCommand
{
    private readonly Option<string> _task = new("--task") { Description = "The job to show.", DefaultValueFactory = _ => "pair" };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The folder for everything the demo writes.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "bertmlnet-demo",
    };

    private readonly EngineOptionsGroup _engine = new();

    public DemoCommand(CliTerminal terminal)
        : base("demo", "Fine-tune, export, verify and score through ML.NET on generated data, in minutes.", terminal)
    {
        _task.AcceptOnlyFromAmong("pair");
        Options.Add(_task);
        Options.Add(_output);
        _engine.AddTo(this);
    }

    protected override async Task RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        string folder = arguments.GetRequiredValue(_output);
        Func<ParameterSet, OptimizerOptions, ITrainingEngine> createEngine = _engine.Choose(arguments, Terminal);
        Terminal.Notice($"1/4  Generating sentence pairs and a vocabulary in {folder}");
        PairDemo demo = PairDemo.Create(folder);

        Terminal.Notice("2/4  Fine-tuning a small BERT on them, and exporting it to ONNX");
        FineTuneResult trained = await ProgressBar.RunAsync(Terminal, "training", "updates", bar => Task.FromResult(FineTuner.Run(
            new PairFineTuningOptions
            {
                ModelPath = demo.Start.FolderPath,
                OutputPath = demo.ModelPath,
                Training = () => PairFile.Open(demo.TrainingPath),
                Optimization = PairDemo.TrainingOptions,
                FromScratch = true,
            },
            new FineTuneEnvironment
            {
                CreateEngine = createEngine,
                Command = CommandText.Of(arguments),
                Logger = CreateLogger(arguments),
                Progress = new TrainingProgressBar(bar),
            },
            cancellationToken)));

        Terminal.Notice("3/4  Verifying the ONNX graph against the training engine on held-out pairs");
        float difference = await Task.Run(() => Verify(trained.Folder, demo.HeldOutPath, cancellationToken), cancellationToken);

        Terminal.Notice("4/4  Scoring the held-out pairs through an ML.NET pipeline");
        MulticlassClassificationMetrics heldOut = await Task.Run(() => ScoreThroughPipeline(trained.Folder.FolderPath, demo.HeldOutPath), cancellationToken);
        Write(arguments, demo, trained, difference, heldOut, clock.Elapsed);
    }

    private static float Verify(ModelFolder model, string rows, CancellationToken cancellationToken)
    {
        using ICheckpoint weights = CheckpointFormats.Open(model.FolderPath);
        (ParameterSet parameters, _) = ParameterLoader.Load(weights, model.LoadConfig(), TaskHead.PairClassification, cancellationToken: cancellationToken);
        using var engine = new OnnxRuntimeEngine(parameters, new OptimizerOptions { Groups = [] });
        PairTokenizer tokenize = PairTokenizers.For(WordPieceTokenizer.Load(model.FolderPath), parameters.Config.MaxPositionEmbeddings);
        using PairFile file = PairFile.Open(rows);
        PairInputs inputs = PairInputs.Tokenize([.. file.Read(cancellationToken).Select(example => (example.Sentence1, example.Sentence2))], tokenize);
        return ExportCheck.LargestDifference(engine, parameters.Head, inputs, model.OnnxPath, examples: inputs.Count, cancellationToken: cancellationToken);
    }

    private static MulticlassClassificationMetrics ScoreThroughPipeline(string model, string rows)
    {
        var context = new MLContext();
        IDataView pairs = context.Data.LoadFromTextFile<LabelledPair>(rows, hasHeader: true);
        IEstimator<ITransformer> pipeline = context.Transforms.BertLabelToKey(model, "Label")
            .Append(context.Transforms.BertPairClassify(new BertPairClassifyOptions { ModelPath = model, PredictedLabelAsKey = true }));
        return context.MulticlassClassification.Evaluate(pipeline.Fit(pairs).Transform(pairs));
    }

    private static void Write(
        ParseResult arguments, PairDemo demo, FineTuneResult trained, float difference, MulticlassClassificationMetrics heldOut, TimeSpan elapsed)
    {
        TextWriter output = arguments.InvocationConfiguration.Output;
        ConfusionMatrix confusion = heldOut.ConfusionMatrix;
        if (WantsJson(arguments))
        {
            JsonOutput.WriteLine(output, json =>
            {
                json.WriteNumber("heldOutAccuracy", heldOut.MicroAccuracy);
                json.WriteNumber("heldOutRecall", confusion.PerClassRecall[1]);
                json.WriteNumber("heldOutPrecision", confusion.PerClassPrecision[1]);
                json.WriteNumber("validationAccuracy", trained.Outcome.Best.Primary);
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
                ["held-out accuracy, through ML.NET", Percent(heldOut.MicroAccuracy)],
                ["held-out precision and recall of 'equivalent'", $"{Percent(confusion.PerClassPrecision[1])}, {Percent(confusion.PerClassRecall[1])}"],
                ["validation accuracy while training", Percent(trained.Outcome.Best.Primary)],
                ["largest logit difference, ONNX and engine", difference.ToString("0.0e+0", CultureInfo.InvariantCulture)],
                ["training throughput", string.Create(CultureInfo.InvariantCulture, $"{trained.Outcome.Examples / trained.Outcome.TrainingTime.TotalSeconds:N0} pairs/s")],
                ["time in all", string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0} s")],
            ]);
        output.WriteLine();
        TextTable.Write(
            output,
            ["file", "what"],
            [
                [demo.TrainingPath, "pairs learned from"],
                [demo.HeldOutPath, "pairs measured with; no combination of names is in both"],
                [trained.Folder.FolderPath, "model folder, in Hugging Face's layout"],
                [trained.Folder.OnnxPath, "ONNX graph"],
                [trained.Folder.ReportPath, "report with curves and errors, for a browser"],
            ]);
    }

    private static string Percent(double fraction) => fraction.ToString("0.0 %", CultureInfo.InvariantCulture);

    private sealed class LabelledPair
    {
        [LoadColumn(0)]
        public string Sentence1 { get; set; } = "";

        [LoadColumn(1)]
        public string Sentence2 { get; set; } = "";

        [LoadColumn(2)]
        public string Label { get; set; } = "";
    }
}
