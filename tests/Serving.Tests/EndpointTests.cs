using System.Numerics.Tensors;
using System.Text;
using System.Text.Json;
using BertMLNet.Scoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BertMLNet.AspNetCore.Tests;

/// <summary>What the endpoints take and give, beside what the scorers say of the same rows.</summary>
public sealed class EndpointTests : IDisposable
{
    private readonly TinyModel _pairs = TinyModel.Pairs();
    private readonly string[] _texts = TinyModel.Sentences(40, seed: 3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _pairs.Dispose();

    [Fact]
    public async Task Predict_gives_labels_the_likeliest_first_as_the_classifier_has_them()
    {
        await using TestService service = await TestService.StartAsync(services => services.AddBertPairClassifier(_pairs.Path));
        using PairClassifier classifier = PairClassifier.Load(_pairs.Path);

        PairPrediction expected = classifier.Score(_texts[0], _texts[1]);
        JsonElement one = await service.AskAsync("/predict", new { inputs = new[] { _texts[0], _texts[1] } });
        Assert.Equal(expected.Label, one[0].GetProperty("label").GetString());
        Assert.Equal(expected.Probabilities.Span[expected.LabelIndex], one[0].GetProperty("score").GetSingle(), 1e-5f);
        Assert.Equal(expected.Probabilities.Span[1 - expected.LabelIndex], one[1].GetProperty("score").GetSingle(), 1e-5f);
        Assert.Equal(2, one.GetArrayLength());

        JsonElement raw = await service.AskAsync("/predict", new { inputs = new[] { _texts[0], _texts[1] }, raw_scores = true });
        Assert.Equal(expected.Logits.Span[expected.LabelIndex], raw[0].GetProperty("score").GetSingle(), 1e-5f);

        JsonElement many = await service.AskAsync("/predict", new { inputs = _texts.Select(text => new[] { _texts[0], text }) });
        Assert.Equal(_texts.Length, many.GetArrayLength());
        PairPrediction[] all = classifier.ScoreBatch(_texts.Select(text => new TextPair(_texts[0], text)).ToArray(), Stop);
        Assert.Equal(2, all.Select(prediction => prediction.Label).Distinct().Count());
        for (int i = 0; i < all.Length; i++)
        {
            Assert.Equal(all[i].Label, many[i][0].GetProperty("label").GetString());
            Assert.Equal(all[i].Probabilities.Span[all[i].LabelIndex], many[i][0].GetProperty("score").GetSingle(), 1e-5f);
        }
    }

    [Fact]
    public async Task A_model_of_single_texts_takes_them_alone_or_each_in_brackets()
    {
        using TinyModel single = TinyModel.Pairs(textTypes: 1);
        await using TestService service = await TestService.StartAsync(services => services.AddBertPairClassifier(single.Path));
        using PairClassifier classifier = PairClassifier.Load(single.Path);
        float expected = classifier.Score(_texts[5]).Probabilities.ToArray().Max();
        Assert.Equal(expected, (await service.AskAsync("/predict", new { inputs = _texts[5] }))[0].GetProperty("score").GetSingle(), 1e-5f);
        JsonElement many = await service.AskAsync("/predict", new { inputs = new[] { new[] { _texts[5] }, [_texts[6]] } });
        Assert.Equal(2, many.GetArrayLength());
        Assert.Equal(expected, many[0][0].GetProperty("score").GetSingle(), 1e-5f);
        (int status, string body, _) = await service.PostAsync("/predict", """{"inputs":["w1","w2"]}""");
        Assert.Equal(422, status);
        Assert.Contains("takes single texts", body);
    }

    [Fact]
    public async Task Embed_gives_vectors_in_the_order_of_the_texts_one_long_unless_the_model_s_own_are_asked_for()
    {
        using TinyModel model = TinyModel.Embeddings();
        await using TestService service = await TestService.StartAsync(services => services.AddBertTextEmbedder(model.Path));
        using TextEmbedder embedder = TextEmbedder.Load(model.Path);
        float[][] expected = Array.ConvertAll(_texts, text => embedder.Embed(text));

        AssertVectors(expected, await service.AskAsync("/embed", new { inputs = _texts, normalize = false }));
        AssertVectors(
            Array.ConvertAll(expected, vector => Array.ConvertAll(vector, value => value / TensorPrimitives.Norm(vector))),
            await service.AskAsync("/embed", new { inputs = _texts }));
        AssertVectors(
            [embedder.Embed(_texts[0], embedder.Prompt("query"))],
            await service.AskAsync("/embed", new { inputs = _texts[0], normalize = false, prompt_name = "query" }));
        (int status, string body, _) = await service.PostAsync("/embed", """{"inputs":"w1","prompt_name":"question"}""");
        Assert.Equal(422, status);
        Assert.Contains("must be one of the model's: query, passage", body);

        static void AssertVectors(float[][] expected, JsonElement actual) => Assert.Equal(
            expected, actual.EnumerateArray().Select(vector => vector.EnumerateArray().Select(value => value.GetSingle()).ToArray()),
            (a, b) => a.Length == b.Length && TensorPrimitives.Distance(a, b) < 1e-5f);
    }

    [Fact]
    public async Task Rerank_orders_texts_by_the_score_of_a_label()
    {
        await using TestService service = await TestService.StartAsync(services => services.AddBertPairClassifier(_pairs.Path));
        using PairClassifier classifier = PairClassifier.Load(_pairs.Path);
        float[] scores = [.. _texts.Select(text => classifier.Score(_texts[2], text).Probabilities.Span[1])];

        JsonElement ranks = await service.AskAsync("/rerank", new { query = _texts[2], texts = _texts, label = "same", return_text = true });
        Assert.Equal(_texts.Length, ranks.GetArrayLength());
        Assert.Equal(Enumerable.Range(0, _texts.Length), ranks.EnumerateArray().Select(rank => rank.GetProperty("index").GetInt32()).Order());
        float before = 1;
        foreach (JsonElement rank in ranks.EnumerateArray())
        {
            int index = rank.GetProperty("index").GetInt32();
            Assert.Equal(scores[index], rank.GetProperty("score").GetSingle(), 1e-5f);
            Assert.InRange(rank.GetProperty("score").GetSingle(), 0, before);
            Assert.Equal(_texts[index], rank.GetProperty("text").GetString());
            before = rank.GetProperty("score").GetSingle();
        }
        JsonElement bare = await service.AskAsync("/rerank", new { query = "w1", texts = new[] { "w2" }, label = "same" });
        Assert.False(bare[0].TryGetProperty("text", out _));
        (int status, string body, _) = await service.PostAsync("/rerank", """{"query":"w1","texts":["w2"]}""");
        Assert.Equal(422, status);
        Assert.Contains("different, same", body);
    }

    [Fact]
    public async Task A_model_with_one_label_ranks_by_it()
    {
        using TinyModel one = TinyModel.Values(["relevance"]);
        await using TestService service = await TestService.StartAsync(services => services.AddBertModel(one.Path));
        using PairScorer scorer = PairScorer.Load(one.Path);
        JsonElement ranks = await service.AskAsync("/rerank", new { query = _texts[2], texts = _texts[..3] });
        float best = scorer.Rank(_texts[2], _texts[..3])[0].Score;
        Assert.Equal(best, ranks[0].GetProperty("score").GetSingle(), 1e-5f);
        JsonElement info = JsonElement.Parse(await service.Client.GetStringAsync("/info", Stop));
        Assert.Equal("relevance", info.GetProperty("model_type").GetProperty("reranker").GetProperty("id2label").GetProperty("0").GetString());
    }

    [Fact]
    public async Task Answer_gives_the_answerers_answers()
    {
        using TinyModel questions = TinyModel.Questions();
        await using TestService service = await TestService.StartAsync(services => services.AddBertQuestionAnswerer(questions.Path));
        using QuestionAnswerer answerer = QuestionAnswerer.Load(questions.Path);
        string passage = string.Join(' ', TinyModel.Sentences(30, seed: 9));
        QuestionAnswer expected = answerer.Answer("w1 w2", passage);

        JsonElement one = await service.AskAsync("/answer", new { inputs = new { question = "w1 w2", context = passage } });
        Assert.Equal(expected.Text, one.GetProperty("answer").GetString());
        Assert.Equal(expected.Start, one.GetProperty("start").GetInt32());
        Assert.Equal(expected.End, one.GetProperty("end").GetInt32());
        Assert.Equal(expected.Score, one.GetProperty("score").GetDouble(), 1e-4);
        Assert.Equal(expected.NBest[1].Text, one.GetProperty("nBest")[1].GetProperty("answer").GetString());
        Assert.Equal(5, one.GetProperty("nBest").GetArrayLength());

        JsonElement two = await service.AskAsync("/answer", new { inputs = new[] { new { question = "w1 w2", context = passage }, new { question = "w3", context = "" } } });
        Assert.Equal(expected.Text, two[0].GetProperty("answer").GetString());
        Assert.Equal(JsonValueKind.Null, two[1].GetProperty("start").ValueKind);
    }

    [Fact]
    public async Task Labels_that_do_not_exclude_each_other_are_given_with_a_probability_each()
    {
        using TinyModel labels = TinyModel.Labels(["a", "b", "c"]);
        await using TestService service = await TestService.StartAsync(services => services.AddBertModel(labels.Path));
        using MultiLabelClassifier classifier = MultiLabelClassifier.Load(labels.Path);
        ReadOnlyMemory<float> expected = classifier.Score(_texts[1], _texts[2]).Probabilities;
        JsonElement found = await service.AskAsync("/predict", new { inputs = new[] { _texts[1], _texts[2] } });
        Assert.Equal(3, found.GetArrayLength());
        Assert.All(found.EnumerateArray(), label => Assert.Equal(
            expected.Span["abc".IndexOf(label.GetProperty("label").GetString()!, StringComparison.Ordinal)], label.GetProperty("score").GetSingle(), 1e-5f));
    }

    [Fact]
    public async Task Entities_are_the_recognizers()
    {
        using TinyModel entities = TinyModel.Entities();
        await using TestService service = await TestService.StartAsync(services => services.AddBertModel(entities.Path));
        using EntityRecognizer recognizer = EntityRecognizer.Load(entities.Path);
        string[] texts = TinyModel.Sentences(30, seed: 4, longest: 200);
        JsonElement many = await service.AskAsync("/entities", new { inputs = texts });
        int found = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            IReadOnlyList<RecognizedEntity> expected = recognizer.Recognize(texts[i]);
            JsonElement row = many[i].GetProperty("entities");
            Assert.Equal(expected.Select(entity => (entity.Type, entity.Text, entity.Start, entity.End)), row.EnumerateArray().Select(entity => (
                entity.GetProperty("type").GetString()!, entity.GetProperty("text").GetString()!,
                entity.GetProperty("start").GetInt32(), entity.GetProperty("end").GetInt32())));
            found += expected.Count;
        }
        Assert.NotEqual(0, found);
        JsonElement one = await service.AskAsync("/entities", new { inputs = texts[3] });
        Assert.Equal(recognizer.Recognize(texts[3]).Count, one.GetProperty("entities").GetArrayLength());
    }

