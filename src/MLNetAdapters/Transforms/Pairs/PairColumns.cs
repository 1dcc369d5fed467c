using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>The columns that pair classification reads and adds.</summary>
internal static class PairColumns
{
    public static string[] Inputs(BertPairClassifyOptions options) =>
        TextColumns.Names(options.Sentence1ColumnName, options.Sentence2ColumnName);

    /// <summary>The added columns for a model with these labels.</summary>
    /// <exception cref="BertMLNetException">The binary shape is asked of a model that has not two labels.</exception>
    public static OutputColumn<PairPrediction>[] Outputs(BertPairClassifyOptions options, IReadOnlyList<string> labels)
    {
        if (options.BinaryScore && labels.Count != 2)
        {
            throw new BertMLNetException(
                $"{options.ModelPath}: the binary score needs a model with two labels, this one has {labels.Count}; leave BinaryScore off.");
        }
        var columns = new List<OutputColumn<PairPrediction>> { Label(options, labels), Score(options, labels) };
        if (labels.Count == 2 && options.ProbabilityColumnName is { } probability)
            columns.Add(Number(probability, (in PairPrediction row, ref float value) => value = row.Probabilities.Span[1]));
        return [.. columns];
    }

    private static OutputColumn<PairPrediction> Label(BertPairClassifyOptions options, IReadOnlyList<string> labels)
    {
        string name = options.OutputColumnName;
        if (options.BinaryScore)
        {
            return OutputColumn<PairPrediction>.Of<bool>(
                name, BooleanDataViewType.Instance, (in PairPrediction row, ref bool value) => value = row.LabelIndex == 1);
        }
        if (options.PredictedLabelAsKey)
        {
            // Key 0 is the missing value, so the first label is key 1.
            return OutputColumn<PairPrediction>.Of<uint>(
                name,
                new KeyDataViewType(typeof(uint), labels.Count),
                (in PairPrediction row, ref uint value) => value = (uint)row.LabelIndex + 1,
                Names("KeyValues", labels));
        }
        return OutputColumn<PairPrediction>.Of<ReadOnlyMemory<char>>(
            name, TextDataViewType.Instance, (in PairPrediction row, ref ReadOnlyMemory<char> value) => value = row.Label.AsMemory());
    }

    private static OutputColumn<PairPrediction> Score(BertPairClassifyOptions options, IReadOnlyList<string> labels)
    {
        if (options.BinaryScore)
        {
            return Number(
                options.ScoreColumnName,
                (in PairPrediction row, ref float value) => value = row.Logits.Span[1] - row.Logits.Span[0]);
        }
        return OutputColumn<PairPrediction>.Of<VBuffer<float>>(
            options.ScoreColumnName,
            new VectorDataViewType(NumberDataViewType.Single, labels.Count),
            (in PairPrediction row, ref VBuffer<float> value) =>
            {
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, row.Probabilities.Length);
                row.Probabilities.Span.CopyTo(editor.Values);
                value = editor.Commit();
            },
            Names("SlotNames", labels));
    }

    private static OutputColumn<PairPrediction> Number(string name, ValueWriter<PairPrediction, float> write) =>
        OutputColumn<PairPrediction>.Of(name, NumberDataViewType.Single, write);

    /// <summary>An annotation with the labels' names, of the kind that ML.NET gives slots (of scores) and values (of keys).</summary>
    private static DataViewSchema.Annotations Names(string kind, IReadOnlyList<string> labels)
    {
        ReadOnlyMemory<char>[] names = [.. labels.Select(label => label.AsMemory())];
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(
            kind,
            new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(names.Length, names).CopyTo(ref value));
        return builder.ToAnnotations();
    }
}
