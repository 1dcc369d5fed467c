using Microsoft.ML;

namespace BertMLNet;

/// <summary>Gives getters their type back.</summary>
internal static class Getters
{
    /// <summary>The getter as the consumer asked for it.</summary>
    /// <exception cref="InvalidOperationException">The column holds values of another type.</exception>
    public static ValueGetter<TValue> Typed<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue>
        ?? throw new InvalidOperationException(
            $"Column '{column.Name}' holds {column.Type} (read as {column.Type.RawType}), not {typeof(TValue)}.");
}
