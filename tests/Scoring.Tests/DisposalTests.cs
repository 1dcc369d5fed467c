using System.Diagnostics;
using BertMLNet.Scoring;

namespace BertMLNet.Tests;

public sealed class DisposalTests
{
    [Fact]
    public void A_disposed_classifier_says_so()
    {
        using var model = TinyModel.Pairs();
        var classifier = PairClassifier.Load(model.Path);
        classifier.Dispose();
        classifier.Dispose();
        Assert.Throws<ObjectDisposedException>(() => classifier.Score("w1", "w2"));
        Assert.Throws<ObjectDisposedException>(() => classifier.ScoreStream([new TextPair("w1")]).ToList());
    }

    [Fact]
    public async Task Disposal_in_use_lets_batches_end_and_refuses_the_rest()
    {
        using var model = TinyModel.Pairs();
        TextPair[] pairs = PairClassifierTests.Pairs(50);
        for (int attempt = 0; attempt < 10; attempt++)
        {
            using var classifier = PairClassifier.Load(model.Path);
            PairPrediction[] expected = classifier.ScoreBatch(pairs);
            using var started = new CountdownEvent(4);
            Task[] users = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                started.Signal();
                while (true)
                {
                    try
                    {
                        PairClassifierTests.AssertEqual(expected[^1], classifier.ScoreBatch(pairs)[^1]);
                    }
                    catch (ObjectDisposedException)
                    {
                        return;
                    }
                }
            }))];
            started.Wait();
            classifier.Dispose();
            await Task.WhenAll(users);
        }
    }

    [Fact]
    public void Two_hundred_classifiers_opened_and_closed_leave_no_memory_behind()
    {
        // 2 MB of weights: two hundred sessions left open would take 400 MB and more.
        using var model = TinyModel.Pairs(vocabulary: 16_000, width: 32);
        void OpenAndClose(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using var classifier = PairClassifier.Load(model.Path);
                classifier.Score("w1", "w2");
            }
        }

        OpenAndClose(20);
        long before = ResidentBytes();
        OpenAndClose(200);
        Assert.InRange(ResidentBytes() - before, long.MinValue, 150L << 20);
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
