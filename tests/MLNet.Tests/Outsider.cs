using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>A transformer that ML.NET does not know: it does what one of ML.NET's does, and remembers its disposal.</summary>
/// <param name="inner">What it does.</param>
/// <param name="saves">Whether it hands the context to the other when it is saved; it writes nothing otherwise.</param>
/// <param name="mapsRows">Whether it says that it maps single rows.</param>
internal sealed class Outsider(ITransformer inner, bool saves = true, bool mapsRows = true) : ITransformer, IDisposable
{
    public bool IsDisposed { get; private set; }

    public bool IsRowToRowMapper => mapsRows;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

    public IDataView Transform(IDataView input) => inner.Transform(input);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => inner.GetRowToRowMapper(inputSchema);

    public void Dispose() => IsDisposed = true;

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (saves)
            ((ICanSaveModel)inner).Save(ctx);
    }
}