    [Fact]
    public async Task Both_kinds_of_models_are_served_side_by_side()
    {
        using TinyModel questions = TinyModel.Questions();
        await using TestService service = await TestService.StartAsync(
            services => services.AddBertModel(_pairs.Path).AddBertModel(questions.Path, options => options.MaxRows = 2));
        JsonElement info = JsonElement.Parse(await service.Client.GetStringAsync("/info", Stop));
        Assert.Equal(["/predict", "/rerank", "/answer"], info.GetProperty("endpoints").EnumerateArray().Select(path => path.GetString()));
        Assert.Equal("model", info.GetProperty("model_id").GetString());
        Assert.Equal(64, info.GetProperty("max_input_length").GetInt32());
        Assert.Equal(1000, info.GetProperty("max_client_batch_size").GetInt32());
        Assert.Equal("same", info.GetProperty("model_type").GetProperty("classifier").GetProperty("id2label").GetProperty("1").GetString());
        Assert.True(info.GetProperty("model_type").TryGetProperty("question_answering", out _));
        using TinyModel labels = TinyModel.Labels(["a", "b"]);
        BertMLNetException both = await Assert.ThrowsAsync<BertMLNetException>(() => TestService.StartAsync(
            services => services.AddBertModel(_pairs.Path).AddBertModel(labels.Path)));
        Assert.Contains("/predict", both.Message);
        BertMLNetException twice = Assert.Throws<BertMLNetException>(() => new ServiceCollection().AddBertModel(_pairs.Path).AddBertModel(_pairs.Path));
        Assert.Contains("a model of this kind", twice.Message);
    }

