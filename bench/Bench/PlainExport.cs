using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Bench;

/// <summary>
/// What common exporters write of the same weights, for the peers to run: standard operators, and every layer computed
/// for every token.
/// </summary>
internal static class PlainExport
{
    /// <summary>Writes a model folder whose name ends in <c>-plain</c> beside the given one.</summary>
    public static void Write(ParameterSet parameters, WordPieceTokenizer tokenizer, ModelFolder folder)
    {
        var plain = new ModelFolder(folder.FolderPath.TrimEnd('/') + "-plain");
        parameters.Config.Save(plain.ConfigPath, parameters.Head);
        tokenizer.Save(plain.FolderPath, parameters.Config.MaxPositionEmbeddings);
        var graph = new GraphBuilder();
        var bert = new PlainBert(graph, parameters, PaddedSequences.AddInputs(graph, TensorNames.HuggingFace, parameters.Config.Encoder));
        bert.Write(parameters.Head);
        AtomicFile.Write(plain.OnnxPath, stream => OnnxModelWriter.Write(graph, stream));
    }

    private sealed class PlainBert(GraphBuilder graph, ParameterSet parameters, PaddedSequences sequences) : PaddedBert(graph, parameters, sequences)
    {
        public void Write(Head head)
        {
            GraphValue hidden = Encode(selectedOnly: false);                            // [batch, sequence, H]
            if (head == Heads.Classes)
            {
                Graph.Output(TensorNames.Logits, Linear(Pooled(hidden), BertParameters.Classifier));
                return;
            }
            GraphValue spans = Linear(hidden, BertParameters.QaOutputs);                // [batch, sequence, 2]
            Graph.Output(TensorNames.StartLogits, Graph.Gather(spans, Graph.Integer(0), axis: 2));
            Graph.Output(TensorNames.EndLogits, Graph.Gather(spans, Graph.Integer(1), axis: 2));
        }
    }
}
