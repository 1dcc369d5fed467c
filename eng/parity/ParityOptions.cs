using System.Globalization;
using System.Text.RegularExpressions;

namespace BertMLNet.Parity;

/// <summary>What to do with which build.</summary>
internal sealed record ParityOptions
{
    private const string Usage = """
        usage: parity record  --cli PATH/bertmlnet.dll --to FOLDER [options]
               parity compare --cli PATH/bertmlnet.dll --with FOLDER [--tolerance X] [--ignore REGEX] [--keep FOLDER] [options]
          --pipelines PATH  the built eng/parity/Pipelines (Parity.Pipelines.dll); without it what needs ML.NET is left out
          --only REGEX      the cases whose names match, and those that make what others read; record then changes a record
          --jobs N          processes at once (default: 2)
          --shared FOLDER   where fixtures and data lie (default: shared, beside the repository)
          --torchsharp      also what --engine torchsharp does
          --demo            also the whole demos, which take minutes
          --work FOLDER     where to work (default: a temporary folder, which is deleted)
          --tolerance X     numbers that differ by no more than X, or by no more than X of themselves, are alike (default: 0)
          --ignore REGEX    lines that match are not compared
          --keep FOLDER     also write what this build does
        """;

    /// <summary>Whether a record is compared with, instead of made.</summary>
    public required bool Compares { get; init; }

    /// <summary>The command's assembly.</summary>
    public required string Cli { get; init; }

    /// <summary>The record's folder.</summary>
    public required string Record { get; init; }

    /// <summary>The pipelines program's assembly; null to leave its cases out.</summary>
    public string? Pipelines { get; init; }

    /// <summary>The repository that this program belongs to.</summary>
    public required string Repository { get; init; }

    /// <summary>Where fixtures and data lie.</summary>
    public required string Shared { get; init; }

    /// <summary>Where to work; null for a temporary folder.</summary>
    public string? Work { get; init; }

    /// <summary>Where to write what this build does; null for nowhere.</summary>
    public string? Keep { get; init; }

    /// <summary>Which cases.</summary>
    public Regex? Only { get; init; }

    /// <summary>Which lines are not compared.</summary>
    public Regex? Ignore { get; init; }

    /// <summary>How far numbers may differ.</summary>
    public double Tolerance { get; init; }

    /// <summary>Processes at once.</summary>
    public int Jobs { get; init; } = 2;

    /// <summary>Whether TorchSharp's native library loads here.</summary>
    public bool TorchSharp { get; init; }

    /// <summary>Whether there are minutes for the demos.</summary>
    public bool Demo { get; init; }

    /// <summary>Reads a command line; null, and a message, where it cannot be read.</summary>
    public static ParityOptions? Parse(string[] arguments, TextWriter error)
    {
        var values = new Dictionary<string, string>();
        string[] flags = ["--torchsharp", "--demo"];
        bool understood = arguments is ["record" or "compare", ..];
        for (int i = 1; understood && i < arguments.Length; i++)
        {
            bool flag = flags.Contains(arguments[i]);
            understood = flag || (Usage.Contains($"{arguments[i]} ") && i + 1 < arguments.Length);
            if (understood)
                values[arguments[i]] = flag ? "" : arguments[++i];
        }
        bool compares = understood && arguments[0] == "compare";
        string? repository = FindRepository();
        if (!understood || !values.TryGetValue("--cli", out string? cli)
            || !values.TryGetValue(compares ? "--with" : "--to", out string? record))
        {
            error.WriteLine(Usage);
            return null;
        }
        string? missing = new[] { cli, values.GetValueOrDefault("--pipelines") }.FirstOrDefault(file => file is not null
            && !File.Exists(file));
        if (missing is not null || repository is null || (compares && !Directory.Exists(record)))
        {
            error.WriteLine($"error: {missing ?? (repository is null ? "the repository around this program" : record)} is not there");
            return null;
        }
        return new()
        {
            Compares = compares,
            Cli = Path.GetFullPath(cli),
            Record = Path.GetFullPath(record),
            Pipelines = FullPath("--pipelines"),
            Repository = repository,
            Shared = FullPath("--shared") ?? Path.GetFullPath(Path.Combine(repository, "..", "shared")),
            Work = FullPath("--work"),
            Keep = FullPath("--keep"),
            Only = Pattern("--only"),
            Ignore = Pattern("--ignore"),
            Tolerance = double.Parse(values.GetValueOrDefault("--tolerance", "0"), CultureInfo.InvariantCulture),
            Jobs = int.Parse(values.GetValueOrDefault("--jobs", "2"), CultureInfo.InvariantCulture),
            TorchSharp = values.ContainsKey("--torchsharp"),
            Demo = values.ContainsKey("--demo"),
        };

        string? FullPath(string name) => values.TryGetValue(name, out string? path) ? Path.GetFullPath(path) : null;
        Regex? Pattern(string name) => values.TryGetValue(name, out string? pattern) ? new Regex(pattern) : null;
    }

    private static string? FindRepository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "BertMLNet.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }
}
