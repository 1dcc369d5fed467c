using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;

namespace BertMLNet.Tests;

public sealed class PairClassifierTests
{
    [Fact]
    public void Logits_are_those_of_the_graph_run_on_the_tokenizers_own_encoding()
    {
        using var model = TinyModel.Pairs();
        using var classifier = PairClassifier.Load(model.Path);
        var tokenizer = WordPieceTokenizer.Load(model.Path);
        var encoding = tokenizer.Encode("w1 w2 w3", "w4 w5");
        using var verifier = new GraphVerifier(model.Folder.OnnxPath);
        float[] expected = verifier.Run([encoding.Count], encoding.Ids.AsSpan(), encoding.TypeIds.AsSpan())["logits"];

        PairPrediction prediction = classifier.Score("w1 w2 w3", "w4 w5");

        Assert.InRange(GraphVerifier.LargestDifference(prediction.Logits.Span, expected), 0, 1e-5f);
        int best = expected[0] >= expected[1] ? 0 : 1;
        Assert.Equal((best, classifier.Labels[best]), (prediction.LabelIndex, prediction.Label));
        double odds = Math.Exp(expected[1] - (double)expected[0]);
        Assert.Equal(odds / (1 + odds), prediction.Probabilities.Span[1], 1e-5);
        Assert.Equal(1, prediction.Probabilities.Span[0] + prediction.Probabilities.Span[1], 1e-6);
    }

