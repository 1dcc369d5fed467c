using System.Text;
using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

public sealed class LabelledPairsTests
{
    [Fact]
    public void MRPC_is_read_as_published()
    {
        LabelledPairs train = FromFile(SharedData.PathOf("data", "mrpc", "train.tsv"));
        LabelledPairs dev = FromFile(SharedData.PathOf("data", "mrpc", "dev.tsv"));

        Assert.Equal(["not_equivalent", "equivalent"], train.Labels);
        Assert.Equal([3668 - 2474, 2474], train.CountClasses());
        Assert.Equal([408 - 279, 279], dev.CountClasses());
    }

    [Fact]
    public void Three_classes_are_read_and_sorted_by_name()
    {
        LabelledPairs train = FromFile(SharedData.PathOf("data", "sick", "train.tsv"));

        Assert.Equal(["contradiction", "entailment", "neutral"], train.Labels);
        Assert.Equal(4439, train.Count);
    }

    [Fact]
    public void MRPC_labels_follow_its_header()
    {
        LabelledPairs features = Build("Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t7\t8\tab\tabc\n0\t7\t8\tx\ty\n");

        Assert.Equal(["not_equivalent", "equivalent"], features.Labels);
        Assert.Equal([1, 0], [features.ClassOf(0), features.ClassOf(1)]);
        Assert.Equal("data, line 3", features.Locate(1));
    }

