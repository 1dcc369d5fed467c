using BertMLNet.Modeling;
using BertMLNet.TestKit;
using BertMLNet.Tokenization;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training.Tests;

/// <summary>What becomes of a classifier's head where training goes on from it: each row is one label's, whatever data call it.</summary>
public sealed class HeadLabelsTests : IDisposable
{
    private const int Hidden = 16;
    private static readonly string[] ModelLabels = ["FAR", "NEAR", "SAME"];

    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger _log = new();
    private readonly ParameterSet _start;

    public HeadLabelsTests()
    {
        string[] words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "red", "blue", "green", "box"];
        new WordPieceTokenizer(new Vocabulary(words)).Save(_folder["start"]);
        var config = new BertConfig
        {
            VocabSize = words.Length, HiddenSize = Hidden, NumHiddenLayers = 1, NumAttentionHeads = 2, IntermediateSize = 32,
            MaxPositionEmbeddings = 32, Labels = ModelLabels,
        };
        _start = ParameterSet.Initialize(config, Heads.Classes, seed: 4);
        for (int label = 0; label < ModelLabels.Length; label++)
            _start["classifier.bias"][label] = label + 1;
        new ModelFolder(_folder["start"]).Save(_start);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("FAR", "NEAR", "SAME")]
    [InlineData("same", "near", "far")]
    [InlineData("1", "2", "0")]
    [InlineData("Near", "2", "FAR")]
    public void Labels_are_the_models_by_name_in_any_case_or_by_index(string first, string second, string third)
    {
        TrainedModel trained = Train([first, second, third]);

        Assert.Equal(ModelLabels, trained.Folder.LoadConfig().Labels);
        AssertRowsAreTheirLabels(trained);
        Assert.DoesNotContain(_log.Entries, entry => entry.Message.Contains("anew", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_spellings_of_a_label_are_one_class()
    {
        TrainedModel trained = Train(["far", "Far", "near", "same"]);

        Assert.Equal(ModelLabels, trained.Folder.LoadConfig().Labels);
        AssertRowsAreTheirLabels(trained);
    }

    [Fact]
    public void Where_the_data_tell_the_order_the_rows_follow_their_labels()
    {
        TrainedModel trained = Train(["same", "far", "near"], orderKnown: true);

        Assert.Equal(["SAME", "FAR", "NEAR"], trained.Folder.LoadConfig().Labels);
        AssertRowsAreTheirLabels(trained);
    }

    [Fact]
    public void Indices_in_an_order_of_their_own_are_refused()
    {
        string message = Assert.Throws<BertMLNetException>(() => Train(["2", "0", "1"], orderKnown: true)).Message;

        Assert.StartsWith("pairs: '2' is the index of the model's label 'SAME', and stands at another place", message);
        AssertRowsAreTheirLabels(Train(["0", "1", "2"], orderKnown: true));
    }

    [Theory]
    [InlineData("yes", "no", "maybe")]
    [InlineData("NEAR", "FAR")]
    [InlineData("NEAR", "FAR", "SAME", "NEITHER")]
    [InlineData("0", "1")]
    [InlineData("1", "2", "3")]
    public void With_other_labels_the_head_is_new_and_one_line_says_so(params string[] labels)
    {
        TrainedModel trained = Train(labels);

        Assert.Equal(labels.Order(StringComparer.Ordinal), trained.Folder.LoadConfig().Labels);
        using ICheckpoint weights = trained.Folder.OpenWeights();
        float[] bias = new float[labels.Length];
        weights.Read("classifier.bias", bias);
        Assert.All(bias, value => Assert.Equal(0, value, 1e-3f));
        (LogLevel level, string message) = Assert.Single(
            _log.Entries, entry => entry.Message.Contains("The head starts anew, since the data's labels (", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("are not the model's ('FAR', 'NEAR', 'SAME')", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_model_that_is_no_classifier_has_no_labels_to_go_by()
    {
        var folder = new ModelFolder(_folder["start"]);
        ParameterSet encoder = ParameterSet.Initialize(_start.Config with { Labels = ["LABEL_0", "LABEL_1"] }, Heads.Encoder, seed: 4);
        folder.Save(encoder);

        Assert.Equal(["0", "1"], Train(["1", "0"]).Folder.LoadConfig().Labels);
        Assert.DoesNotContain(_log.Entries, entry => entry.Message.Contains("the data's labels", StringComparison.Ordinal));
    }

    [Fact]
    public void Class_weights_find_their_class_as_labels_do()
    {
        var weights = new Dictionary<string, float> { ["near"] = 2, ["2"] = 3 };
        Train(["far", "near", "same"], change: options => options with { ClassWeights = weights });

        weights["NEAR"] = 1;
        Assert.Contains("'NEAR' is given twice", Refusal(() => Train(["far", "near", "same"], change: options => options with { ClassWeights = weights })));
    }

    [Theory]
    [InlineData("1.25", "3", "4.5")]
    [InlineData("-0.5", "1e-3", "7")]
    public void Labels_that_are_fractions_are_scores_unless_they_are_said_to_be_classes(params string[] labels)
    {
        string message = Refusal(() => Train(labels));

        Assert.StartsWith("pairs: the labels are scores, not classes: 3 different ones", message);
        Assert.Contains("option labels-are-classes", message, StringComparison.Ordinal);
        TrainedModel trained = Train(labels, change: options => options with { LabelsAreClasses = true });
        Assert.Equal(labels.Order(StringComparer.Ordinal), trained.Folder.LoadConfig().Labels);
        // Whoever insisted once need not again.
        Assert.Equal(
            trained.Folder.LoadConfig().Labels,
            Train(labels, "again", change: options => options with { ModelPath = trained.Folder.FolderPath }).Folder.LoadConfig().Labels);
    }

    [Fact]
    public void Many_fractions_among_words_are_scores_and_a_few_are_not()
    {
        string[] scores = [.. Enumerable.Range(0, 25).Select(i => FormattableString.Invariant($"{i}.5")), "unknown"];

        Assert.Contains("26 different ones", Refusal(() => Train(scores)), StringComparison.Ordinal);
        Assert.Equal(["2.5", "unknown"], Train(["unknown", "2.5"]).Folder.LoadConfig().Labels);
    }

    [Theory]
    [InlineData("0.0", "1.0")]
    [InlineData("10", "9")]
    [InlineData("v1.5", "v2")]
    public void Whole_numbers_and_words_are_classes(params string[] labels) =>
        Assert.Equal(labels.Order(), Train(labels).Folder.LoadConfig().Labels.Order());

    [Fact]
    public void One_label_is_no_choice_wherever_it_is_told() =>
        Assert.Contains("every row has the label 'far'", Refusal(() => Train(["far"], orderKnown: true)), StringComparison.Ordinal);

    private static string Refusal(Action train) => Assert.Throws<BertMLNetException>(train).Message;

    private TrainedModel Train(
        string[] labels, string output = "out", bool orderKnown = false, Func<PairFineTuningOptions, PairFineTuningOptions>? change = null)
    {
        if (Directory.Exists(_folder[output]))
            Directory.Delete(_folder[output], recursive: true);
        (string, string?, string)[] rows = [.. Enumerable.Range(0, 3 * labels.Length).Select(i => ("red box", (string?)"blue", labels[i % labels.Length]))];
        var options = new PairFineTuningOptions
        {
            ModelPath = _folder["start"],
            OutputPath = _folder[output],
            Training = () => new PairsInMemory("pairs", rows, labels: orderKnown ? labels : null),
            Validation = () => new PairsInMemory("judged", rows, labels: orderKnown ? labels : null),
            Optimization = new TrainingOptions { Epochs = 1, BatchSize = 16, LearningRate = 1e-9 },
        };
        return TrainingRun.Execute(change?.Invoke(options) ?? options, new TrainingEnvironment { Logger = _log });
    }

    private void AssertRowsAreTheirLabels(TrainedModel trained)
    {
        using ICheckpoint weights = trained.Folder.OpenWeights();
        float[] matrix = new float[ModelLabels.Length * Hidden], bias = new float[ModelLabels.Length];
        weights.Read("classifier.weight", matrix);
        weights.Read("classifier.bias", bias);
        foreach ((int row, string label) in trained.Folder.LoadConfig().Labels.Index())
        {
            int before = Array.IndexOf(ModelLabels, label);
            Assert.Equal(_start["classifier.bias"][before], bias[row], 1e-6f);
            for (int i = 0; i < Hidden; i++)
                Assert.Equal(_start["classifier.weight"][before * Hidden + i], matrix[row * Hidden + i], 1e-6f);
        }
    }
}
