using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>How values are written: missing ones as ?, keys from 0, booleans as 0 and 1, numbers so that they read back the same.</summary>
internal static class TextFormats
{
    private const string Missing = "?";

    public static Func<T, string> For<T>(DataViewType type, char separator)
    {
        Delegate format = type switch
        {
            TextDataViewType => (Func<ReadOnlyMemory<char>, string>)(text => TextFormatter.Quote(text.Span, separator)),
            BooleanDataViewType => (Func<bool, string>)(value => value ? "1" : "0"),
            KeyDataViewType => (Func<T, string>)(value => Key(Convert.ToUInt64(value, CultureInfo.InvariantCulture))),
            TimeSpanDataViewType => (Func<TimeSpan, string>)(value => $"\"{value:c}\""),
            DateTimeDataViewType => (Func<DateTime, string>)(value => $"\"{value:o}\""),
            DateTimeOffsetDataViewType => (Func<DateTimeOffset, string>)(value => $"\"{value:o}\""),
            _ when typeof(T) == typeof(float) => (Func<float, string>)(value => Real(value, "R")),
            _ when typeof(T) == typeof(double) => (Func<double, string>)(value => Real(value, "G17")),
            _ => (Func<T, string>)(value => Convert.ToString(value, CultureInfo.InvariantCulture)),
        };
        return (Func<T, string>)format;
    }

    private static string Real<T>(T value, string format)
        where T : IFloatingPoint<T>
        => T.IsNaN(value) ? Missing : value.ToString(format, CultureInfo.InvariantCulture);

    private static string Key(ulong key) => key == 0 ? Missing : (key - 1).ToString(CultureInfo.InvariantCulture);
}
