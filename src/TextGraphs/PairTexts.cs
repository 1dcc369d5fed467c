using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.TextGraphs;

/// <summary>
/// Pairs of texts as inputs of a graph, tokenized inside it: a loop over the rows runs the tokenizer's operator, shortens
/// the longer text first and pads; what comes out is as long as the longest row. The graph takes <c>sentence1</c> and
/// <c>sentence2</c> [batch], and gives <c>logits</c>, <c>class_id</c> and <c>class</c>, as the module does that TensorFlow's
/// tutorial on fine-tuning BERT exports. It runs where onnxruntime-extensions is registered, whose tokenizer knows fewer letters
/// and marks than ours beyond Latin script.
/// </summary>
/// <param name="tokenizer">The model's tokenizer.</param>
public sealed class PairTexts(WordPieceTokenizer tokenizer) : IGraphInputs
{
    /// <inheritdoc/>
    /// <exception cref="BertMLNetException">
    /// The model classifies no pairs, or the tokenizer cannot be put into a graph, or is another model's.
    /// </exception>
    PaddedSequences IGraphInputs.AddTo(GraphBuilder graph, IParameterSource parameters)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(parameters);
        if (!string.Equals(parameters.Head.Architecture, Heads.Classes.Architecture))
        {
            throw new BertMLNetException(
                $"Only a pair classifier's graph can take texts, and the model's head is {parameters.Head}; "
                + "export the graph without a tokenizer.");
        }
        if (parameters.Config.Classification?.SentencePairs == false)
        {
            throw new BertMLNetException(
                "A graph with the tokenizer inside takes pairs, and the model was trained on single texts; "
                + "export the graph without a tokenizer.");
        }
        return AddInputs(graph, tokenizer, parameters.Config);
    }

    /// <inheritdoc/>
    void IGraphInputs.AddOutputs(GraphBuilder graph, GraphValue output, BertConfig config)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(config);
        IReadOnlyList<string> labels = config.Labels;
        GraphValue best = graph.Node("ArgMax", [output], ElementType.Int64, [output.Shape[0]], new() { ["axis"] = 1L, ["keepdims"] = 0L });
        GraphValue names = graph.Node("Constant", [], ElementType.String, [labels.Count], new() { ["value_strings"] = labels.ToArray() });
        graph.Output(TensorNames.ClassId, best);
        graph.Output(TensorNames.Class, graph.Gather(names, best));
    }

    /// <summary>Adds the inputs and the loop.</summary>
    internal static PaddedSequences AddInputs(GraphBuilder graph, WordPieceTokenizer tokenizer, BertConfig config)
    {
        if (tokenizer.Vocabulary.Count > config.VocabSize)
        {
            throw new BertMLNetException(
                $"The vocabulary has {tokenizer.Vocabulary.Count} tokens, the model {config.VocabSize} embeddings; "
                + "put the model's own vocabulary beside it.");
        }
        int longest = config.LongestClassified;
        GraphValue sentence1 = graph.Input(TensorNames.Sentence1, ElementType.String, PaddedSequences.Batch);
        GraphValue sentence2 = graph.Input(TensorNames.Sentence2, ElementType.String, PaddedSequences.Batch);

        graph.EnterScope("tokenizer");
        GraphBuilder body = graph.Body();
        GraphValue row = body.Input("row", ElementType.Int64);
        GraphValue goOn = body.Input("go_on", ElementType.Bool);
        GraphValue index = body.Unsqueeze(row, 0);                                      // [1]
        GraphValue texts = Concat(body, 2, body.Gather(sentence1, index), body.Gather(sentence2, index));
        (GraphValue ids, GraphValue types) = Shortened(body, ExtensionTokenizer.Encode(body, tokenizer, texts), room: longest - 3);
        GraphValue length = body.ShapeOf(ids);                                          // [1]
        body.Output("go_on_out", goOn);
        body.Output("padded_ids", Padded(body, ids, length, longest, tokenizer.PaddingTokenId));
        body.Output("padded_types", Padded(body, types, length, longest, value: 0));
        body.Output("length", length);

        GraphValue rows = graph.Gather(graph.ShapeOf(sentence1), graph.Integer(0));
        Dimension[] padded = [PaddedSequences.Batch, longest];
        IReadOnlyList<GraphValue> scanned = graph.Node(
            "Loop",
            [rows, null],
            [(ElementType.Int64, padded), (ElementType.Int64, padded), (ElementType.Int64, [PaddedSequences.Batch, 1])],
            new() { ["body"] = body });
        return Cut(graph, scanned[0], scanned[1], lengths: scanned[2], longest);
    }

    /// <summary>Shortens [CLS] first [SEP] second [SEP] to fit, the longer text first; of two as long the first.</summary>
    private static (GraphValue Ids, GraphValue Types) Shortened(GraphBuilder body, (GraphValue Ids, GraphValue Types) sequence, int room)
    {
        // The second segment is the second text and its [SEP].
        GraphValue second = body.Sub(body.ReduceSum(sequence.Types, [0], keepDimensions: true), body.Integers(1));
        GraphValue first = body.Sub(body.Sub(body.ShapeOf(sequence.Ids), second), body.Integers(3));

        // Half the room is a text's own; what the other one leaves of it comes on top. An odd token goes to the longer text.
        GraphValue share = body.Node(
            "Where",
            [body.Node("Greater", [first, second], ElementType.Bool, [1]), body.Integers(room / 2), body.Integers(room - room / 2)],
            ElementType.Int64,
            [1]);
        GraphValue keptFirst = Least(first, body.Sub(body.Integers(room), Least(second, share)));
        GraphValue keptSecond = Least(second, body.Sub(body.Integers(room), keptFirst));

        GraphValue secondStart = body.Add(first, body.Integers(1));                     // at the [SEP] before it
        return (Parts(sequence.Ids), Parts(sequence.Types));

        GraphValue Least(GraphValue a, GraphValue b) => body.Node("Min", [a, b], ElementType.Int64, [1]);

        GraphValue Parts(GraphValue x) => Concat(
            body,
            "kept",
            body.Slice(x, body.Integers(0), body.Add(keptFirst, body.Integers(1)), axis: 0, "kept_first"),
            body.Slice(x, secondStart, body.Add(body.Add(secondStart, keptSecond), body.Integers(1)), axis: 0, "kept_second"),
            body.Slice(x, body.Integers(-1), body.Integers(int.MaxValue), axis: 0, 1));
    }

    private static GraphValue Padded(GraphBuilder body, GraphValue x, GraphValue length, int longest, long value)
    {
        GraphValue padding = Concat(body, 2, body.Integers(0), body.Sub(body.Integers(longest), length));
        return body.Node("Pad", [x, padding, body.Integer(value)], ElementType.Int64, [longest]);
    }

    /// <summary>Cuts off the columns that are padding in every row, and derives the mask.</summary>
    private static PaddedSequences Cut(GraphBuilder graph, GraphValue ids, GraphValue types, GraphValue lengths, int longest)
    {
        GraphValue columns = graph.Node("ReduceMax", [graph.Gather(lengths, graph.Integer(0), axis: 1)], ElementType.Int64, [1]);
        GraphValue positions = graph.Slice(
            graph.Integers([.. Enumerable.Range(0, longest)]), graph.Integers(0), columns, axis: 0, PaddedSequences.Sequence);
        GraphValue real = graph.Node("Less", [positions, lengths], ElementType.Bool, [PaddedSequences.Batch, PaddedSequences.Sequence]);
        return new(Columns(ids), graph.Cast(real, ElementType.Int64), Columns(types));

        GraphValue Columns(GraphValue x) => graph.Slice(x, graph.Integers(0), columns, axis: 1, PaddedSequences.Sequence);
    }

    private static GraphValue Concat(GraphBuilder graph, Dimension joined, params ReadOnlySpan<GraphValue> parts) =>
        graph.Node("Concat", [.. parts], parts[0].Type, [joined], new() { ["axis"] = 0L });
}
