using System.Collections.Concurrent;

namespace BertMLNet;

/// <summary>
/// The scorers behind one loaded custom mapping, one a state. A mapping sees its state with every row, on several threads,
/// and is never told when it is no longer needed: its scorers go when it is collected.
/// </summary>
internal sealed class ScorersByState<TScorer>(Func<string, TScorer> open)
{
    private readonly ConcurrentDictionary<string, Lazy<TScorer>> _scorers = new(StringComparer.Ordinal);

    /// <summary>The state's scorer. One that cannot be opened is tried again with the next row: what is missing may be put back.</summary>
    public TScorer Of(string state)
    {
        Lazy<TScorer> scorer = _scorers.GetOrAdd(state, key => new Lazy<TScorer>(() => open(key)));
        try
        {
            return scorer.Value;
        }
        catch
        {
            _scorers.TryRemove(KeyValuePair.Create(state, scorer));
            throw;
        }
    }
}
