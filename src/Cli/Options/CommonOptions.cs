using System.CommandLine;
using System.Globalization;

namespace BertMLNet.Cli;

/// <summary>Options that several commands have, under the same name and with the same meaning.</summary>
internal static class CommonOptions
{
    /// <summary><c>--model DIR</c>.</summary>
    public static Option<string> Model(string description)
    {
        var option = new Option<string>("--model") { Description = description, HelpName = "DIR", Required = true };
        // A variable of the shell's that is not set.
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
                result.AddError("--model is empty; expected a folder or file.");
        });
        return option;
    }

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

    private static void RequirePositive(Option option) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var given] && int.TryParse(given.Value, CultureInfo.InvariantCulture, out int number) && number < 1)
            result.AddError($"{option.Name} must be at least 1.");
    });
}
