using System.CommandLine;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>Writes what a training run made: for people where the files are, for machines the numbers.</summary>
internal static class TrainingResultWriter
{
    public static void Write(ParseResult arguments, TrainedModel result)
    {
        TextWriter output = arguments.InvocationConfiguration.Output;
        TrainingOutcome outcome = result.Outcome;
        if (arguments.GetValue<bool>(BertMLNetCommand.JsonName))
        {
            JsonOutput.WriteLine(output, json =>
            {
                json.WriteString("output", result.Folder.FolderPath);
                json.WriteNumber("bestEpoch", outcome.BestEpoch);
                json.WriteNumber("epochs", outcome.Epochs.Count);
                json.WriteNumber("seconds", outcome.Elapsed.TotalSeconds);
                outcome.Best.WriteProperties(json);
            });
            return;
        }
        output.WriteLine($"best: epoch {outcome.BestEpoch} of {outcome.Epochs.Count}: {outcome.Best}");
        output.WriteLine($"model:   {result.Folder.FolderPath}");
        if (File.Exists(result.Folder.OnnxPath))
            output.WriteLine($"graph:   {result.Folder.OnnxPath}");
        output.WriteLine($"metrics: {result.Folder.MetricsPath}");
        output.WriteLine($"report:  {result.Folder.ReportPath}");
    }
}
