using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using BertMLNet.Scoring;
using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>
/// Mixed scoring from many threads: every result is compared, and memory and handles must not grow. It lasts some seconds;
/// BERTMLNET_SOAK_MINUTES makes it longer, e.g. 60.
/// </summary>
[Collection(nameof(MemoryCollection))]
public sealed class SoakTests : IDisposable
{
    private const int Threads = 8;
    private const int OperationsARound = 25;
    private const int LongestText = 100_000;
    private const long MostGrowth = 150L << 20;
    private const int MostHandles = 40;

    /// <summary>2 MB of weights: each session that is not closed shows.</summary>
    private readonly TinyModel _model = TinyModel.Pairs(vocabulary: 16_000, width: 32);
    private readonly TinyModel _questionModel = TinyModel.Questions();
    private readonly MLContext _context = new(seed: 1);
    private readonly PairClassifier _classifier;
    private readonly QuestionAnswerer _answerer;
    private readonly BertTransformer _transformer;
    private readonly BertPredictionPool<PairRow, PairPredictionRow> _pool;
    private readonly PairRow[] _rows;
    private readonly float[] _expected;
    private readonly QuestionInput[] _questions;
    private readonly string[] _answers;

    public SoakTests()
    {
        _classifier = PairClassifier.Load(_model.Path);
        _answerer = QuestionAnswerer.Load(_questionModel.Path);
        _rows = [.. Texts(80).Zip(Texts(80).Reverse(), (first, second) => new PairRow { Sentence1 = first, Sentence2 = second })];
        _expected = [.. _rows.Select(row => _classifier.Score(row.Sentence1!, row.Sentence2).Probabilities.Span[1])];
        string[] passages = Texts(12);
        _questions = [.. passages.Select(
            (passage, i) => new QuestionInput(TinyModel.Word(i), passage.Length > 5000 ? passage[..5000] : passage))];
        _answers = [.. _questions.Select(question => _answerer.Answer(question).Text)];
        _transformer = Fit();
        _pool = new(_context, Fit());
    }

    public void Dispose()
    {
        _pool.Dispose();
        _transformer.Dispose();
        _answerer.Dispose();
        _classifier.Dispose();
        _questionModel.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task Many_threads_get_right_results_and_leave_nothing_behind()
    {
        TimeSpan asked = TimeSpan.FromMinutes(
            double.TryParse(Environment.GetEnvironmentVariable("BERTMLNET_SOAK_MINUTES"), CultureInfo.InvariantCulture, out double minutes)
                ? minutes
                : 0);
        var clock = Stopwatch.StartNew();
        var counts = new ConcurrentDictionary<int, int>();
        for (int round = 0; round < 2; round++)
            await RoundAsync(round, counts);
        (long memory, int handles) = Measure();
        var report = new List<string> { $"after 2 rounds: {memory >> 20} MiB, {handles} handles" };
        for (int round = 2; round < 6 || clock.Elapsed < asked; round++)
        {
            await RoundAsync(round, counts);
            if (round % 50 == 0)
                report.Add(Describe($"after {round} rounds, {clock.Elapsed:hh\\:mm\\:ss}"));
        }
        (long memoryAfter, int handlesAfter) = Measure();
        report.Add(Describe("at the end"));
        string operations = string.Join(", ", counts.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}"));
        TestContext.Current.TestOutputHelper!.WriteLine($"{string.Join('\n', report)}\noperations: {operations}");
        Assert.InRange(memoryAfter - memory, long.MinValue, MostGrowth);
        Assert.InRange(handlesAfter - handles, int.MinValue, MostHandles);
    }

    private Task RoundAsync(int round, ConcurrentDictionary<int, int> counts) =>
        Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
        () =>
        {
            var random = new Random(round * Threads + thread);
            for (int i = 0; i < OperationsARound; i++)
            {
                int operation = random.Next(7);
                Run(operation, random);
                counts.AddOrUpdate(operation, 1, (_, count) => count + 1);
            }
        },
        TestContext.Current.CancellationToken,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default)));

    private void Run(int operation, Random random)
    {
        int first = random.Next(_rows.Length);
        int[] some = [.. Enumerable.Range(0, random.Next(1, 40)).Select(i => (first + i) % _rows.Length)];
        switch (operation)
        {
            case 0:
                Check(first, _classifier.Score(_rows[first].Sentence1!, _rows[first].Sentence2));
                break;
            case 1:
                PairPrediction[] batch = _classifier.ScoreBatch(
                    some.Select(i => new TextPair(_rows[i].Sentence1!, _rows[i].Sentence2)).ToArray());
                for (int i = 0; i < some.Length; i++)
                    Check(some[i], batch[i]);
                break;
            case 2:
                Check(first, _pool.Predict(_rows[first]).Probability);
                break;
            case 3:
                // An engine with a session of its own, which goes with it.
                using (var engine = _context.Model.CreatePredictionEngine<PairRow, PairPredictionRow>(Fit()))
                    Check(first, engine.Predict(_rows[first]).Probability);
                break;
            case 4:
                int row = 0;
                IDataView data = _context.Data.LoadFromEnumerable(some.Select(i => _rows[i]));
                foreach (float probability in _transformer.Transform(data).GetColumn<float>("Probability"))
                    Check(some[row++], probability);
                Assert.Equal(some.Length, row);
                break;
            case 5:
                int question = random.Next(_questions.Length);
                Assert.Equal(_answers[question], _answerer.Answer(_questions[question]).Text);
                break;
            default:
                // A stream that is left half way.
                int read = 0;
                IEnumerable<TextPair> pairs = some.Select(i => new TextPair(_rows[i].Sentence1!, _rows[i].Sentence2));
                foreach (PairPrediction prediction in _classifier.ScoreStream(pairs).Take(some.Length / 2))
                    Check(some[read++], prediction);
                break;
        }
    }

    private BertTransformer Fit() =>
        _context.Transforms.BertPairClassify(_model.Path).Fit(_context.Data.LoadFromEnumerable(Array.Empty<PairRow>()));

    private void Check(int row, PairPrediction prediction) => Check(row, prediction.Probabilities.Span[1]);

    private void Check(int row, float probability) => Assert.Equal(_expected[row], probability, 1e-4f);

    /// <summary>Texts of no characters up to very many.</summary>
    private static string[] Texts(int count)
    {
        string[] sentences = TinyModel.Sentences(count, seed: count);
        for (int i = 0; i < count; i += 8)
            sentences[i] = "";
        for (int i = 3; i < count; i += 16)
            sentences[i] = string.Join(' ', TinyModel.Sentences(LongestText / 40, seed: i))[..Math.Min(LongestText, 1000 * (i + 1))];
        return sentences;
    }

    private static (long Memory, int Handles) Measure()
    {
        long memory = ProcessMemory.AfterCollection();
        using Process process = Process.GetCurrentProcess();
        return (memory, process.HandleCount);
    }

    private static string Describe(string when)
    {
        (long memory, int handles) = Measure();
        return $"{when}: {memory >> 20} MiB, {handles} handles";
    }
}
