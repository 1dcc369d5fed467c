using System.CommandLine;
using System.Globalization;

namespace BertMLNet.Bench;

/// <summary>Runs whole jobs against the peers and writes the table.</summary>
internal static class DuelsJob
{
    private static readonly Option<string> Shared = new("--data") { Description = "The folder with data/ and vocab/.", Required = true };
    private static readonly Option<string> Peers = new("--peers") { Description = "bench/peers, with the peers installed.", Required = true };
    private static readonly Option<string> Cli = new("--cli") { Description = "The bertmlnet command.", Required = true };
    private static readonly Option<string> Work = new("--work") { Description = "A folder for models and prepared data.", Required = true };
    private static readonly Option<string[]> Only = new("--only") { Description = "Groups of rows: train, train-base, score, score-base, answer, int8, int8-base, rows, tokenize, cold.", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = _ => 3 };

    public static Command Command()
    {
        var command = new Command("duels", "Measures whole jobs against the peers; prints a table.") { Shared, Peers, Cli, Work, Only, Rounds };
        command.SetAction(Run);
        return command;
    }

    private static void Run(ParseResult arguments)
    {
        var data = new BenchData(arguments.GetRequiredValue(Shared), arguments.GetRequiredValue(Work));
        if (!File.Exists(data.Text))
            data.Prepare();
        var duels = new Duels(data, arguments.GetRequiredValue(Peers), arguments.GetRequiredValue(Cli));
        string[] only = arguments.GetValue(Only)!;
        Duel[] chosen = [.. duels.All.Where(duel => only.Length == 0 || only.Contains(duel.Group, StringComparer.Ordinal))];
        foreach (string model in chosen.SelectMany(duels.ModelsOf).Distinct(StringComparer.Ordinal).Where(model => !Directory.Exists(model)))
            duels.MakeModel(model);

        Console.WriteLine(DuelResult.Header);
        foreach (Duel duel in chosen)
            Console.WriteLine(duel.Run(arguments.GetValue(Rounds)));
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} processors ({Machine.Processor()}), {arguments.GetValue(Rounds)} rounds in turns, medians; {string.Join(", ", duels.Versions())}"));
    }
}
