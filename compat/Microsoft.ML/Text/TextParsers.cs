using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>
/// How text becomes values. An empty field is the type's default (0, false, a missing key). What cannot be read is an
/// error, but for types that have a missing value: NaN for real numbers, 0 for keys.
/// </summary>
internal static class TextParsers
{
    public static TextParser<T> For<T>(PrimitiveDataViewType type)
    {
        Delegate parser = type switch
        {
            KeyDataViewType key => GenericCall.Invoke<Delegate>(KeyParser<int>, [key.RawType], key.Count),
            TextDataViewType => (TextParser<ReadOnlyMemory<char>>)Keep,
            BooleanDataViewType => (TextParser<bool>)Boolean,
            _ when type.RawType == typeof(float) => (TextParser<float>)Real,
            _ when type.RawType == typeof(double) => (TextParser<double>)Real,
            NumberDataViewType => GenericCall.Invoke<Delegate>(IntegerParser<int>, [type.RawType]),
            TimeSpanDataViewType or DateTimeDataViewType or DateTimeOffsetDataViewType
                => GenericCall.Invoke<Delegate>(TimeParser<DateTime>, [type.RawType]),
            _ => throw new NotSupportedException($"Columns of type {type} cannot be read from text."),
        };
        return (TextParser<T>)parser;
    }

    /// <summary>The error of a row that cannot be read, as ML.NET gives it.</summary>
    public static FormatException Failed(string message)
        => new($"Parsing failed with an exception: {message}", new InvalidOperationException(message));

    private static bool Keep(ReadOnlyMemory<char> text, out ReadOnlyMemory<char> value)
    {
        value = text;
        return true;
    }

    private static bool Boolean(ReadOnlyMemory<char> text, out bool value)
    {
        string lower = text.Length <= 5 ? text.ToString().ToLowerInvariant() : "";
        value = lower is "1" or "+1" or "+" or "t" or "true" or "y" or "yes";
        return value || text.IsEmpty || lower is "0" or "-1" or "-" or "f" or "false" or "n" or "no";
    }

    private static bool Real<T>(ReadOnlyMemory<char> text, out T value)
        where T : IFloatingPointIeee754<T>
    {
        var trimmed = text.Span.Trim();
        value = T.Zero;
        if (!trimmed.IsEmpty && !T.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            value = T.NaN;
        return true;
    }

    private static TextParser<T> IntegerParser<T>()
        where T : struct, INumber<T>
        => (text, out value) =>
        {
            value = T.Zero;
            return text.IsEmpty || T.TryParse(text.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        };

    private static TextParser<T> TimeParser<T>()
        where T : struct, ISpanParsable<T>
        => (text, out value) =>
        {
            value = default;
            return text.IsEmpty || T.TryParse(text.Span, CultureInfo.InvariantCulture, out value);
        };

    /// <summary>Keys are written from 0 and held from 1.</summary>
    private static TextParser<T> KeyParser<T>(ulong count)
        where T : struct, INumber<T>
        => (text, out value) =>
        {
            bool known = ulong.TryParse(text.Span, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number < count;
            value = known ? T.CreateChecked(number + 1) : T.Zero;
            return true;
        };
}
