using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.Conformance;

internal sealed class LengthMapper(LengthTransformer owner, DataViewSchema inputSchema) : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema { get; } = owner.GetOutputSchema(inputSchema);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var active = dependingColumns.Select(column => column.Index).ToHashSet();
        bool scores = active.Any(index => index >= inputSchema.Count);
        return inputSchema.Where(column => active.Contains(column.Index) || (scores && column.Name == owner.Column));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        => new Row(owner, this, input, [.. activeColumns.Select(column => column.Index)]);

    private sealed class Row : DataViewRow
    {
        private readonly LengthTransformer _owner;
        private readonly LengthMapper _mapper;
        private readonly DataViewRow _input;
        private readonly HashSet<int> _active;
        private readonly ValueGetter<ReadOnlyMemory<char>>? _text;
        private long _scoredPosition = -1;
        private float _score;

        public Row(LengthTransformer owner, LengthMapper mapper, DataViewRow input, HashSet<int> active)
        {
            _owner = owner;
            _mapper = mapper;
            _input = input;
            _active = active;
            if (active.Any(index => index >= mapper.InputSchema.Count))
                _text = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[owner.Column]);
        }

        public override DataViewSchema Schema => _mapper.OutputSchema;

        public override long Position => _input.Position;

        public override long Batch => _input.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            int added = column.Index - _mapper.InputSchema.Count;
            return added < 0
                ? _input.GetGetter<TValue>(_mapper.InputSchema[column.Index])
                : (ValueGetter<TValue>)LengthTransformer.Getter(added, Score);
        }

        private float Score()
        {
            if (_scoredPosition != Position)
            {
                ReadOnlyMemory<char> text = default;
                _text!(ref text);
                _score = _owner.Scorer.Score([text.ToString()])[0];
                _scoredPosition = Position;
            }

            return _score;
        }
    }
}
