using System.Globalization;
using System.Text;

namespace Microsoft.ML.Transforms;

/// <summary>
/// The one form of ML.NET's expression language that is supported here: a lambda that gives a text constant, such as
/// <c>x => "text"</c> or <c>(x, y) : "text"</c>, with C#'s escapes.
/// </summary>
internal static class ConstantExpression
{
    public static string Parse(string expression, int parameters)
    {
        Check.NotEmpty(expression, nameof(expression));
        int quote = expression.IndexOf('"', StringComparison.Ordinal);
        Require(quote >= 0, "only expressions that give a text constant, such as x => \"text\", are supported by this package set");
        Require(CountParameters(expression.AsSpan(0, quote).Trim()) == parameters, $"a lambda of {parameters} parameters was expected");
        return Literal(expression.AsSpan(quote + 1).TrimEnd());
    }

    /// <summary>The number of parameters of what stands before the constant: <c>x =></c>, <c>(x, y) =></c>, or with a colon.</summary>
    private static int CountParameters(ReadOnlySpan<char> head)
    {
        int arrow = head.EndsWith("=>") ? 2 : head.EndsWith(":") ? 1 : 0;
        Require(arrow > 0, "'=>' or ':' was expected before the constant");
        head = head[..^arrow].Trim();
        if (head.StartsWith("(") && head.EndsWith(")"))
            head = head[1..^1];
        string[] names = head.ToString().Split(',', StringSplitOptions.TrimEntries);
        Require(Array.TrueForAll(names, IsIdentifier), "a parameter's name was expected");
        return names.Length;
    }

    private static bool IsIdentifier(string name)
        => name.Length > 0 && !char.IsDigit(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c == '_');

    private static string Literal(ReadOnlySpan<char> text)
    {
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    Require(i == text.Length - 1, "nothing was expected after the constant");
                    return result.ToString();
                case '\r' or '\n' or '\u0085' or '\u2028' or '\u2029':
                    throw Invalid("a line break in a constant must be escaped");
                case '\\':
                    i += AppendEscape(result, text[(i + 1)..]);
                    break;
                default:
                    result.Append(text[i]);
                    break;
            }
        }

        throw Invalid("the constant has no closing quote");
    }

    /// <summary>Appends the character that an escape stands for, and returns the escape's length after the backslash.</summary>
    private static int AppendEscape(StringBuilder result, ReadOnlySpan<char> escape)
    {
        int digits = escape switch { ['u', ..] => 4, ['U', ..] => 8, _ => 0 };
        if (digits == 0)
        {
            int index = escape.IsEmpty ? -1 : "'\"\\0abfnrtv".IndexOf(escape[0], StringComparison.Ordinal);
            Require(index >= 0, "a backslash must be followed by one of ' \" \\ 0 a b f n r t v u U");
            result.Append("'\"\\\0\a\b\f\n\r\t\v"[index]);
            return 1;
        }

        int code = -1;
        Require(escape.Length > digits
            && int.TryParse(escape.Slice(1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code)
            && code is >= 0 and <= 0x10FFFF, $"an escaped character needs {digits} hexadecimal digits");
        if (code < 0x10000)
            result.Append((char)code);
        else
            result.Append(char.ConvertFromUtf32(code));
        return 1 + digits;
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
            throw Invalid(message);
    }

    private static ArgumentOutOfRangeException Invalid(string message) => new("expression", $"parsing failed: {message}");
}
