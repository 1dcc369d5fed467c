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
    public void Disposed_scorers_say_so_of_nothing_to_score_too()
    {
        using var pairs = TinyModel.Pairs();
        using var questions = TinyModel.Questions();
        var classifier = PairClassifier.Load(pairs.Path);
        var answerer = QuestionAnswerer.Load(questions.Path);
        classifier.Dispose();
        answerer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => classifier.ScoreBatch(ReadOnlyMemory<TextPair>.Empty));
        Assert.Throws<ObjectDisposedException>(() => answerer.AnswerBatch(ReadOnlyMemory<QuestionInput>.Empty));
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
            // Threads of their own: users that keep the pool's few busy would leave none for the last of them to start on.
            Task[] users = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() =>
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
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            started.Wait();
            classifier.Dispose();
            await Task.WhenAll(users);
        }
    }
}
