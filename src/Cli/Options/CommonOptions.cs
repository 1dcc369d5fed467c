using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using BertMLNet.Modeling;

namespace BertMLNet.Cli;

/// <summary>Options that several commands have, under the same name and with the same meaning.</summary>
internal static class CommonOptions
{
    /// <summary>What stands for a model's path in help.</summary>
    public const string ModelName = "DIR|NAME";

    private const string TextName = "TEXT";

    /// <summary><c>--model DIR</c>; <see cref="ModelPath"/> reads it.</summary>
    public static Option<string> Model(string description) => Required("--model", ModelName, WithShippedModel(description));

    /// <summary>A description with the name that stands for the model that ships with the command.</summary>
    public static string WithShippedModel(string description) =>
        $"{description} '{ShippedModel.Name}' is the one that ships with the command.";

    /// <summary>The model that is asked for: a path, or the shipped model's.</summary>
    /// <exception cref="BertMLNetException">There is no such model.</exception>
    public static string ModelPath(this ParseResult arguments, Option<string> model) =>
        ShippedModel.Resolve(arguments.GetRequiredValue(model));

    /// <summary>An option that is given or not.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>An option that takes one of some words, the first where it is not given.</summary>
    public static Option<string> Choice(string name, string description, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => words[0] };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    /// <summary>An option that takes one of some words; null where it is not given.</summary>
    public static Option<string?> OptionalChoice(string name, string description, params string[] words)
    {
        var option = new Option<string?>(name) { Description = description };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    /// <summary>An option that takes what help calls <paramref name="value"/>, and must be given.</summary>
    public static Option<string> Required(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, Required = true };

    /// <summary>An option that takes what help calls <paramref name="value"/>; null where it is not given.</summary>
    public static Option<string?> Optional(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };

    /// <summary>An option that takes a text, which may be empty.</summary>
    public static Option<string?> Text(string name, string description) => Optional(name, TextName, description);

    /// <summary>An option that takes a number from 1; null where it is not given.</summary>
    public static Option<int?> Positive(string name, string description) => Number<int>(name, description, least: 1);

    /// <summary>An option that takes a number from 1.</summary>
    public static Option<int> Positive(string name, string description, int standard) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => standard,
        CustomParser = result => Parse<int>(result, name, least: 1) ?? standard,
    };

    /// <summary>
    /// An option that takes a number, from <paramref name="least"/> where that is given; null where it is not given itself.
    /// </summary>
    public static Option<T?> Number<T>(string name, string description, T? least = null)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result => Parse(result, name, least),
        };

    /// <summary>Refuses empty values of a command's options: those of shell variables that are not set.</summary>
    public static void RefuseEmpty(CommandResult command)
    {
        foreach (OptionResult given in command.Children.OfType<OptionResult>())
        {
            if (given.Option.HelpName != TextName && given.Tokens.Any(token => token.Value.Length == 0))
                command.AddError($"{given.Option.Name} is empty; is a variable not set?");
        }
    }

    // The parser that comes with the command line takes a comma for a thousands separator: 0,5 would be 5.
    private static T? Parse<T>(ArgumentResult result, string name, T? least)
        where T : struct, INumber<T>
    {
        string text = result.Tokens[^1].Value;
        bool whole = T.One / (T.One + T.One) == T.Zero;
        NumberStyles style = whole ? NumberStyles.AllowLeadingSign : NumberStyles.Float;
        bool isNumber = T.TryParse(text, style, CultureInfo.InvariantCulture, out T number) && T.IsFinite(number);
        if (isNumber && !(number < least))
            return number;
        result.AddError(isNumber
            ? $"{name} must be at least {least}."
            : $"{name} is '{text}'; expected {(whole ? "a whole number, not too large" : "a number, with a point before its fraction")}.");
        return null;
    }
}
