using System.Text;

namespace BertMLNet.Parity;

/// <summary>One case while it runs: writes down what was run, what came of it and which files it left.</summary>
internal sealed class CaseRun
{
    private readonly Case _case;
    private readonly Normalizer _normalizer;
    private readonly StringBuilder _text = new();
    private readonly List<string> _hidden = [];
    private Dictionary<string, string>? _prepared;

    private CaseRun(Case one, Workplace place, Normalizer normalizer)
    {
        _case = one;
        Place = place;
        _normalizer = normalizer;
    }

    /// <summary>Where it runs.</summary>
    public Workplace Place { get; }

    /// <summary>The case's own folder, as a command line names it.</summary>
    public string Folder => $"out/{_case.Name}";

    /// <summary>Runs a case; gives the text of what it did.</summary>
    public static async Task<string> OfAsync(Case one, Workplace place, Normalizer normalizer)
    {
        var run = new CaseRun(one, place, normalizer);
        Directory.CreateDirectory(place[run.Folder]);
        await one.Body(run);
        run.List();
        return normalizer.Normalize(run._text.ToString());
    }

    /// <summary>A file or folder of the case's own, as a command line names it.</summary>
    public string Out(string name) => $"{Folder}/{name}";

    /// <summary>Runs the command and writes down all that came of it.</summary>
    public Task Command(params string[] arguments) => CommandWithInput(null, arguments);

    /// <summary>Runs the command with a standard input.</summary>
    public async Task CommandWithInput(string? input, params string[] arguments) =>
        Log("bertmlnet", arguments, await Run(arguments, input));

    /// <summary>Runs the command with more environment variables.</summary>
    public async Task CommandWithEnvironment(IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        Prepared();
        ProcessResult result = await CommandProcess.RunAsync(Place, Place.Options.Cli, arguments, variables: variables);
        Log($"{string.Join(' ', variables.Select(entry => $"{entry.Key}={entry.Value}"))} bertmlnet", arguments, result);
    }

    /// <summary>Runs the command without a reader of its output.</summary>
    public async Task CommandIntoClosedPipe(params string[] arguments)
    {
        Prepared();
        Log("bertmlnet", arguments, await CommandProcess.RunAsync(Place, Place.Options.Cli, arguments, closesOutput: true));
    }

    /// <summary>Runs the command until standard error has a line with a text, and interrupts it.</summary>
    public Task<ProcessResult> Interrupted(string at, params string[] arguments)
    {
        _text.Append($"$ bertmlnet {CommandText(arguments)}   (interrupted at '{at}')\n");
        return Run(arguments, interruptAt: at);
    }

    /// <summary>Runs the program that uses ML.NET.</summary>
    public async Task Pipelines(params string[] arguments)
    {
        Prepared();
        if (Place.Options.Pipelines is { } program)
            Log("pipelines", arguments, await CommandProcess.RunAsync(Place, program, arguments));
    }

    /// <summary>Runs the command and writes down nothing.</summary>
    public Task<ProcessResult> Run(string[] arguments, string? input = null, string? interruptAt = null)
    {
        Prepared();
        return CommandProcess.RunAsync(Place, Place.Options.Cli, arguments, input, interruptAt);
    }

    /// <summary>Writes down a line.</summary>
    public void Note(string line) => _text.Append(line).Append('\n');

    /// <summary>Leaves a folder of the case's own out of what is written down.</summary>
    public void Hide(string name) => _hidden.Add(name + "/");

    /// <summary>Writes down an exit code alone.</summary>
    public void NoteExit(ProcessResult result) => Note($"exit {result.ExitCode}");

    /// <summary>Copies something into the case's folder; gives its path there.</summary>
    public string Copy(string from, string name)
    {
        Workplace.Copy(Place[from], Place[Out(name)]);
        return Out(name);
    }

    /// <summary>Writes a text into the case's folder; gives its path there.</summary>
    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes bytes into the case's folder; gives its path there.</summary>
    public string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Place[Out(name)])!);
        File.WriteAllBytes(Place[Out(name)], bytes);
        return Out(name);
    }

    /// <summary>Changes a text file of the case's own.</summary>
    public void Replace(string name, string from, string to)
    {
        string text = File.ReadAllText(Place[Out(name)]);
        if (!text.Contains(from))
            Note($"({name} holds no {from})");
        Write(name, text.Replace(from, to));
    }

    /// <summary>Changes a file's bytes.</summary>
    public void Change(string name, Func<byte[], byte[]> change) => Write(name, change(File.ReadAllBytes(Place[Out(name)])));

    /// <summary>Deletes a file or folder of the case's own.</summary>
    public void Delete(string name)
    {
        if (Directory.Exists(Place[Out(name)]))
            Directory.Delete(Place[Out(name)], recursive: true);
        else
            File.Delete(Place[Out(name)]);
    }

    private static string CommandText(IEnumerable<string> arguments) =>
        string.Join(' ', arguments.Select(argument => argument.Length > 0 && argument.All(c => c > ' ' && c is not ('\'' or '"'))
            ? argument : $"'{argument}'"));

    private void Log(string program, string[] arguments, ProcessResult result)
    {
        _text.Append($"$ {program} {CommandText(arguments)}\n");
        _text.Append(result.ExitCode is { } code ? $"exit {code}\n" : "did not end in time\n");
        foreach ((string title, string text) in new[] { ("standard output", result.Output), ("standard error", result.Error) })
        {
            if (text.Length > 0)
                FileDescription.AppendText(_text.Append(title).Append(":\n"), text);
        }
    }

    /// <summary>What lay in the folder before the first command is not listed.</summary>
    private void Prepared() => _prepared ??= Files().ToDictionary(name => name, name =>
        FileDescription.Hash(File.ReadAllBytes(Place[Out(name)])));

    private void List()
    {
        Prepared();
        string[] files = [.. Files()];
        foreach (string gone in _prepared!.Keys.Except(files).Order(StringComparer.Ordinal))
            Note($"deleted: {gone}");
        foreach (string name in files.Where(name => !_prepared.TryGetValue(name, out string? hash)
            || hash != FileDescription.Hash(File.ReadAllBytes(Place[Out(name)]))))
        {
            Note($"file {name}:");
            FileDescription.Append(_text, Place[Out(name)], _normalizer);
        }
    }

    private IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Place[Folder], "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Place[Folder], file))
            .Where(name => !_hidden.Exists(folder => name.StartsWith(folder, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal);
}
