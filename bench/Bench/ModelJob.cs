using System.CommandLine;
using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Bench;

/// <summary>Writes a model folder with random weights, which cost the same time as any others, and beside it one for the peers.</summary>
internal static class ModelJob
{
    private static readonly Option<string> Output = new("--output") { Description = "The folder to write.", Required = true };
    private static readonly Option<string> Vocabulary = new("--vocab-file") { Description = "vocab.txt.", Required = true };
    private static readonly Option<string> Head = new("--head") { Description = "pair or qa.", DefaultValueFactory = _ => "pair" };

    public static Command Command()
    {
        var command = new Command("model", "Writes a model folder with random weights and all graphs.") { Output, Vocabulary, Head };
        ModelOptions.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static void Run(ParseResult arguments)
    {
        var vocabulary = WordPieceTokenizer.Load(arguments.GetRequiredValue(Vocabulary));
        BertConfig config = ModelOptions.Read(arguments) with { VocabSize = vocabulary.Vocabulary.Count };
        Head head = arguments.GetValue(Head) == "qa" ? Heads.Questions : Heads.Classes;
        ParameterSet parameters = ParameterSet.Initialize(config, head, seed: 1);
        var folder = new ModelFolder(arguments.GetRequiredValue(Output));
        folder.Save(parameters);
        vocabulary.Save(folder.FolderPath, config.MaxPositionEmbeddings);
        OnnxExporter.ExportFolder(parameters, folder);
        OnnxExporter.Export(parameters, folder.QuantizedOnnxPath, new ExportOptions { Precision = GraphPrecision.Int8 });
        PlainExport.Write(parameters, vocabulary, folder);
    }
}
