using BertMLNet.Cli;
using System.IO.Compression;
using System.Text;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

public sealed class QuestionReaderTests
{
    [Fact]
    public void Version_1_is_read_with_articles_paragraphs_and_questions_in_order()
    {
        List<QuestionExample> examples = Read("""
            {"version": "1.1", "data": [
              {"title": "One", "paragraphs": [
                {"context": "Oslo lies in Norway.", "qas": [
                  {"id": "a", "question": "Where is Oslo?", "answers": [{"text": "Norway", "answer_start": 13}, {"answer_start": 10, "text": "in Norway"}]},
                  {"id": "b", "question": "What lies in Norway?", "answers": [{"text": "Oslo", "answer_start": 0}]}]}]},
              {"paragraphs": [
                {"qas": [{"question": "Who sang?", "id": "c", "answers": [{"text": "Ann", "answer_start": 0}]}], "context": "Ann sang."}], "title": "Two"},
              {"title": "Empty", "paragraphs": []}]}
            """);

        Assert.Equal(["a", "b", "c"], examples.Select(example => example.Id));
        Assert.Equal(["Where is Oslo?", "What lies in Norway?", "Who sang?"], examples.Select(example => example.Question));
        Assert.Equal([new("Norway", 13), new GoldAnswer("in Norway", 10)], examples[0].Answers!);
        Assert.Equal("Ann sang.", examples[2].Context);
        Assert.Same(examples[0].Context, examples[1].Context);
        Assert.Equal("test.json: $.data[1].paragraphs[0].qas[0]", examples[2].Location);
    }

