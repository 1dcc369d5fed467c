using System.Runtime.ExceptionServices;

namespace BertMLNet.Scoring;

/// <summary>Loads a tokenizer and opens a graph at the same time: each takes about half of a cold start.</summary>
internal static class ScorerParts
{
    /// <summary>Loads both. Where both fail, the tokenizer's error is the one that is thrown.</summary>
    public static (TTokenizer Tokenizer, BatchScorer Scorer) Load<TTokenizer>(Func<TTokenizer> loadTokenizer, Func<BatchScorer> openScorer)
    {
        Task<TTokenizer> loading = Task.Run(loadTokenizer);
        BatchScorer? scorer = null;
        ExceptionDispatchInfo? failure = null;
        try
        {
            scorer = openScorer();
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }
        try
        {
            TTokenizer tokenizer = loading.GetAwaiter().GetResult();
            failure?.Throw();
            return (tokenizer, scorer!);
        }
        catch
        {
            scorer?.Dispose();
            throw;
        }
    }
}
