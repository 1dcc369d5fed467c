using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Tests;

namespace BertMLNet.Scoring.Tests;

public sealed class QuestionAnswererTests
{
    [Fact]
    public void Logits_are_those_of_the_graph_on_each_window()
    {
        using var model = TinyModel.Questions();
        using var answerer = QuestionAnswerer.Load(model.Path, new() { DocStride = 10 }, new() { MaxLength = 40 });
        using var verifier = new GraphVerifier(model.Folder.OnnxPath);
        var encoder = new QuestionEncoder(Tokenization.WordPieceTokenizer.Load(model.Path), 40, new() { DocStride = 10 });

        (EncodedQuestion question, WindowLogits[] logits) = answerer.Score(new("w1 w2", Passage(100, seed: 1)));

        Assert.Equal(question.Windows.Length, logits.Length);
        Assert.InRange(logits.Length, 3, 10);
        for (int w = 0; w < logits.Length; w++)
        {
            int[] ids = new int[question.LengthOf(w)];
            encoder.WriteIds(question, w, ids);
            int[] types = [.. ids.Select((_, i) => i < question.PassageStart ? 0 : 1)];
            var expected = verifier.Run([ids.Length], ids, types);
            Assert.InRange(GraphVerifier.LargestDifference(logits[w].Start, expected["start_logits"]), 0, 1e-5f);
            Assert.InRange(GraphVerifier.LargestDifference(logits[w].End, expected["end_logits"]), 0, 1e-5f);
        }
    }

    [Fact]
    public void A_model_of_single_texts_is_refused()
    {
        using var model = TinyModel.Questions(textTypes: 1);

        string message = Assert.Throws<BertMLNetException>(() => QuestionAnswerer.Load(model.Path)).Message;
        Assert.Contains("\"type_vocab_size\" is 1", message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_question_is_answered_alike_alone_and_in_any_batch_and_order_is_kept(int concurrentBatches)
    {
        using var model = TinyModel.Questions();
        var options = new QuestionAnsweringOptions { NullThreshold = 0.5, DocStride = 8 };
        using var alone = QuestionAnswerer.Load(model.Path, options);
        using var answerer = QuestionAnswerer.Load(
            model.Path, options, new() { MaxBatchTokens = 300, WindowRows = 37, ConcurrentBatches = concurrentBatches });
        QuestionInput[] inputs = Inputs(120);

        QuestionAnswer[] answers = answerer.AnswerBatch(inputs);

        for (int i = 0; i < inputs.Length; i++)
            AssertEqual(alone.Answer(inputs[i]), answers[i]);
        // Answers that hardly differ would make the order untestable.
        Assert.True(answers.Select(answer => (answer.Text, Math.Round(answer.Score, 4))).Distinct().Count() > 80);
    }

    [Fact]
    public void A_stream_gives_what_batches_give_and_pulls_no_more_than_it_needs()
    {
        using var model = TinyModel.Questions();
        using var answerer = QuestionAnswerer.Load(model.Path, new(), new() { WindowRows = 16 });
        QuestionInput[] inputs = Inputs(90);
        QuestionAnswer[] expected = answerer.AnswerBatch(inputs);

        int pulled = 0;
        int given = 0;
        foreach (QuestionAnswer answer in answerer.AnswerStream(inputs.Select(input => Count(input))))
        {
            AssertEqual(expected[given++], answer);
            Assert.InRange(pulled, given, given + 16);
        }
        Assert.Equal(90, given);

        QuestionInput Count(QuestionInput input)
        {
            pulled++;
            return input;
        }
    }

    [Fact]
    public void Every_answer_is_the_passage_at_its_characters()
    {
        using var model = TinyModel.Questions();
        using var answerer = QuestionAnswerer.Load(model.Path, new() { NBestSize = 50, MaxAnswerLength = 7 });
        QuestionInput[] inputs =
        [
            .. Inputs(40),
            new("w1", "  w3\u00A0w4 \t W5 ẃ6 w\u0301\u0323 \u200B w7😀w8 東京 �\uD800 w9\u0301"),
        ];
        QuestionAnswer[] answers = answerer.AnswerBatch(inputs);
        int last = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            string passage = inputs[i].Passage.ToString();
            foreach (AnswerCandidate candidate in answers[i].NBest)
            {
                Assert.NotEmpty(candidate.Text);
                Assert.Equal(candidate.Text, passage[candidate.Start!.Value..candidate.End!.Value]);
                Assert.InRange(candidate.Score, 0, 1);
                last = Math.Max(last, candidate.Start.Value);
            }
            Assert.Equal(answers[i].NBest[0].Text, answers[i].Text);
            Assert.Equal(answers[i].NBest.OrderByDescending(candidate => candidate.Score), answers[i].NBest);
        }
        // The longest passages do not fit into one window, and answers are found in later ones.
        Assert.InRange(last, 400, int.MaxValue);
    }

    [Theory]
    [InlineData("", "w1 w2")]
    [InlineData(" \t\r\n\u00A0", "w1 w2")]
    [InlineData("w1", "")]
    [InlineData("w1", "\n \u3000")]
    [InlineData(null, null)]
    public void Nothing_to_ask_or_to_search_has_no_answer(string? question, string? passage)
    {
        using var model = TinyModel.Questions();
        using var answerer = QuestionAnswerer.Load(model.Path);
        QuestionAnswer[] answers = answerer.AnswerBatch(new QuestionInput[] { new("w1", "w2 w3"), new(question, passage), new("w4", "w5") });
        Assert.Equal("", answers[1].Text);
        Assert.Null(answers[1].Start);
        Assert.Null(answers[1].End);
        Assert.NotEmpty(answers[0].Text);
        Assert.Equal("w5", answers[2].Text);
    }

    [Fact]
    public void A_question_and_a_passage_of_a_megabyte_are_answered()
    {
        using var model = TinyModel.Questions();
        using var answerer = QuestionAnswerer.Load(model.Path);
        string question = string.Concat(Enumerable.Repeat("w1 ", 350_000));
        string passage = string.Concat(Enumerable.Repeat("w2 w3 w4 unknownunknownunknownunknownunknownunknownunknownunknown ", 16_000));
        QuestionAnswer answer = answerer.Answer(question, passage);
        Assert.Equal(passage[answer.Start!.Value..answer.End!.Value], answer.Text);
        Assert.NotEmpty(answerer.Answer(question, "w2").Text);
        Assert.NotEmpty(answerer.Answer(new string('x', 1 << 20), new string('y', 1 << 20)).Text);
    }

    [Fact]
    public void Cancelling_ends_a_batch()
    {
        using var model = TinyModel.Questions();
        using var answerer = QuestionAnswerer.Load(model.Path);
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => answerer.AnswerBatch(Inputs(3), cancellation.Token));
        Assert.NotEmpty(answerer.Answer("w1", "w2").Text);
    }

