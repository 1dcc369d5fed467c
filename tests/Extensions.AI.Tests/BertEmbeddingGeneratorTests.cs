using BertMLNet.Scoring;
using BertMLNet.Tests;
using Microsoft.Extensions.AI;

namespace BertMLNet.Extensions.AI.Tests;

public sealed class BertEmbeddingGeneratorTests : IDisposable
{
    private static readonly string[] Texts = TinyModel.Sentences(20, seed: 4, longest: 9);

    private readonly TinyModel _model = TinyModel.Embeddings();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Vectors_are_those_of_the_embedder_in_order()
    {
        using var embedder = TextEmbedder.Load(_model.Path);
        using IEmbeddingGenerator<string, Embedding<float>> generator = BertEmbeddingGenerator.Load(_model.Path);

        GeneratedEmbeddings<Embedding<float>> vectors = await generator.GenerateAsync(
            Texts, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(embedder.EmbedBatch(Memories()).Select(vector => vector.ToArray()), vectors.Select(vector => vector.Vector.ToArray()));
        Assert.All(vectors, vector => Assert.Equal("model", vector.ModelId));
    }

    [Theory]
    [InlineData("prompt", "w2 ")]
    [InlineData("prompt_name", "passage")]
    public async Task A_call_may_ask_for_a_prompt(string property, string value)
    {
        using var generator = BertEmbeddingGenerator.Load(_model.Path);
        var options = new EmbeddingGenerationOptions { AdditionalProperties = new() { [property] = value } };

        ReadOnlyMemory<float> vector = await generator.GenerateVectorAsync("w5", options, TestContext.Current.CancellationToken);

        using var embedder = TextEmbedder.Load(_model.Path);
        Assert.Equal(embedder.Embed("w2 w5"), vector.ToArray());
    }

    [Fact]
    public void It_says_what_it_is()
    {
        using var generator = BertEmbeddingGenerator.Load(_model.Path);
        EmbeddingGeneratorMetadata metadata = Assert.IsType<EmbeddingGeneratorMetadata>(generator.GetService(typeof(EmbeddingGeneratorMetadata)));
        Assert.Equal(("BertMLNet", "model", 16), (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.IsType<TextEmbedder>(generator.GetService(typeof(TextEmbedder)));
        Assert.Same(generator, generator.GetService(typeof(IEmbeddingGenerator<string, Embedding<float>>)));
        Assert.Null(generator.GetService(typeof(string)));
        Assert.Null(generator.GetService(typeof(TextEmbedder), "other"));
    }

    [Fact]
    public async Task What_the_model_cannot_give_is_refused()
    {
        using var generator = BertEmbeddingGenerator.Load(_model.Path);
        await Refused(new() { Dimensions = 8 }, "8 dimensions are asked for, and the model's vectors have 16");
        await Refused(new() { ModelId = "other" }, "the model 'other' is asked for, and this generator has 'model'");
        await Refused(new() { AdditionalProperties = new() { ["prompt_name"] = "x" } }, "knows no prompt 'x'");

        async Task Refused(EmbeddingGenerationOptions options, string expected)
        {
            BertMLNetException error = await Assert.ThrowsAsync<BertMLNetException>(
                () => generator.GenerateAsync(Texts, options, TestContext.Current.CancellationToken));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }

    private static ReadOnlyMemory<char>[] Memories() => [.. Texts.Select(text => text.AsMemory())];
}