    [Theory]
    [InlineData("{\"question\": \"Who?\", \"context\": \"Ann sang.\", \"contex\\ude00\": 1}")]
    [InlineData("{\"data\": [{\"paragraphs\": [{\"context\": \"Ann sang.\", \"qas\": [], \"contex\\ude00\": \"a\"}]}]}")]
    public void Names_that_are_no_text_are_an_error(string json) =>
        Assert.Contains("a name in the object is not valid Unicode", Assert.Throws<BertMLNetException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Questions_and_characters_are_bounded()
    {
        const string Lines = """
            {"question": "Who?", "context": "Ann sang."}
            {"question": "Who?", "context": "Ann Lee sang."}
            """;
        Assert.Single(Read(Lines, new() { MaxQuestions = 1 }));
        Assert.EndsWith(
            "line 2: a text has 13 characters; the most accepted is 12.",
            Assert.Throws<BertMLNetException>(() => Read(Lines, new() { MaxCharacters = 12 })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_question_asked_for_is_given_without_a_look_at_the_next()
    {
        const string Lines = """
            {"question": "Who?", "context": "Ann sang."}
            not json
            """;
        var report = new QuestionDataReport();
        Assert.Single(Read(Lines, new() { MaxQuestions = 1 }, report));
        Assert.Single(Read(Lines, new() { MaxQuestions = 1 }, report));
    }

    [Theory]
    [InlineData("{\"data\": []}{\"data\": []}")]
    [InlineData("{\"data\": []}\n[1]")]
    public void What_stands_behind_the_data_is_not_passed_over(string json) =>
        Assert.Contains("there is more behind the end of the data", Assert.Throws<BertMLNetException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"is_impossible\": true, \"answers\": [{\"text\": \"Ann\", \"answer_start\": 0}]", "true, and there are answers")]
    [InlineData("\"is_impossible\": false, \"answers\": []", "false, and there are no answers")]
    public void A_flag_that_contradicts_the_answers_is_an_error_unless_they_are_not_read(string fields, string expected)
    {
        string line = $"{{\"question\": \"Who?\", \"context\": \"Ann sang.\", {fields}}}";
        Assert.Contains(expected, Assert.Throws<BertMLNetException>(() => Read(line)).Message, StringComparison.Ordinal);
        Assert.Null(Assert.Single(Read(line, new() { IgnoreAnswers = true })).Answers);
    }

    [Fact]
    public void Version_2_marks_questions_without_an_answer()
    {
        var report = new QuestionDataReport();
        List<QuestionExample> examples = Read(
            """
            {"version": "v2.0", "data": [{"title": "t", "paragraphs": [{"context": "Ann sang.", "qas": [
              {"id": "1", "question": "Who sang?", "is_impossible": false, "answers": [{"text": "Ann", "answer_start": 0}]},
              {"id": "2", "question": "Who danced?", "is_impossible": true, "answers": [], "plausible_answers": [{"text": "Ann", "answer_start": 0}]},
              {"id": "3", "question": "Who slept?", "answers": []}]}]}]}
            """,
            report: report);

        Assert.Equal([1, 0, 0], examples.Select(example => example.Answers!.Count));
        Assert.Equal(3, report.Questions);
        Assert.Equal(2, report.Unanswerable);
    }

    [Fact]
    public void Json_lines_may_leave_out_answers_and_ids_and_have_hugging_faces_answers()
    {
        List<QuestionExample> examples = Read("""
            {"question": "Who?", "context": "Ann sang."}

            {"id": 7, "context": "Ann sang.", "question": "Who?", "answers": [{"text": "Ann", "answer_start": 0}], "other": {"deep": [1]}}
            {"id": "x", "context": "Ann sang.", "question": "Who?", "answers": {"text": ["sang", "Ann"], "answer_start": [4, 0]}}
            {"id": "y", "context": "Ann sang.", "question": "Who?", "answers": {"text": [], "answer_start": []}}
            """);

        Assert.Equal([null, "7", "x", "y"], examples.Select(example => example.Id));
        Assert.Null(examples[0].Answers);
        Assert.Equal([new("Ann", 0)], examples[1].Answers!);
        Assert.Equal([new("sang", 4), new GoldAnswer("Ann", 0)], examples[2].Answers!);
        Assert.Empty(examples[3].Answers!);
        Assert.Equal("test.json, line 3", examples[1].Location);
    }

    [Fact]
    public void Answer_start_counts_code_points()
    {
        QuestionExample example = Read("""{"question": "?", "context": "😀😀 Ann 𝒜 sang.", "answers": [{"text": "Ann", "answer_start": 3}, {"text": "sang", "answer_start": 9}]}""").Single();
        Assert.Equal([new("Ann", 5), new GoldAnswer("sang", 12)], example.Answers!);
        Assert.StartsWith("Ann", example.Context[5..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Ann", 1, null, 0)]
    [InlineData("Ann", 5, null, 0)]
    [InlineData("Ann", 9, null, 14)]
    [InlineData("Ann", 12, null, 14)]
    [InlineData("Ann", 900, null, 14)]
    [InlineData("Ann", -1, null, 0)]
    [InlineData("Bob", 3, null, null)]
    [InlineData("", 40, null, null)]
    public void A_start_that_does_not_match_is_reported_and_moved_on_request(string text, int start, int? unfixed, int? expected)
    {
        string json = $$"""{"id": "q9", "question": "?", "context": "Ann sang. But Ann left.", "answers": [{"text": "{{text}}", "answer_start": {{start}} }]}""";
        var report = new QuestionDataReport();
        var fixedReport = new QuestionDataReport();

        Assert.Equal(unfixed, Read(json, report: report).Single().Answers![0].Start);
        Assert.Equal(expected, Read(json, new() { FixOffsets = true }, fixedReport).Single().Answers![0].Start);

        Assert.Equal((1, 0), (report.MisplacedAnswers, report.MovedAnswers));
        Assert.Contains("'q9'", Assert.Single(report.Listed), StringComparison.Ordinal);
        Assert.Equal(expected is null ? (1, 0) : (0, 1), (fixedReport.MisplacedAnswers, fixedReport.MovedAnswers));
    }

    [Theory]
    [InlineData("""{"data": [{"paragraphs": [{"context": "c", "qas": [{"id": "1"}]}]}]}""", "$.data[0].paragraphs[0].qas[0]: the field \"question\" is missing")]
    [InlineData("""{"data": [{"paragraphs": [{"qas": []}]}]}""", "$.data[0].paragraphs[0]: the field \"context\" is missing")]
    [InlineData("""{"data": [{"paragraphs": [{"context": "c"}]}]}""", "$.data[0].paragraphs[0]: the field \"qas\" is missing")]
    [InlineData("""{"data": [{"paragraphs": []}, {"title": "t"}]}""", "$.data[1]: 'paragraphs' is missing")]
    [InlineData("""{"data": [7]}""", "$.data[0]: an object was expected")]
    [InlineData("""{"data": {}}""", "$.data: an array of articles was expected")]
    [InlineData("""{"data": [{"paragraphs": [{"context": "c", "qas": [{"id": "1", "question": "q", "answers": [{"text": "c"}]}]}]}]}""", "$.data[0].paragraphs[0].qas[0].answers[0]: the field \"answer_start\" is missing")]
    [InlineData("""{"data": [{"paragraphs": [{"context": "c", "qas": [{"id": "1", "question": "q", "answers": [{"text": "c", "answer_start": 0.5}]}]}]}]}""", "$.data[0].paragraphs[0].qas[0].answers[0].answer_start: a whole number is expected, not 0.5")]
    [InlineData("""{"data": [{"paragraphs": [{"context": "c", "qas": [{"id": "1", "question": "q"}]}]}]}""", "$.data[0].paragraphs[0].qas[0]: the field \"answers\" is missing")]
    [InlineData("""{"data": [{"paragraphs": [{"context": 5, "qas": []}]}]}""", "$.data[0].paragraphs[0].context: a text is expected")]
    [InlineData("""{"data": [{"paragraphs": [{"context": "c", "qas": [{"id": "1", "question": "q", "answers": [], "is_impossible": "no"}]}]}]}""", "qas[0].is_impossible: true or false is expected")]
    [InlineData("""{"data": [{"paragraphs": [{"context": "c", "qas": [{"id": "1", "question": "q", "answers": []}, {"id": "1", "question": "r", "answers": []}]}]}]}""", "qas[1]: the id '1' is that of an earlier question")]
    [InlineData("""{"data": [{"paragraphs": [{"context": "c \ud800", "qas": []}]}]}""", "$.data[0].paragraphs[0].context: the text is not valid Unicode; mend the file's encoding")]
    [InlineData("""{"data": [{"paragraphs": [{"context": "c", "qas": [""", "not valid JSON")]
    [InlineData("{\"data\": [\n{\"paragraphs\": [\n{\"context\": c}]}]}", "line 3, byte 13: this is not valid JSON")]
    [InlineData("""{"question": "q", "answers": []}""", "line 1: the field \"context\" is missing")]
    [InlineData("{\"question\": \"q\", \"context\": \"c\", \"answers\": []}\n{\"question\": \"q\"}", "line 2: the field \"context\" is missing")]
    [InlineData("{\"question\": \"q\", \"context\": \"c\", \"answers\": []}\n[1]", "line 2: an object { … } is expected, not [1]")]
    [InlineData("""{"question": "q", "context": "c", "answers": {"text": ["c"], "answer_start": []}}""", "1 texts stand beside 0 starts")]
    [InlineData("{}", "these are no questions")]
    [InlineData("[]", "these are no questions")]
    [InlineData("", "these are no questions")]
    [InlineData("sentence1\tsentence2\n", "not valid JSON")]
    public void Bad_files_are_refused_with_one_line_that_says_where(string json, string expected)
    {
        var exception = Assert.Throws<BertMLNetException>(() => Read(json, new() { RequireAnswers = true }));
        Assert.StartsWith("test.json", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void Compressed_files_and_byte_order_marks_are_read()
    {
        using var folder = new TemporaryFolder();
        string path = folder["questions.bin"];
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.Preamble);
            gzip.Write("""{"question": "Who?", "context": "Ann sang."}"""u8);
        }
        Assert.Equal("Who?", QuestionReader.Read(path).Single().Question);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var exception = Assert.Throws<BertMLNetException>(() => QuestionReader.Read("no/such/file.json").ToList());
        Assert.StartsWith("no/such/file.json: cannot be read", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 500)]
    [InlineData(700, 1 << 20)]
    [InlineData(1 << 20, 1 << 20)]
    public void Large_values_are_read_however_the_stream_cuts_them(int piece, int size)
    {
        string context = new('x', size);
        string json = """{"big": ["BIG", {"BIG": {}}], "data": [{"title": "BIG", "paragraphs": [{"context": "BIG", "qas": [{"id": "1", "question": "BIG", "answers": []}]}]}]}"""
            .Replace("BIG", context, StringComparison.Ordinal);
        using var stream = new SlowStream(Encoding.UTF8.GetBytes(json), piece);
        QuestionExample example = QuestionReader.Read(stream, "test.json").Single();
        Assert.Equal(context, example.Context);
        Assert.Equal(context, example.Question);
    }

    [Fact]
    public void A_record_beyond_the_limit_is_refused_without_being_held()
    {
        using var stream = new EndlessStream("{\"question\": \"q\", \"context\": \""u8.ToArray());
        var exception = Assert.Throws<BertMLNetException>(() => QuestionReader.Read(stream, "test.json", new() { MaxRecordBytes = 1 << 20 }).ToList());
        Assert.Contains("takes more than 1048576 bytes", exception.Message, StringComparison.Ordinal);
        Assert.InRange(stream.Given, 1 << 20, (1 << 20) + (1 << 17));
    }

    [Fact]
    public void Reading_is_lazy_and_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        byte[] line = Encoding.UTF8.GetBytes("""{"question": "q", "context": "c"}""" + "\n");
        using var stream = new EndlessStream(line, repeat: true);
        int read = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (QuestionExample _ in QuestionReader.Read(stream, "test.json", cancellationToken: cancellation.Token))
            {
                if (++read == 10_000)
                    cancellation.Cancel();
            }
        });
        Assert.Equal(10_000, read);
        Assert.InRange(stream.Given, 0, 10_000 * line.Length + (1 << 17));
    }

    [Fact]
    public void What_the_writer_writes_is_read_back()
    {
        using var folder = new TemporaryFolder();
        QuestionExample[] examples =
        [
            new() { Id = "1", Question = "Wer?", Context = "😀 Änne \"sang\".", Answers = [new("Änne", 3), new("😀", 0)], Location = "" },
            new() { Id = "2", Question = "Wo?", Context = "😀 Änne \"sang\".", Answers = [], Location = "" },
            new() { Id = "3", Question = "Was?", Context = "b", Answers = [new("b", 0)], Location = "" },
        ];
        SquadWriter.Write(folder["out.json"], examples, "Test");
        List<QuestionExample> read = [.. QuestionReader.Read(folder["out.json"], new() { RequireAnswers = true })];
        Assert.Equal(examples.Select(example => (example.Id, example.Question, example.Context)), read.Select(example => (example.Id, example.Question, example.Context)));
        Assert.Equal(examples.Select(example => string.Join(';', example.Answers!)), read.Select(example => string.Join(';', example.Answers!)));
        Assert.Equal(2, File.ReadAllText(folder["out.json"]).Split("\"context\"").Length - 1);
    }

    [Theory]
    [InlineData("dev-v1.1.json.gz", 10_570, 0, 0)]
    [InlineData("dev-v2.0-half.json.gz", 6_078, 3_168, 0)]
    public void Squads_own_files_are_read_whole(string file, int questions, int unanswerable, int misplaced)
    {
        var report = new QuestionDataReport();
        foreach (QuestionExample example in QuestionReader.Read(SharedData.PathOf("data", "squad", file), new() { RequireAnswers = true }, report))
        {
            foreach (GoldAnswer answer in example.Answers!)
                Assert.Equal(answer.Text, example.Context.Substring(answer.Start!.Value, answer.Text.Length));
        }
        Assert.Equal((questions, unanswerable, misplaced), (report.Questions, report.Unanswerable, report.MisplacedAnswers));
    }

    private static List<QuestionExample> Read(string json, QuestionReaderOptions? options = null, QuestionDataReport? report = null) =>
        [.. QuestionReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(json)), "test.json", options, report)];

    /// <summary>Gives a few bytes at a time, as a pipe may.</summary>
    private sealed class SlowStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, piece));
    }

    /// <summary>Never ends: after the first bytes come letters, or the same bytes again.</summary>
    private sealed class EndlessStream(byte[] first, bool repeat = false) : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            for (int i = 0; i < count; i++, Given++)
                buffer[offset + i] = repeat ? first[Given % first.Length] : Given < first.Length ? first[Given] : (byte)'x';
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