    /// <summary>The cure that the message names is one that works: to export such a model again would not help.</summary>
    [Fact]
    public void A_model_that_is_made_for_something_else_is_called_by_its_name()
    {
        string pretrained = Path.Combine(TestKit.Repository.Root, "models", "bertmlnet-mini-en");
        using var pairs = TinyModel.Pairs();

        string unfit = Assert.Throws<BertMLNetException>(() => QuestionAnswerer.Load(pretrained)).Message;
        string questions = Assert.Throws<BertMLNetException>(() => QuestionAnswerer.Load(pairs.Path)).Message;

        Assert.Contains("the model is a BertForPreTraining, and a BertForQuestionAnswering is asked for; make one of it with", unfit, StringComparison.Ordinal);
        Assert.Contains("the model is a BertForSequenceClassification, and a BertForQuestionAnswering is asked for", questions, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_that_is_named_without_its_folder_is_told_with_it()
    {
        using var model = TinyModel.Pairs();

        string missing = Error("model.onnx"), unwritten = Error("model_quantized.onnx");

        Assert.EndsWith("there is no such graph; name one by its path inside the folder: onnx/model.onnx.", missing, StringComparison.Ordinal);
        Assert.EndsWith($"write onnx/model_quantized.onnx with 'bertmlnet export --model {model.Path} --precision int8'.", unwritten, StringComparison.Ordinal);

        string Error(string graph) =>
            Assert.Throws<BertMLNetException>(() => PairClassifier.Load(model.Path, new ScoringOptions { Graph = graph })).Message;
    }

    [Fact]
    public void One_logits_score_is_its_logistic_function()
    {
        using var model = TinyModel.Pairs(labels: ["LABEL_0"]);
        using var classifier = PairClassifier.Load(model.Path);

        PairPrediction[] predictions = classifier.ScoreBatch(Pairs(20));

        Assert.All(predictions, row => Assert.Equal(1 / (1 + Math.Exp(-row.Logits.Span[0])), row.Probabilities.Span[0], 1e-6));
        Assert.All(predictions, row => Assert.Equal((0, "LABEL_0", 1), (row.LabelIndex, row.Label, row.Probabilities.Length)));
        Assert.True(predictions.Select(row => row.Probabilities.Span[0]).Distinct().Count() > 10);
        Assert.False(classifier.GivesValues);
    }

    [Fact]
    public void Values_are_given_as_they_are()
    {
        foreach (string[] labels in (string[][])[["similarity"], ["clarity", "tone"]])
        {
            using var model = TinyModel.Values(labels);
            using var classifier = PairClassifier.Load(model.Path);

            PairPrediction[] predictions = classifier.ScoreBatch(Pairs(20));

            Assert.All(predictions, row => Assert.Equal(row.Logits.ToArray(), row.Probabilities.ToArray()));
            Assert.All(predictions, row => Assert.Equal(row.Logits.ToArray().Max(), row.Logits.Span[row.LabelIndex]));
            Assert.Contains(predictions, row => row.Logits.Span[0] is < 0 or > 1);
            Assert.True(classifier.GivesValues);
        }
    }

    [Theory]
    [InlineData(GraphOperators.Standard)]
    [InlineData(GraphOperators.Fused)]
    public void A_row_scores_alike_alone_and_in_any_batch_and_order_is_kept(GraphOperators operators)
    {
        using var model = TinyModel.Pairs(operators, ["a", "b", "c"]);
        using var classifier = PairClassifier.Load(model.Path, new ScoringOptions { MaxBatchTokens = 200 });
        TextPair[] pairs = Pairs(300);

        PairPrediction[] batch = classifier.ScoreBatch(pairs);

        for (int i = 0; i < pairs.Length; i++)
            AssertEqual(classifier.Score(pairs[i]), batch[i]);
        // Scores that hardly differ would make the order untestable.
        Assert.True(batch.Select(row => MathF.Round(row.Logits.Span[0], 3)).Distinct().Count() > 200);
    }

    [Fact]
    public void Batches_hold_as_many_rows_as_the_token_budget_allows()
    {
        using var counter = new RunCounter();
        using var model = TinyModel.Pairs();
        // [CLS] w [SEP] w [SEP]: 5 tokens each, and one row of 12.
        TextPair[] pairs = [.. Enumerable.Repeat(new TextPair("w1", "w2"), 20), new TextPair("w1 w2 w3 w4 w5 w6 w7 w8", "w2")];
        using (var classifier = PairClassifier.Load(model.Path, counter.CountIn(new ScoringOptions { MaxBatchTokens = 24 })))
            classifier.ScoreBatch(pairs);

        // The long row takes another in (2 x 12), the 19 others go 4 at a time (4 x 5).
        Assert.Equal(1 + 5, counter.Count);
    }

    [Fact]
    public void Batches_that_run_at_once_give_every_row_its_own_score()
    {
        using var model = TinyModel.Pairs();
        using var alone = PairClassifier.Load(model.Path);
        using var classifier = PairClassifier.Load(model.Path, new ScoringOptions { ConcurrentBatches = 4, MaxBatchTokens = 60 });
        TextPair[] pairs = Pairs(400);

        PairPrediction[] predictions = classifier.ScoreBatch(pairs);

        for (int i = 0; i < pairs.Length; i++)
            AssertEqual(alone.Score(pairs[i]), predictions[i]);
    }

    [Fact]
    public void A_stream_pulls_a_bounded_window_ahead_and_keeps_order()
    {
        using var model = TinyModel.Pairs();
        using var classifier = PairClassifier.Load(model.Path, new ScoringOptions { WindowRows = 64 });
        TextPair[] pairs = Pairs(500);
        int pulled = 0;
        IEnumerable<TextPair> Source()
        {
            foreach (TextPair pair in pairs)
            {
                pulled++;
                yield return pair;
            }
        }

        int taken = 0;
        foreach (PairPrediction prediction in classifier.ScoreStream(Source()))
        {
            AssertEqual(classifier.Score(pairs[taken]), prediction);
            taken++;
            Assert.InRange(pulled - taken, 0, 64);
        }
        Assert.Equal(500, taken);
    }

    [Fact]
    public void A_stream_stops_when_it_is_cancelled()
    {
        using var model = TinyModel.Pairs();
        using var classifier = PairClassifier.Load(model.Path);
        using var cancellation = new CancellationTokenSource();
        IEnumerable<TextPair> Endless()
        {
            for (int i = 0; ; i++)
            {
                if (i == 100)
                    cancellation.Cancel();
                yield return new TextPair("w1", "w2");
            }
        }

        Assert.Throws<OperationCanceledException>(() => classifier.ScoreStream(Endless(), cancellation.Token).Count());
    }

    [Fact]
    public void A_sources_own_exception_comes_through()
    {
        using var model = TinyModel.Pairs();
        using var classifier = PairClassifier.Load(model.Path);
        static IEnumerable<TextPair> Broken()
        {
            yield return new TextPair("w1", "w2");
            throw new FormatException("row 2");
        }

        Assert.Equal("row 2", Assert.Throws<FormatException>(() => classifier.ScoreStream(Broken()).ToList()).Message);
    }

    [Fact]
    public void Many_threads_share_one_classifier()
    {
        using var model = TinyModel.Pairs();
        using var classifier = PairClassifier.Load(model.Path);
        TextPair[] pairs = Pairs(100);
        PairPrediction[] expected = classifier.ScoreBatch(pairs);

        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            PairPrediction[] actual = classifier.ScoreBatch(pairs);
            for (int i = 0; i < pairs.Length; i++)
                AssertEqual(expected[i], actual[i]);
        });
    }

