using System.CommandLine;
using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary><c>embed</c>: a file or a stream of texts in, one vector a text out, in order.</summary>
internal sealed class EmbedCommand : RowsCommand
{
    private const string StandardColumn = "text";

    private readonly EmbedOptions _options;

    public EmbedCommand(CliTerminal terminal)
        : this(new EmbedOptions(), terminal)
    {
    }

    private EmbedCommand(EmbedOptions options, CliTerminal terminal)
        : base(
            "embed",
            "Make vectors of texts: one line a text, in order, streaming.",
            "The model folder, or a checkpoint; one of sentence-transformers says itself how its vectors are made.",
            "A .tsv, .csv or .jsonl file with a column of texts; '-' for standard input.",
            options.All,
            terminal)
    {
        _options = options;
        Validators.Add(command =>
        {
            if (command.GetResult(options.Prompt) is not null && command.GetResult(options.PromptName) is not null)
                command.AddError("--prompt and --prompt-name both say what stands before each text; leave one of them out.");
        });
    }

    protected override Task<ScoredModel> OpenModelAsync(
        ParseResult arguments, string model, string? graph, CancellationToken cancellationToken)
    {
        ImportOptions options = _options.Pooling.AddTo(new ImportOptions(), arguments);
        if (_options.Pooling.AreGiven(arguments))
        {
            return graph is null
                ? ScoredModel.ImportAsync(Terminal, model, options, cancellationToken)
                : throw new UsageException("--graph names a graph, in which pooling is; leave out --pooling and --normalize, or --graph.");
        }
        if (graph is not null)
            return Task.FromResult(ScoredModel.In(model));
        ModelFolder source = ModelFolder.Find(model);
        BertConfig config = source.LoadConfig();
        if (config.Head.HasTask)
        {
            throw new BertMLNetException(
                $"{model}: the model is a {config.Head.Architecture}, for {config.Head.Pipeline}; 'bertmlnet score' runs it. Vectors of "
                + "its encoder are made with --pooling.");
        }
        if (source.LoadEmbedding() is null)
        {
            Terminal.Notice($"{model} does not say how its vectors are pooled; the mean of the tokens is taken (--pooling says otherwise)");
            options = options with { Pooling = Pooling.Mean };
        }
        else if (GivesVectors(source))
        {
            return Task.FromResult(ScoredModel.In(source.FolderPath));
        }
        else
        {
            Terminal.Notice(
                $"{model} has no ONNX graph that gives vectors; one is made for this run ('bertmlnet import' makes one that stays)");
        }
        return ScoredModel.ImportAsync(Terminal, model, options, cancellationToken);
    }

    protected override IScoringJob OpenJob(ParseResult arguments, ModelFolder folder, string input, ScoringOptions scoring)
    {
        TextEmbedder embedder = TextEmbedder.Load(folder.FolderPath, scoring);
        try
        {
            string? prompt = arguments.GetValue(_options.PromptName) is { } name
                ? embedder.Prompt(name)
                : arguments.GetValue(_options.Prompt);
            return new Job(
                embedder, prompt, _options.Table.MaxCharacters(arguments), Open, arguments.GetValue(_options.Text) ?? StandardColumn);
        }
        catch
        {
            embedder.Dispose();
            throw;
        }

        TableReader Open(Action<BertMLNetException>? onBadRow) =>
            TableInputOptions.Open(Terminal, input, _options.Table.Read(arguments, onBadRow));
    }

    /// <summary>Whether the folder's best graph has pooling in it: those of others leave it to their readers.</summary>
    private static bool GivesVectors(ModelFolder folder) =>
        new[] { folder.OptimizedOnnxPath, folder.OnnxPath }.FirstOrDefault(File.Exists) is { } graph
        && GraphSummary.Read(graph).Outputs.Any(output => output.Name == TensorNames.SentenceEmbedding);

    /// <summary>The options that decide what the vectors are.</summary>
    private sealed class EmbedOptions
    {
        public Option<string?> Text { get; } = TableInputOptions.Column("--text", $"The texts' column (default: {StandardColumn}).");

        public Option<string?> Prompt { get; } = CommonOptions.Text(
            "--prompt", "What stands before each text, e.g. 'query: ' for e5 (default: the model's own default prompt, if it has one).");

        public Option<string?> PromptName { get; } = CommonOptions.Optional(
            "--prompt-name", "NAME", "The same by its name in the model's config_sentence_transformers.json.");

        public PoolingOptions Pooling { get; } = new();

        public TableInputOptions Table { get; } = new();

        public IReadOnlyList<Option> All => [Text, Prompt, PromptName, .. Pooling.All, .. Table.All];
    }

    /// <summary>Makes vectors of the texts of an input, the prompt before each. The model is the job's from now on.</summary>
    private sealed class Job(
        TextEmbedder embedder, string? prompt, int maxCharacters, Func<Action<BertMLNetException>?, TableReader> open, string column)
        : ScoringJob<string, ReadOnlyMemory<float>>
    {
        public override IReadOnlyList<string> Columns { get; } =
            [.. Enumerable.Range(0, embedder.Dimensions).Select(i => string.Create(CultureInfo.InvariantCulture, $"embedding_{i}"))];

        public override void Dispose() => embedder.Dispose();

        protected override IEnumerable<string> Read(Action<BertMLNetException>? onBadRow, CancellationToken cancellationToken)
        {
            using TableReader table = open(onBadRow);
            foreach (TableRow row in table.Read([column], cancellationToken))
            {
                if (row.Values[0].Length <= maxCharacters)
                    yield return row.Values[0];
                else
                    table.Report(row.Line, $"a text has {row.Values[0].Length:N0} characters; the most accepted is {maxCharacters:N0}.");
            }
        }

        protected override IEnumerable<ReadOnlyMemory<float>> Score(IEnumerable<string> rows, CancellationToken cancellationToken) =>
            embedder.EmbedStream(rows.Select(row => row.AsMemory()), prompt, cancellationToken);

        protected override void Write(ResultWriter results, string row, ReadOnlyMemory<float> result)
        {
            if (results.WritesTsv)
            {
                results.WriteCells(result.ToArray().Select(value => value.ToString(CultureInfo.InvariantCulture)));
                return;
            }
            results.WriteObject(json =>
            {
                json.WriteStartArray("embedding");
                foreach (float value in result.Span)
                    json.WriteNumberValue(value);
                json.WriteEndArray();
            });
        }
    }
}
