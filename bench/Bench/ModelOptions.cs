using System.CommandLine;
using BertMLNet.Modeling;

namespace BertMLNet.Bench;

/// <summary>The options that describe a model's size; the defaults are those of a four-layer model.</summary>
internal static class ModelOptions
{
    private static readonly Option<int> Layers = new("--layers") { DefaultValueFactory = _ => 4 };
    private static readonly Option<int> Hidden = new("--hidden") { DefaultValueFactory = _ => 256 };
    private static readonly Option<int> Heads = new("--heads") { DefaultValueFactory = _ => 4 };
    private static readonly Option<int> Intermediate = new("--intermediate") { DefaultValueFactory = _ => 1024 };
    private static readonly Option<int> Vocabulary = new("--vocabulary") { DefaultValueFactory = _ => 30522 };
    private static readonly Option<float> Dropout = new("--dropout") { DefaultValueFactory = _ => 0.1f };

    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Layers, Hidden, Heads, Intermediate, Vocabulary, Dropout])
            command.Options.Add(option);
    }

    public static BertConfig Read(ParseResult arguments) => new()
    {
        NumHiddenLayers = arguments.GetValue(Layers),
        HiddenSize = arguments.GetValue(Hidden),
        NumAttentionHeads = arguments.GetValue(Heads),
        IntermediateSize = arguments.GetValue(Intermediate),
        VocabSize = arguments.GetValue(Vocabulary),
        HiddenDropoutProb = arguments.GetValue(Dropout),
        AttentionProbsDropoutProb = arguments.GetValue(Dropout),
    };
}
