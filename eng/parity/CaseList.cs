using BertMLNet.Parity.Cases;

namespace BertMLNet.Parity;

/// <summary>When a case runs: each stage reads what those before it have made.</summary>
internal enum Stage
{
    /// <summary>Trains the models that others read.</summary>
    Make,

    /// <summary>Writes pipelines over these models.</summary>
    Save,

    /// <summary>Reads what there is.</summary>
    Use,

    /// <summary>Looks at what is left.</summary>
    End,
}

/// <summary>A case: what is done, and when.</summary>
internal sealed record Case(string Name, Stage Stage, Func<CaseRun, Task> Body);

/// <summary>All cases, and which of the files that they write are handed on.</summary>
internal sealed class CaseList
{
    private readonly List<Case> _cases = [];
    private readonly List<(Stage Stage, string From, string To)> _published = [];

    private CaseList(ParityOptions options) => Options = options;

    /// <summary>What is to be done.</summary>
    public ParityOptions Options { get; }

    /// <summary>The cases.</summary>
    public IReadOnlyList<Case> Cases => _cases;

    /// <summary>What is kept with a record and read by the stages after its own.</summary>
    public IReadOnlyList<(Stage Stage, string From, string To)> Published => _published;

    /// <summary>Collects the cases.</summary>
    public static CaseList All(ParityOptions options)
    {
        var list = new CaseList(options);
        HelpCases.AddTo(list);
        TrainCases.AddTo(list);
        ResumeCases.AddTo(list);
        ScoreCases.AddTo(list);
        ExportCases.AddTo(list);
        ImportCases.AddTo(list);
        TextCases.AddTo(list);
        BadDataCases.AddTo(list);
        BadModelCases.AddTo(list);
        BadOptionCases.AddTo(list);
        SharedCases.AddTo(list);
        DemoCases.AddTo(list);
        PipelineCases.AddTo(list);
        EndCases.AddTo(list);
        return list;
    }

    /// <summary>Adds a case.</summary>
    public void Add(string name, Stage stage, Func<CaseRun, Task> body) => _cases.Add(new(name, stage, body));

    /// <summary>Adds a case that reads.</summary>
    public void Add(string name, Func<CaseRun, Task> body) => Add(name, Stage.Use, body);

    /// <summary>Adds a case that is one command line.</summary>
    public void Add(string name, params string[] arguments) => Add(name, run => run.Command(arguments));

    /// <summary>Hands on what a case wrote.</summary>
    public void Publish(Stage stage, string from, string to) => _published.Add((stage, from, to));

    /// <summary>Whether others read what a case writes.</summary>
    public bool Publishes(Case one) => _published.Exists(published =>
        $"{published.From}/".StartsWith($"out/{one.Name}/", StringComparison.Ordinal));
}