    [Fact]
    public async Task Code_scores_in_the_same_batches()
    {
        await using TestService service = await TestService.StartAsync(services => services.AddBertPairClassifier(_pairs.Path));
        var scorer = service.App.Services.GetRequiredService<BatchingScorer<TextPair, PairPrediction>>();
        using PairClassifier classifier = PairClassifier.Load(_pairs.Path);
        PairPrediction found = await scorer.ScoreAsync(new TextPair(_texts[3], _texts[4]), Stop);
        Assert.Equal(classifier.Score(_texts[3], _texts[4]).Logits.Span[0], found.Logits.Span[0], 1e-5f);
    }

    [Theory]
    [InlineData("/predict", "", 400, "no JSON")]
    [InlineData("/predict", "{\"inputs\":[\"a\",", 400, "no JSON")]
    [InlineData("/predict", "inputs=a", 400, "line 1, byte 1")]
    [InlineData("/predict", "null", 422, "null")]
    [InlineData("/predict", "[]", 422, "expected {")]
    [InlineData("/predict", "{}", 422, "expected {")]
    [InlineData("/predict", "{\"inputs\":null}", 422, "expected {")]
    [InlineData("/predict", "{\"inputs\":3}", 422, "$.inputs")]
    [InlineData("/predict", "{\"inputs\":[]}", 422, "no rows")]
    [InlineData("/predict", "{\"inputs\":[[]]}", 422, "expected {")]
    [InlineData("/predict", "{\"inputs\":[[\"a\",\"b\",\"c\"]]}", 422, "expected {")]
    [InlineData("/predict", "{\"inputs\":[\"a\",\"b\",\"c\"]}", 422, "expected {")]
    [InlineData("/predict", "{\"inputs\":[[\"a\",\"b\"],\"c\"]}", 422, "expected {")]
    [InlineData("/predict", "{\"inputs\":[\"a\",null]}", 422, "expected {")]
    [InlineData("/predict", "{\"inputs\":\"a\"}", 422, "takes pairs")]
    [InlineData("/predict", "{\"inputs\":[\"\\ud800\",\"b\"]}", 422, "$.inputs")]
    [InlineData("/predict", "{\"inputs\":[\"a\",\"b\"],\"raw_scores\":1}", 422, "$.raw_scores")]
    [InlineData("/rerank", "{\"query\":\"a\"}", 422, "expected {")]
    [InlineData("/rerank", "{\"query\":\"a\",\"texts\":[null],\"label\":\"same\"}", 422, "texts")]
    [InlineData("/rerank", "{\"query\":\"a\",\"texts\":[],\"label\":\"same\"}", 422, "no rows")]
    public async Task A_body_that_is_not_as_expected_is_told_so(string path, string body, int status, string part)
    {
        await using TestService service = await TestService.StartAsync(services => services.AddBertPairClassifier(_pairs.Path));
        using PairClassifier classifier = PairClassifier.Load(_pairs.Path);
        // The folder does not say that it was trained on pairs.
        if (part == "takes pairs" && classifier.TakesPairs is null)
            return;
        (int found, string answer, _) = await service.PostAsync(path, body);
        JsonElement error = JsonElement.Parse(answer);
        Assert.True(found == status, answer);
        Assert.Contains(part, error.GetProperty("error").GetString());
        Assert.Equal("Validation", error.GetProperty("error_type").GetString());
        await service.AskAsync("/predict", new { inputs = new[] { "w1", "w2" } });
    }

