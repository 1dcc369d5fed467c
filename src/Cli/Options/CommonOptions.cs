using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace BertMLNet.Cli;

/// <summary>Options that several commands have, under the same name and with the same meaning.</summary>
internal static class CommonOptions
{
    private const string TextName = "TEXT";

    /// <summary><c>--model DIR</c>.</summary>
    public static Option<string> Model(string description) =>
        new("--model") { Description = description, HelpName = "DIR", Required = true };

    /// <summary>An option that takes a text, which may be empty.</summary>
    public static Option<string?> Text(string name, string description) => new(name) { Description = description, HelpName = TextName };

    /// <summary>An option that takes a number from 1; null where it is not given.</summary>
    public static Option<int?> Positive(string name, string description)
    {
        Option<int?> option = Number<int>(name, description);
        RequirePositive(option);
        return option;
    }

    /// <summary>An option that takes a number from 1.</summary>
    public static Option<int> Positive(string name, string description, int standard)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => standard };
        RequirePositive(option);
        return option;
    }

    /// <summary>An option that takes a number; null where it is not given.</summary>
    public static Option<T?> Number<T>(string name, string description)
        where T : struct => new(name) { Description = description, HelpName = "N" };

    /// <summary>Refuses empty values of a command's options: those of shell variables that are not set.</summary>
    public static void RefuseEmpty(CommandResult command)
    {
        foreach (OptionResult given in command.Children.OfType<OptionResult>())
        {
            if (given.Option.HelpName != TextName && given.Tokens.Any(token => token.Value.Length == 0))
                command.AddError($"{given.Option.Name} is empty; is a variable not set?");
        }
    }

    private static void RequirePositive(Option option) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var given] && int.TryParse(given.Value, CultureInfo.InvariantCulture, out int number) && number < 1)
            result.AddError($"{option.Name} must be at least 1.");
    });
}