    [Fact]
    public void No_second_text_is_not_an_empty_second_text_and_null_is_an_empty_first_one()
    {
        using var model = TinyModel.Pairs();
        using var classifier = PairClassifier.Load(model.Path);
        var tokenizer = WordPieceTokenizer.Load(model.Path);
        Assert.Equal(3, tokenizer.Encode("w1").Count);
        Assert.Equal(4, tokenizer.Encode("w1", "").Count);

        Assert.NotEqual(classifier.Score("w1").Logits.Span[0], classifier.Score("w1", "").Logits.Span[0]);
        AssertEqual(classifier.Score("", ""), classifier.Score(new TextPair(null, "")));
        Assert.Empty(classifier.ScoreBatch(ReadOnlyMemory<TextPair>.Empty));
    }

    [Fact]
    public void A_text_of_a_megabyte_is_truncated()
    {
        using var model = TinyModel.Pairs();
        using var classifier = PairClassifier.Load(model.Path);
        string start = string.Join(' ', Enumerable.Range(0, 100).Select(TinyModel.Word));

        AssertEqual(classifier.Score(start, "w1"), classifier.Score(start + " " + new string('x', 1 << 20), "w1"));
    }

    [Fact]
    public void A_text_that_may_not_be_truncated_is_an_error_that_names_it()
    {
        using var model = TinyModel.Pairs();
        using var classifier = PairClassifier.Load(model.Path, new ScoringOptions { Truncation = TruncationStrategy.None });
        string text = string.Join(' ', Enumerable.Repeat("w1", 61));

        classifier.Score(text[..^3], "w2");
        string message = Assert.Throws<BertMLNetException>(() => classifier.Score(text, "w2")).Message;
        Assert.Contains("makes 65 tokens", message);
        Assert.Contains("'w1 w1 w1", message);
        // The same from the threads that tokenize a window.
        TextPair[] pairs = [.. Pairs(200), new TextPair(text, "w2")];
        Assert.Equal(message, Assert.Throws<BertMLNetException>(() => classifier.ScoreBatch(pairs)).Message);
    }

    [Fact]
    public void A_text_that_alone_may_be_truncated_and_is_too_short_for_it_is_an_error()
    {
        using var model = TinyModel.Pairs();
        using var classifier = PairClassifier.Load(model.Path, new ScoringOptions { Truncation = TruncationStrategy.OnlySecond, MaxLength = 8 });
        Assert.Throws<BertMLNetException>(() => classifier.Score("w1 w2 w3 w4 w5 w6 w7 w8 w9", "w1"));
    }

    [Fact]
    public void A_longest_sequence_beyond_the_models_is_refused()
    {
        using var model = TinyModel.Pairs();
        string message = Assert.Throws<BertMLNetException>(() => PairClassifier.Load(model.Path, new ScoringOptions { MaxLength = 65 })).Message;
        Assert.Contains("65 tokens", message);
        Assert.Contains("5 to 64", message);
    }

    [Fact]
    public void A_model_of_single_texts_scores_them_and_refuses_pairs()
    {
        using var model = TinyModel.Pairs(textTypes: 1);
        using var classifier = PairClassifier.Load(model.Path);

        Assert.Equal(2, classifier.Score("w1 w2").Logits.Length);
        string message = Assert.Throws<BertMLNetException>(() => classifier.Score("w1 w2", "w3")).Message;
        Assert.Contains("\"type_vocab_size\" is 1", message);
        Assert.Contains("'w1 w2…'", message);
    }

    internal static TextPair[] Pairs(int count)
    {
        string[] first = TinyModel.Sentences(count, seed: 1), second = TinyModel.Sentences(count, seed: 2);
        return [.. first.Zip(second, (a, b) => new TextPair(a, b))];
    }

    internal static void AssertEqual(PairPrediction expected, PairPrediction actual)
    {
        Assert.InRange(GraphVerifier.LargestDifference(actual.Logits.Span, expected.Logits.Span), 0, 1e-5f);
        Assert.InRange(GraphVerifier.LargestDifference(actual.Probabilities.Span, expected.Probabilities.Span), 0, 1e-5f);
    }
}
