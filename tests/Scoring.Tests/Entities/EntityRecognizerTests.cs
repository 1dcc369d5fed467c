using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Tests;

namespace BertMLNet.Scoring.Tests;

public sealed class EntityRecognizerTests : IDisposable
{
    private readonly TinyModel _model = TinyModel.Entities();

    public void Dispose() => _model.Dispose();

    /// <summary>The oracle runs each window by itself through the graph, and joins what it says in the plainest way.</summary>
    [Theory]
    [InlineData(64, 16)]
    [InlineData(12, 6)]
    [InlineData(9, 0)]
    public void Texts_of_any_length_give_the_entities_of_their_windows(int maxLength, int stride)
    {
        string[] texts = [.. TinyModel.Sentences(30, seed: 5, longest: 80), "", " \t", "w1ab w2b, (w3) w4!"];
        var scoring = new ScoringOptions { MaxLength = maxLength };
        using var recognizer = EntityRecognizer.Load(_model.Path, new EntityOptions { Stride = stride }, scoring);
        Assert.Equal(["PER", "LOC"], recognizer.Types);
        BertConfig config = _model.Folder.LoadConfig();
        var encoder = new EntityEncoder(_model.Folder.LoadTokenizer(config), maxLength, stride);
        using var graph = new GraphVerifier(_model.Folder.OnnxPath);

        IReadOnlyList<RecognizedEntity>[] streamed = [.. recognizer.RecognizeStream(texts, TestContext.Current.CancellationToken)];
        Assert.Contains(streamed, entities => entities.Count > 1);
        for (int i = 0; i < texts.Length; i++)
        {
            IReadOnlyList<RecognizedEntity> expected = Expected(texts[i]), alone = recognizer.Recognize(texts[i]);
            AssertEqual(expected, streamed[i]);
            AssertEqual(expected, alone);
            Assert.All(streamed[i], entity => Assert.Equal(texts[i][entity.Start..entity.End], entity.Text));
        }

        IReadOnlyList<RecognizedEntity> Expected(string text)
        {
            EncodedText encoded = encoder.Encode(text);
            var decided = new WordLabel[encoded.Words.Count];
            for (int word = 0; word < decided.Length; word++)
            {
                int window = Enumerable.Range(0, encoded.Windows.Length).First(w => encoded.WordsOf(w).First <= word && word < encoded.WordsOf(w).End);
                int[] ids = new int[encoded.LengthOf(window)];
                encoder.WriteIds(encoded, window, ids);
                float[] logits = graph.Run([ids.Length], ids, new int[ids.Length])[TensorNames.Logits];
                int token = encoded.Words[word].FirstToken - encoded.Windows[window].First + 1;
                double[] powers = [.. logits.Skip(token * 5).Take(5).Select(logit => Math.Exp(logit))];
                int label = Array.IndexOf(powers, powers.Max());
                decided[word] = new(label, powers[label] / powers.Sum());
            }
            return new EntityDecoder(config.Labels, EntityAggregation.First).Read(text, encoded.Words, decided);
        }
    }

    [Fact]
    public void A_model_of_another_task_is_refused_by_name()
    {
        using var pairs = TinyModel.Pairs();
        var error = Assert.Throws<BertMLNetException>(() => EntityRecognizer.Load(pairs.Path));
        Assert.Contains("and TokenClassification (BertForTokenClassification) is needed; score it with PairClassifier", error.Message);
        error = Assert.Throws<BertMLNetException>(() => PairClassifier.Load(_model.Path));
        Assert.Contains("score it with EntityRecognizer", error.Message);
    }

    [Fact]
    public void Windows_that_the_model_cannot_take_are_refused()
    {
        var error = Assert.Throws<BertMLNetException>(() => EntityRecognizer.Load(_model.Path, scoring: new ScoringOptions { MaxLength = 65 }));
        Assert.Contains("the model takes up to 64", error.Message);
        error = Assert.Throws<BertMLNetException>(() => EntityRecognizer.Load(_model.Path, new EntityOptions { Stride = -1 }));
        Assert.Contains("share -1", error.Message);
    }

    [Fact]
    public void Disposed_it_finds_nothing_more()
    {
        var recognizer = EntityRecognizer.Load(_model.Path);
        recognizer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => recognizer.Recognize("w1"));
    }

    private static void AssertEqual(IReadOnlyList<RecognizedEntity> expected, IReadOnlyList<RecognizedEntity> actual)
    {
        Assert.Equal(expected.Select(entity => entity with { Score = 0 }), actual.Select(entity => entity with { Score = 0 }));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-5));
    }
}