    [Fact]
    public void A_number_is_no_classs_index_where_classes_are_named_by_numbers()
    {
        var numbers = new LabelMap(["1", "2", "3"]);
        Assert.True(numbers.TryGetIndex("1", out int index));
        Assert.Equal(0, index);
        Assert.False(numbers.TryGetIndex("0", out _));
        Assert.True(new LabelMap(["no", "yes"]).TryGetIndex("1", out index));
        Assert.Equal(1, index);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void A_row_without_a_label_is_no_class_of_its_own(string label) =>
        Assert.Equal(
            "data, line 3: the label is empty; give every row one.",
            Assert.Throws<BertMLNetException>(() => Build($"label\tsentence1\nb\tx\n{label}\ty\n")).Message);

    [Fact]
    public void Labels_do_not_depend_on_the_order_of_rows()
    {
        LabelledPairs words = Build("label\tsentence1\nb\tx\na\ty\n");
        LabelledPairs numbers = Build("label\tsentence1\n10\tx\n2\ty\n");

        Assert.Equal(["a", "b"], words.Labels);
        Assert.Equal([1, 0], [words.ClassOf(0), words.ClassOf(1)]);
        Assert.Equal(["2", "10"], numbers.Labels);
    }

    [Fact]
    public void Given_labels_are_found_by_name_or_index()
    {
        LabelledPairs features = Build("label\tsentence1\tsentence2\nno\ta\tb\n1\tc\td\n", ["yes", "no"]);

        Assert.Equal([1, 1], [features.ClassOf(0), features.ClassOf(1)]);
    }

    [Theory]
    [InlineData("label\tsentence1\nmaybe\ta\n", "data, line 2: unknown label 'maybe'; expected 'yes', 'no'.")]
    [InlineData("label\tsentence1\n2\ta\n", "data, line 2: unknown label '2'; expected 'yes', 'no'.")]
    [InlineData("label\tsentence1\n", "data: there are no rows; expected labelled sentences.")]
    [InlineData("sentence1\tsentence2\na\tb\n", "data, line 1: there is no column 'label'; the header has 'sentence1', 'sentence2'.")]
    public void An_error_says_what_and_where(string text, string message) =>
        Assert.Equal(message, Assert.Throws<BertMLNetException>(() => Build(text, ["yes", "no"])).Message);

    [Fact]
    public void One_class_alone_is_refused() =>
        Assert.Contains("two classes or more", Assert.Throws<BertMLNetException>(() => Build("label\tsentence1\na\tx\na\ty\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void Batches_hold_tokens_types_classes_and_weights()
    {
        LabelledPairs features = Build("label\tsentence1\tsentence2\nno\tab\tc\nyes\td\tefg\nno\th\t\n").WithClassWeights([2, 3]);

        PackedBatch batch = features.Pack([1, 0]);

        Assert.Equal(["no", "yes"], features.Labels);
        Assert.Equal([4, 3], batch.Lengths);
        Assert.Equal("defgabc".Select(c => (int)c), batch.InputIds);
        Assert.Equal([0, 1, 1, 1, 0, 0, 1], batch.TokenTypeIds);
        var targets = Assert.IsType<ClassTargets>(batch.Targets);
        Assert.Equal([1, 0], targets.Classes);
        Assert.Equal([3f, 2f], targets.Weights);
        Assert.Equal(5, targets.TotalWeight);
    }

    [Fact]
    public void Balanced_weights_make_classes_count_alike()
    {
        LabelledPairs features = Build("label\tsentence1\na\tx\nb\ty\nb\tz\nb\tw\n").WithBalancedClassWeights();

        Assert.Equal([2f, 2f / 3], features.ClassWeights);
    }

    [Fact]
    public void A_split_depends_on_the_seed_alone_and_keeps_the_classes_in_proportion()
    {
        string rows = string.Concat(Enumerable.Range(0, 200).Select(i => $"{(i % 4 == 0 ? "a" : "b")}\ttext{i}\n"));
        LabelledPairs features = Build("label\tsentence1\n" + rows);

        (LabelledPairs training, LabelledPairs validation) = features.Split(0.1, 5);
        (_, LabelledPairs again) = features.Split(0.1, 5);
        (_, LabelledPairs other) = features.Split(0.1, 6);

        Assert.Equal([5, 15], validation.CountClasses());
        Assert.Equal([45, 135], training.CountClasses());
        Assert.Equal(Lines(validation), Lines(again));
        Assert.NotEqual(Lines(validation), Lines(other));
        Assert.Equal(Enumerable.Range(2, 200).Select(i => (long)i), Lines(training).Concat(Lines(validation)).Order());
    }

    [Theory]
    [InlineData(9, 1, 0.5)]
    [InlineData(1, 9, 0.9)]
    [InlineData(1, 3, 0.05)]
    public void No_class_is_set_aside_altogether(int a, int b, double fraction)
    {
        LabelledPairs features = Build("label\tsentence1\n" + string.Concat(Enumerable.Repeat("a\tx\n", a)) + string.Concat(Enumerable.Repeat("b\ty\n", b)));

        (LabelledPairs training, LabelledPairs validation) = features.Split(fraction, 1);

        Assert.All(training.CountClasses(), count => Assert.NotEqual(0, count));
        Assert.NotEqual(0, validation.Count);
        Assert.Equal(a + b, training.Count + validation.Count);
    }

    [Fact]
    public void Classes_can_take_the_order_of_a_model()
    {
        LabelledPairs features = Build("label\tsentence1\na\tx\nb\ty\nc\tz\n").WithClassWeights([1, 2, 3]).WithClasses(["c", "a", "b"], [1, 2, 0]);

        Assert.Equal([1, 2, 0], Enumerable.Range(0, 3).Select(features.ClassOf));
        Assert.Equal([3f, 1f, 2f], features.ClassWeights);
    }

    [Fact]
    public void Rows_of_a_program_are_read_like_a_file()
    {
        using var rows = new PairsInMemory("rows", Enumerable.Range(0, 3000).Select(i => ($"s{i}", (string?)"t", i % 2 == 0 ? "even" : "odd")));
        LabelledPairs features = LabelledPairs.Read(rows, CharacterTokens);

        Assert.Equal(3000, features.Count);
        Assert.Equal("s2999t".Select(c => (int)c), features.Pack([2999]).InputIds);
        Assert.Equal(1, features.ClassOf(2999));
    }

    [Fact]
    public void A_sentence_beyond_the_limit_is_a_bad_row()
    {
        var options = new PairFileOptions { MaxCharacters = 3, Table = new TableOptions { Format = TableFormat.Tsv } };
        using PairFile file = PairFile.Open(new MemoryStream("sentence1\nabc\nabcd\n"u8.ToArray()), "data", options, labelled: false);

        Assert.Equal(
            "data, line 3: a sentence has 4 characters; the most accepted is 3.",
            Assert.Throws<BertMLNetException>(() => file.Read().ToList()).Message);
    }

    private static IEnumerable<long> Lines(LabelledPairs features) => Enumerable.Range(0, features.Count).Select(features.LineOf);

    private static LabelledPairs FromFile(string path)
    {
        using PairFile file = PairFile.Open(path);
        return LabelledPairs.Read(file, CharacterTokens);
    }

    private static LabelledPairs Build(string text, IReadOnlyList<string>? labels = null)
    {
        var options = new PairFileOptions { Table = new TableOptions { Format = TableFormat.Tsv } };
        using PairFile file = PairFile.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "data", options);
        return LabelledPairs.Read(file, CharacterTokens, labels);
    }

    private static void CharacterTokens(IReadOnlyList<string> first, IReadOnlyList<string>? second, TokenSequences sequences)
    {
        for (int row = 0; row < first.Count; row++)
            sequences.Add([.. (first[row] + second?[row]).Select(c => (int)c)], first[row].Length);
    }
}
