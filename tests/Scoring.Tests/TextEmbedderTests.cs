using System.Numerics.Tensors;
using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Tests;
using BertMLNet.Tokenization;

namespace BertMLNet.Scoring.Tests;

public sealed class TextEmbedderTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.Embeddings();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Vectors_are_those_of_the_graph_in_the_texts_order()
    {
        using TextEmbedder embedder = TextEmbedder.Load(_model.Path, new ScoringOptions { MaxBatchTokens = 40, WindowRows = 8 });
        string[] texts = TinyModel.Sentences(30, seed: 1, longest: 9);

        ReadOnlyMemory<float>[] vectors = embedder.EmbedBatch(Memories(texts));

        using var verifier = new GraphVerifier(_model.Folder.OnnxPath);
        WordPieceTokenizer tokenizer = _model.Folder.LoadTokenizer(_model.Parameters.Config);
        Assert.All(texts.Zip(vectors), row =>
        {
            int[] ids = [.. tokenizer.Encode(row.First).Ids];
            float[] expected = verifier.Run([ids.Length], ids, new int[ids.Length])[TensorNames.SentenceEmbedding];
            Assert.InRange(GraphVerifier.LargestDifference(row.Second.Span, expected), 0f, 1e-5f);
        });
        Assert.Equal(vectors.Select(vector => vector.ToArray()), embedder.EmbedStream(Memories(texts)).Select(vector => vector.ToArray()), Close);
        Assert.Equal(vectors[3].ToArray(), embedder.Embed(texts[3]), (a, b) => MathF.Abs(a - b) < 1e-5f);
        Assert.Equal(16, embedder.Dimensions);
    }

    [Fact]
    public void A_prompt_stands_before_each_text()
    {
        using TextEmbedder embedder = TextEmbedder.Load(_model.Path);
        float[] expected = embedder.Embed("w1 w5");
        Assert.Equal(expected, embedder.Embed("w5", embedder.Prompt("query")));
        Assert.NotEqual(expected, embedder.Embed("w5"));
        string message = Assert.Throws<BertMLNetException>(() => embedder.Prompt("question")).Message;
        Assert.Contains("the model knows no prompt 'question' (it knows 'query', 'passage'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_prompt_is_taken_where_none_is_given()
    {
        using TinyModel model = TinyModel.Embeddings(defaultPrompt: "passage");
        using TextEmbedder embedder = TextEmbedder.Load(model.Path);
        Assert.Equal(embedder.Embed("w2 w5", ""), embedder.Embed("w5"));
        Assert.NotEqual(embedder.Embed("w5", ""), embedder.Embed("w5"));
    }

    [Fact]
    public void A_prompt_that_pooling_leaves_out_is_refused()
    {
        using TinyModel model = TinyModel.Embeddings(poolsPrompt: false);
        using TextEmbedder embedder = TextEmbedder.Load(model.Path);
        Assert.Equal(16, embedder.Embed("w5").Length);
        Assert.Contains("include_prompt is false", Assert.Throws<BertMLNetException>(() => embedder.Embed("w5", "w1 ")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_are_cut_to_the_folders_length_or_to_the_one_asked_for()
    {
        string text = string.Join(' ', Enumerable.Range(0, 30).Select(TinyModel.Word));
        using TextEmbedder folder = TextEmbedder.Load(_model.Path), shorter = TextEmbedder.Load(_model.Path, new ScoringOptions { MaxLength = 7 });
        Assert.Equal(folder.Embed(string.Join(' ', Enumerable.Range(0, 10).Select(TinyModel.Word))), folder.Embed(text));
        Assert.Equal(folder.Embed(string.Join(' ', Enumerable.Range(0, 5).Select(TinyModel.Word))), shorter.Embed(text), (a, b) => MathF.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void Normalised_vectors_are_one_long()
    {
        using TinyModel model = TinyModel.Embeddings(normalize: true);
        using TextEmbedder embedder = TextEmbedder.Load(model.Path), plain = TextEmbedder.Load(_model.Path);
        float[] vector = embedder.Embed("w5 w6");
        Assert.Equal(1f, TensorPrimitives.Norm<float>(vector), 1e-5f);
        Assert.Equal(1f, TensorPrimitives.CosineSimilarity<float>(vector, plain.Embed("w5 w6")), 1e-5f);
    }

    [Fact]
    public void Models_without_vectors_are_refused_with_what_runs_them()
    {
        using TinyModel pairs = TinyModel.Pairs();
        string task = Assert.Throws<BertMLNetException>(() => TextEmbedder.Load(pairs.Path)).Message;
        Assert.Contains("BertForSequenceClassification, for text-classification", task, StringComparison.Ordinal);
        Assert.Contains("'bertmlnet score' runs it", task, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(_model.Path, "1_Pooling"), recursive: true);
        File.Delete(Path.Combine(_model.Path, "modules.json"));
        Assert.Contains("--pooling mean", Assert.Throws<BertMLNetException>(() => TextEmbedder.Load(_model.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void There_must_be_room_and_an_embedder_that_is_not_disposed()
    {
        TextEmbedder embedder = TextEmbedder.Load(_model.Path);
        Assert.Throws<ArgumentException>(() => embedder.EmbedBatch(Memories(["w1", "w2"]), new float[31]));
        embedder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => embedder.Embed("w1"));
    }

    private static ReadOnlyMemory<char>[] Memories(string[] texts) => [.. texts.Select(text => text.AsMemory())];

    private static bool Close(float[] a, float[] b) => GraphVerifier.LargestDifference(a, b) < 1e-5f;
}
