using System.Collections.Concurrent;
using Microsoft.ML;

namespace BertMLNet;

/// <summary>
/// Prediction engines over one model for servers: an engine is not safe for several threads, so each call takes one from
/// the pool and gives it back. All engines share the model's session.
/// </summary>
/// <typeparam name="TData">What is predicted from.</typeparam>
/// <typeparam name="TPrediction">What is predicted.</typeparam>
public sealed class BertPredictionPool<TData, TPrediction> : IDisposable
    where TData : class
    where TPrediction : class, new()
{
    private readonly MLContext _context;
    private readonly ITransformer _model;
    private readonly ConcurrentBag<PredictionEngine<TData, TPrediction>> _idle = [];
    private volatile bool _disposed;

    /// <summary>Creates a pool that owns a model, a single transformer or a chain.</summary>
    public BertPredictionPool(MLContext context, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        _context = context;
        _model = model;
    }

    /// <summary>Loads a self-contained pipeline; see <see cref="BertPipeline"/>.</summary>
    /// <exception cref="BertMLNetException">The file is not a self-contained pipeline, or it is damaged.</exception>
    public static BertPredictionPool<TData, TPrediction> Load(MLContext context, string path) =>
        new(context, BertPipeline.Load(context, path, out _));

    /// <summary>Predicts on an engine that nobody else uses meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The pool has been disposed.</exception>
    public TPrediction Predict(TData example)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_idle.TryTake(out PredictionEngine<TData, TPrediction>? engine))
        {
            engine = _context.Model.CreatePredictionEngine<TData, TPrediction>(
                _model, new PredictionEngineOptions { OwnsTransformer = false });
        }
        TPrediction prediction = engine.Predict(example);
        // An engine that threw is in an unknown state: it is left to the garbage collector, as it owns nothing.
        _idle.Add(engine);
        return prediction;
    }

    /// <summary>Refuses further calls and disposes the model, which lets the scoring under way end.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        (_model as IDisposable)?.Dispose();
    }
}
