using Microsoft.ML;

namespace BertMLNet;

/// <summary>Reads what a scoring needs of the row that an upstream cursor stands on.</summary>
internal sealed class RowReader<TRow, TResult>
{
    private readonly RowScoring<TRow, TResult> _scoring;
    private readonly ValueGetter<ReadOnlyMemory<char>>[] _getters;
    private readonly ReadOnlyMemory<char>[] _texts;

    public RowReader(RowScoring<TRow, TResult> scoring, DataViewRow row)
    {
        _scoring = scoring;
        _getters = [.. scoring.InputColumns.Select(name => row.GetGetter<ReadOnlyMemory<char>>(row.Schema[name]))];
        _texts = new ReadOnlyMemory<char>[_getters.Length];
    }

    public TRow Read()
    {
        for (int i = 0; i < _getters.Length; i++)
            _getters[i](ref _texts[i]);
        return _scoring.Read(_texts);
    }
}
