using System.CommandLine;
using BertMLNet.Bench;

var inner = new Command("inner", "Measures the inner parts one by one, with BenchmarkDotNet.");
inner.SetAction(_ => InnerBenchmarks.Run());
var root = new RootCommand("Measures BertMLNet; bench/README.md says what for.")
{
    DuelsJob.Command(),
    GrowthJob.Command(),
    EncodersJob.Command(),
    TrainingStepJob.Command(),
    ScoreJob.Command(),
    AnswerJob.Command(),
    TokenizeJob.Command(),
    GemmJob.Command(),
    ModelJob.Command(),
    ServeJob.Command(),
    inner,
};
return root.Parse(args).Invoke();
