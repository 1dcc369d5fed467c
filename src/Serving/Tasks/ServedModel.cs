using System.Text.Json;
using BertMLNet.Modeling;
using Microsoft.AspNetCore.Routing;

namespace BertMLNet.AspNetCore;

/// <summary>A model that is served: what health, information and endpoints are about, whatever its task.</summary>
internal abstract class ServedModel(string path, BertServiceOptions options) : IDisposable
{
    /// <summary>The model folder.</summary>
    public string Path { get; } = path;

    /// <summary>How it is served.</summary>
    public BertServiceOptions Options { get; } = options;

    /// <summary>Its configuration.</summary>
    public BertConfig Config { get; } = ModelFolder.Open(path).LoadConfig();

    /// <summary>What the model is for, in metrics.</summary>
    public abstract string Task { get; }

    /// <summary>Whether it takes requests.</summary>
    public abstract bool IsOpen { get; }

    /// <summary>The longest sequence that the model is given, in tokens.</summary>
    public virtual int MaxLength => Options.Scoring.MaxLength ?? Config.LongestClassified;

    /// <summary>The paths of its endpoints.</summary>
    public abstract IReadOnlyList<string> Endpoints { get; }

    /// <summary>Adds its endpoints.</summary>
    public abstract void Map(IEndpointRouteBuilder routes);

    /// <summary>Writes a property that says of which kind the model is.</summary>
    public abstract void WriteType(Utf8JsonWriter json);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>A served model and the batches that its requests share.</summary>
/// <typeparam name="TRow">What is scored.</typeparam>
/// <typeparam name="TResult">What the model says of it.</typeparam>
internal abstract class ServedModel<TRow, TResult>(string path, BertServiceOptions options) : ServedModel(path, options)
{
    private IDisposable? _model;
    private BatchingScorer<TRow, TResult>? _scorer;

    /// <summary>Scores rows in batches that requests share.</summary>
    public BatchingScorer<TRow, TResult> Scorer => _scorer!;

    /// <inheritdoc/>
    public override bool IsOpen => Scorer.IsOpen;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _scorer?.Dispose();
        _model?.Dispose();
    }

    /// <summary>Takes over a model that is open.</summary>
    /// <param name="model">The model.</param>
    /// <param name="score">Scores rows with it.</param>
    /// <param name="characters">How long a row is.</param>
    /// <param name="metrics">What is counted of it.</param>
    protected void Serve(
        IDisposable model, Func<ReadOnlyMemory<TRow>, CancellationToken, TResult[]> score, Func<TRow, long> characters,
        ServiceMetrics metrics)
    {
        _model = model;
        _scorer = new(score, characters, Options, metrics.For(Task));
    }

    /// <summary>Refuses more rows, or longer texts, than a request may have.</summary>
    /// <exception cref="RequestException">It has.</exception>
    protected void CheckSize(int rows, IEnumerable<int> lengths)
    {
        if (rows == 0)
            throw RequestException.Unprocessable("the request has no rows.");
        if (rows > Options.MaxRows)
        {
            throw RequestException.TooLarge(
                $"the request has {rows} rows, the most are {Options.MaxRows}; send several requests, or score files with 'bertmlnet score'.");
        }
        if (lengths.Max() is int longest && longest > Options.MaxCharacters)
            throw RequestException.TooLarge($"a text has {longest} characters, the most are {Options.MaxCharacters}; send a part of it.");
    }
}
