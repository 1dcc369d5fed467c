using System.Numerics;
using Microsoft.ML.Data;

namespace BertMLNet;

/// <summary>The columns that tokenization adds.</summary>
internal static class TokenColumns
{
    public static string[] Inputs(BertTokenizeOptions options) =>
        TextColumns.Names(options.Sentence1ColumnName, options.Sentence2ColumnName);

    public static OutputColumn<TokenSequence>[] Outputs(BertTokenizeOptions options) =>
    [
        Column(options.InputIdsColumnName, (in TokenSequence row, ref VBuffer<long> value) => Write<int>(row.Ids.Span, ref value)),
        Column(options.AttentionMaskColumnName, (in TokenSequence row, ref VBuffer<long> value) =>
        {
            VBufferEditor<long> editor = VBufferEditor.Create(ref value, row.Ids.Length);
            editor.Values.Fill(1);
            value = editor.Commit();
        }),
        Column(options.TokenTypeIdsColumnName, (in TokenSequence row, ref VBuffer<long> value) => Write<byte>(row.TypeIds.Span, ref value)),
    ];

    private static OutputColumn<TokenSequence> Column(string name, ValueWriter<TokenSequence, VBuffer<long>> write) =>
        OutputColumn<TokenSequence>.Of(name, new VectorDataViewType(NumberDataViewType.Int64), write);

    private static void Write<T>(ReadOnlySpan<T> source, ref VBuffer<long> value)
        where T : INumberBase<T>
    {
        VBufferEditor<long> editor = VBufferEditor.Create(ref value, source.Length);
        for (int i = 0; i < source.Length; i++)
            editor.Values[i] = long.CreateTruncating(source[i]);
        value = editor.Commit();
    }
}
