using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.AspNetCore;

/// <summary>How a model is served: in which batches, how many requests may wait, and how large each may be.</summary>
public sealed class BertServiceOptions
{
    /// <summary>
    /// How the model is run. <see cref="ScoringOptions.ConcurrentBatches"/> is the service's to choose: see <see cref="Workers"/>.
    /// </summary>
    public ScoringOptions Scoring { get; set; } = new();

    /// <summary>
    /// Of models that answer questions: how passages are cut and answers read; where it is null, as the model's configuration says,
    /// with 5 candidates an answer.
    /// </summary>
    public QuestionAnsweringOptions? Answering { get; set; }

    /// <summary>
    /// How many batches are scored at the same time, each on a thread of its own; where it is null, one a processor on the CPU and one
    /// elsewhere.
    /// </summary>
    public int? Workers { get; set; }

    /// <summary>
    /// How long the first request of a batch waits for others to share it with, where a worker is free and the batch is not full.
    /// </summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The most requests that wait or are scored at once; further ones are refused until some are done.</summary>
    public int MaxRequests { get; set; } = 256;

    /// <summary>The most rows of one request.</summary>
    public int MaxRows { get; set; } = 1000;

    /// <summary>The most characters (UTF-16 units) of one text.</summary>
    public int MaxCharacters { get; set; } = 200_000;

    /// <summary>The most bytes of a request's body.</summary>
    public long MaxBodyBytes { get; set; } = 2_000_000;

    /// <summary>
    /// Whether a text that is too long for the model is shortened where a request does not say; otherwise such a request is refused.
    /// </summary>
    public bool Truncate { get; set; } = true;

    /// <summary>The workers that there are.</summary>
    internal int WorkerCount => Workers ?? (Scoring.WantedProvider == ExecutionProvider.Cpu ? Environment.ProcessorCount : 1);

    /// <summary>How the model is opened: what runs at once are the workers' batches, and they share the processors.</summary>
    internal ScoringOptions OpenedScoring
    {
        get
        {
            ScoringOptions shared = Scoring with { ConcurrentBatches = WorkerCount };
            return shared with
            {
                ConcurrentBatches = 1,
                MaxBatchTokens = shared.BatchTokens,
                IntraOpThreads = Scoring.IntraOpThreads ?? Math.Max(1, Environment.ProcessorCount / WorkerCount),
            };
        }
    }

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="BertMLNetException">One of them makes no sense.</exception>
    internal void Validate(string modelPath)
    {
        Require(Workers is null or >= 1, nameof(Workers), "1 or more, or null");
        Require(MaxWait >= TimeSpan.Zero && MaxWait <= TimeSpan.FromMinutes(1), nameof(MaxWait), "zero to a minute");
        Require(MaxRequests is >= 1 and <= 1 << 20, nameof(MaxRequests), "1 to a million");
        Require(MaxRows >= 1, nameof(MaxRows), "1 or more");
        Require(MaxCharacters >= 1, nameof(MaxCharacters), "1 or more");
        Require(MaxBodyBytes >= 1, nameof(MaxBodyBytes), "1 or more");

        void Require(bool holds, string name, string expected)
        {
            if (!holds)
                throw new BertMLNetException($"{modelPath}: the service's {name} must be {expected}.");
        }
    }
}