    [Fact]
    public async Task Text_that_is_no_UTF8_or_no_JSON_by_its_type_is_refused()
    {
        await using TestService service = await TestService.StartAsync(services => services.AddBertPairClassifier(_pairs.Path));
        Assert.Equal(415, (await service.PostAsync("/predict", """{"inputs":["a","b"]}""", "text/plain")).Status);
        using var broken = new ByteArrayContent([.. "{\"inputs\":[\"a\",\""u8, 0xFF, 0xFE, .. "\"]}"u8]);
        broken.Headers.ContentType = new("application/json");
        using HttpResponseMessage response = await service.Client.PostAsync("/predict", broken, Stop);
        Assert.InRange((int)response.StatusCode, 400, 422);
        Assert.Equal(405, (int)(await service.Client.GetAsync("/predict", Stop)).StatusCode);
        Assert.Equal(404, (int)(await service.Client.GetAsync("/answer", Stop)).StatusCode);
    }

    [Fact]
    public async Task More_than_is_taken_is_refused_with_what_is_taken()
    {
        await using TestService service = await TestService.StartAsync(services => services.AddBertPairClassifier(_pairs.Path, options =>
        {
            options.MaxRows = 20;
            options.MaxCharacters = 500;
            options.MaxBodyBytes = 10_000;
        }));
        string Rows(int count) => JsonSerializer.Serialize(new { inputs = Enumerable.Repeat(new[] { "w1", "w2" }, count) });
        Assert.Equal(200, (await service.PostAsync("/predict", Rows(20))).Status);
        (int rows, string rowsBody, _) = await service.PostAsync("/predict", Rows(21));
        Assert.Equal(413, rows);
        Assert.Contains("21 rows, the most are 20", rowsBody);
        (int text, string textBody, _) = await service.PostAsync("/predict", JsonSerializer.Serialize(new { inputs = new[] { "a", new string('w', 501) } }));
        Assert.Equal(413, text);
        Assert.Contains("501 characters, the most are 500", textBody);
        (int body, string bodyBody, _) = await service.PostAsync("/predict", Rows(2000));
        Assert.Equal(413, body);
        Assert.Contains("10000 bytes", bodyBody);

        // Without a length, it is found out while it comes.
        using var unknown = new StreamContent(new Endless());
        unknown.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/predict") { Content = unknown };
        request.Headers.TransferEncodingChunked = true;
        // The client may find the connection closed while it still writes, before it reads the answer.
        try
        {
            using HttpResponseMessage chunked = await service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
            Assert.Equal(413, (int)chunked.StatusCode);
        }
        catch (HttpRequestException exception)
        {
            Assert.IsType<IOException>(exception.InnerException);
        }
        Assert.Equal(200, (await service.PostAsync("/predict", Rows(20))).Status);
    }