    [Fact]
    public void A_disposed_answerer_says_so()
    {
        using var model = TinyModel.Questions();
        var answerer = QuestionAnswerer.Load(model.Path);
        answerer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => answerer.Answer("w1", "w2"));
    }

    [Fact]
    public void Models_that_do_not_fit_are_refused()
    {
        using var pairs = TinyModel.Pairs();
        Assert.Contains("the model is a BertForSequenceClassification, and a BertForQuestionAnswering is asked for", Assert.Throws<BertMLNetException>(() => QuestionAnswerer.Load(pairs.Path)).Message, StringComparison.Ordinal);
        using var model = TinyModel.Questions();
        Assert.Contains("takes up to 64", Assert.Throws<BertMLNetException>(() => QuestionAnswerer.Load(model.Path, scoring: new() { MaxLength = 65 })).Message, StringComparison.Ordinal);
        File.Delete(model.Folder.OnnxPath);
        Assert.Contains("has no onnx/model.onnx", Assert.Throws<BertMLNetException>(() => QuestionAnswerer.Load(model.Path)).Message, StringComparison.Ordinal);
    }

    private static string Passage(int words, int seed)
    {
        var random = new Random(seed);
        return string.Join(' ', Enumerable.Range(0, words).Select(_ => TinyModel.Word(random.Next(190))));
    }

    private static QuestionInput[] Inputs(int count) =>
        [.. TinyModel.Sentences(count, seed: 2, longest: 6).Select((question, i) => new QuestionInput("w1 " + question, Passage(1 + (i * 37 % 200), i)))];

    private static void AssertEqual(QuestionAnswer expected, QuestionAnswer actual)
    {
        Assert.Equal((expected.Text, expected.Start, expected.End), (actual.Text, actual.Start, actual.End));
        Assert.Equal(expected.Score, actual.Score, 1e-4);
        Assert.Equal(expected.NBest.Count, actual.NBest.Count);
    }
}
