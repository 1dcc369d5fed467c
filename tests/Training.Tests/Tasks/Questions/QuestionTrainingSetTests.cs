using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Training.Tests;

public sealed class QuestionTrainingSetTests
{
    private static readonly string Passage = string.Join(' ', Enumerable.Range(0, 20).Select(i => $"w{i}"));

    [Fact]
    public void A_window_has_its_answers_tokens_and_the_passage_alone_in_the_loss()
    {
        // [CLS] who ? [SEP] the cat sat . [SEP]
        PackedBatch batch = Batch(Build(40, new(), QuestionTestModel.Example("who ?", "the cat sat.", new GoldAnswer("cat sat", 4))), 0);
        var targets = (SpanTargets)batch.Targets!;
        Assert.Equal([9], batch.Lengths);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 1], batch.TokenTypeIds);
        Assert.Equal([5], targets.Starts);
        Assert.Equal([6], targets.Ends);
        Assert.Equal([false, false, false, false, true, true, true, true, false], targets.Allowed);
    }

    [Fact]
    public void Batches_count_positions_from_each_windows_own_first_token()
    {
        QuestionTrainingSet set = Build(
            40,
            new(),
            QuestionTestModel.Example("who ?", "the cat sat.", new GoldAnswer("cat", 4)),
            QuestionTestModel.Example("who sat there ?", "a dog.", new GoldAnswer("dog", 2)));
        PackedBatch batch = Batch(set, 1, 0);
        var targets = (SpanTargets)batch.Targets!;
        Assert.Equal([10, 9], batch.Lengths);
        Assert.Equal([7, 5], targets.Starts);
        Assert.Equal([7, 5], targets.Ends);
        Assert.Equal([6, 7, 8, 14, 15, 16, 17], Enumerable.Range(0, targets.Allowed.Length).Where(i => targets.Allowed[i]));
    }

    [Fact]
    public void Windows_cover_a_long_passage_and_those_without_the_answer_learn_cls()
    {
        // 3 special tokens, 1 question token and 8 of the passage; 4 shared: windows at 0, 4, 8, 12.
        QuestionTrainingSet set = Build(12, new() { DocStride = 4 }, QuestionTestModel.Example("who", Passage, new GoldAnswer("w9 w10", Passage.IndexOf("w9", StringComparison.Ordinal))));
        var targets = (SpanTargets)Batch(set, 0, 1, 2, 3).Targets!;
        Assert.Equal(4, set.Count);
        Assert.Equal(1, set.QuestionCount);
        Assert.Equal([0, 3 + 5, 3 + 1, 0], targets.Starts);
        Assert.Equal([0, 3 + 6, 3 + 2, 0], targets.Ends);
        Assert.Equal([true, true, true, true], new[] { 0, 12, 24, 36 }.Select(cls => targets.Allowed[cls]));
        Assert.False(set.SomeUnanswerable);
    }

    [Fact]
    public void An_answer_that_a_window_holds_in_part_is_not_in_it()
    {
        QuestionTrainingSet set = Build(12, new() { DocStride = 0 }, QuestionTestModel.Example("who", Passage, new GoldAnswer("w7 w8", Passage.IndexOf("w7", StringComparison.Ordinal))));
        var targets = (SpanTargets)Batch(set, 0, 1, 2).Targets!;
        Assert.Equal([0, 0, 0], targets.Starts);
        Assert.Equal([0, 0, 0], targets.Ends);
    }

    [Fact]
    public void One_unanswerable_question_lets_cls_take_part_everywhere()
    {
        QuestionTrainingSet set = Build(40, new(), QuestionTestModel.Example("who ?", "the cat sat.", new GoldAnswer("cat", 4)), QuestionTestModel.Example("why ?", "the cat sat."));
        var targets = (SpanTargets)Batch(set, 0, 1).Targets!;
        Assert.Equal([5, 0], targets.Starts);
        Assert.Equal([5, 0], targets.Ends);
        Assert.True(targets.Allowed[0]);
        Assert.True(targets.Allowed[9]);
        Assert.True(set.SomeUnanswerable);
    }

    [Theory]
    [InlineData("Das CAFÉ in Zürich.", "CAFÉ")]
    [InlineData("Das Cafe\u0301 in Zürich.", "Cafe\u0301")]
    [InlineData("I saw 東京タワー today", "京")]
    [InlineData("zero\u200Bwidth \u00ADhyphen word", "word")]
    [InlineData("  spaced \t\u00A0 out  ", " spaced ")]
    [InlineData("😀 smiles 😀", "smiles")]
    public void Answers_are_found_where_normalization_shifts_the_text(string context, string answer)
    {
        var report = new QuestionDataReport();
        QuestionEncoder encoder = QuestionTestModel.Encoder(60, [context, "who", "cafe zurich das"]);
        QuestionExample example = QuestionTestModel.Example("who", context, new GoldAnswer(answer, context.IndexOf(answer, StringComparison.Ordinal)));
        var set = QuestionTrainingSet.Build([example], encoder, report);
        var targets = (SpanTargets)Batch(set, 0).Targets!;
        EncodedQuestion question = encoder.Encode("who", context);
        int start = question.Passage.Offsets[targets.Starts[0] - question.PassageStart].Start;
        int end = question.Passage.Offsets[targets.Ends[0] - question.PassageStart].End;
        Assert.Equal(answer.Trim(), context[start..end]);
        Assert.Equal(0, report.Cases);
    }

    [Fact]
    public void What_cannot_be_trained_on_is_left_out_counted_and_listed()
    {
        var report = new QuestionDataReport();
        QuestionTrainingSet set = QuestionTrainingSet.Build(
            [
                QuestionTestModel.Example("who", "the cat", new GoldAnswer("dog", null)),
                QuestionTestModel.Example("who", "the \t cat", new GoldAnswer("\t", 4)),
                QuestionTestModel.Example("who", "the cat", new GoldAnswer("", 4)),
                QuestionTestModel.Example("", "the cat", new GoldAnswer("cat", 4)),
                QuestionTestModel.Example("who", " \n ", new GoldAnswer(" ", 0)),
                QuestionTestModel.Example("who", "the cats", new GoldAnswer("cat", 4)),
                QuestionTestModel.Example("who", "the cat", new GoldAnswer("dog", null), new GoldAnswer("cat", 4)),
            ],
            QuestionTestModel.Encoder(40, ["who the cat cats"]),
            report);

        Assert.Equal(2, set.Count);
        Assert.Equal((3, 2, 1), (report.UnalignedQuestions, report.EmptyQuestions, report.WidenedAnswers));
        Assert.Equal(6, report.Cases);
        Assert.Equal(6, report.Listed.Count);
        Assert.All(report.Listed, line => Assert.StartsWith("test: question 'q': ", line, StringComparison.Ordinal));
        Assert.Contains("'cats' is taken", report.Listed[5], StringComparison.Ordinal);
        Assert.Equal("test: question 'q'", set.Locate(0));
    }

    [Fact]
    public void Training_asks_for_answers()
    {
        QuestionExample example = QuestionTestModel.Example("who", "the cat") with { Answers = null };
        Assert.Throws<BertMLNetException>(() => Build(40, new(), example));
    }

    [Fact]
    public void Every_question_of_squads_dev_file_is_aligned_with_its_answer_in_some_window()
    {
        var encoder = new QuestionEncoder(
            Tokenization.WordPieceTokenizer.Load(TestKit.SharedData.PathOf("vocab", "bert-base-uncased")), 384, new());
        var report = new QuestionDataReport();
        var examples = QuestionReader.Read(TestKit.SharedData.PathOf("data", "squad", "dev-v1.1.json.gz"), new() { RequireAnswers = true }, report).Take(2500);
        QuestionTrainingSet set = QuestionTrainingSet.Build(examples, encoder, report);
        Assert.Equal(2500, set.QuestionCount);
        Assert.Equal(0, report.UnalignedQuestions);
        Assert.InRange(set.Count, 2500, 2700);
        int withAnswer = 0;
        for (int i = 0; i < set.Count; i++)
            withAnswer += ((SpanTargets)set.Pack([i]).Targets!).Starts[0] > 0 ? 1 : 0;
        Assert.InRange(withAnswer, 2500, set.Count);
    }

    private static QuestionTrainingSet Build(int maxLength, QuestionAnsweringOptions options, params QuestionExample[] examples) =>
        QuestionTrainingSet.Build(
            examples,
            QuestionTestModel.Encoder(maxLength, examples.Select(example => example.Context + " " + example.Question), options),
            new QuestionDataReport());

    private static PackedBatch Batch(QuestionTrainingSet set, params int[] indices) => set.Pack(indices);
}