    [Fact]
    public async Task What_is_too_long_for_the_model_is_shortened_or_refused_as_asked()
    {
        await using TestService service = await TestService.StartAsync(services => services.AddBertPairClassifier(_pairs.Path));
        using PairClassifier classifier = PairClassifier.Load(_pairs.Path);
        string longText = string.Join(' ', Enumerable.Repeat("w7", 30_000));
        JsonElement shortened = await service.AskAsync("/predict", new { inputs = new[] { longText, "w1" } });
        PairPrediction expected = classifier.Score(longText, "w1");
        Assert.Equal(expected.Probabilities.Span[expected.LabelIndex], shortened[0].GetProperty("score").GetSingle(), 1e-5f);
        (int status, string body, _) = await service.PostAsync("/predict", JsonSerializer.Serialize(new { inputs = new[] { longText, "w1" }, truncate = false }));
        Assert.Equal(413, status);
        Assert.Contains("30004 tokens, the longest sequence allowed is 64", body);
        Assert.Equal(200, (await service.PostAsync("/predict", """{"inputs":["w1","w2"],"truncate":false}""")).Status);
    }

    [Fact]
    public async Task The_document_of_the_service_lists_its_endpoints()
    {
        await using TestService service = await TestService.StartAsync(
            services => services.AddBertPairClassifier(_pairs.Path).AddOpenApi(), app => app.MapOpenApi());
        JsonElement document = JsonElement.Parse(await service.Client.GetStringAsync("/openapi/v1.json", Stop));
        JsonElement paths = document.GetProperty("paths");
        Assert.Equal(["/info", "/predict", "/rerank"], paths.EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        JsonElement predict = paths.GetProperty("/predict").GetProperty("post");
        Assert.Contains("raw_scores", predict.GetProperty("description").GetString());
        Assert.True(predict.GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _));
        Assert.Equal(["200", "400", "413", "415", "422", "429", "500", "503"], predict.GetProperty("responses").EnumerateObject().Select(response => response.Name).Order(StringComparer.Ordinal));
    }

    private sealed class Endless : Stream
    {
        private bool _begun;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            byte[] start = _begun ? [] : Encoding.UTF8.GetBytes("{\"inputs\":[\"a\",\"");
            _begun = true;
            start.CopyTo(buffer, offset);
            buffer.AsSpan(offset + start.Length, count - start.Length).Fill((byte)'w');
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
