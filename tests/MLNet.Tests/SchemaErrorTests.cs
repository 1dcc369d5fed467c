using BertMLNet.Modeling;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>Missing and wrongly typed columns, and model folders that cannot be used.</summary>
public sealed class SchemaErrorTests
{
    [Fact]
    public void A_missing_column_is_named_wherever_schemas_meet()
    {
        using var scenario = new Scenario(2);
        BertEstimator estimator = scenario.Context.Transforms.BertPairClassify(scenario.Model.Path, "Nope");
        AssertNamed("'Nope'", () => estimator.Fit(scenario.Data));
        AssertNamed("'Nope'", () => estimator.GetOutputSchema(SchemaShapes.Of(scenario.Data.Schema)));
        AssertNamed("'Nope'", () => scenario.Context.Transforms.BertTokenize(scenario.Model.Path, "Nope").Fit(scenario.Data));
        AssertNamed("'Nope'", () => scenario.Context.Transforms.CopyColumns("A", "Sentence1").Append(estimator).Fit(scenario.Data));

        using BertTransformer transformer = scenario.Fit();
        IDataView other = scenario.Context.Data.LoadFromEnumerable([new PairPredictionRow()]);
        AssertNamed("'Sentence1'", () => transformer.Transform(other));
        AssertNamed("'Sentence1'", () => transformer.GetOutputSchema(other.Schema));
        AssertNamed("'Sentence1'", () => transformer.GetRowToRowMapper(other.Schema));
    }

    [Fact]
    public void A_column_of_another_type_is_named_with_its_type()
    {
        using var scenario = new Scenario(2);
        BertEstimator number = scenario.Context.Transforms.BertPairClassify(scenario.Model.Path, "Weight");
        AssertNamed("'Weight' must be text (String) but is Single", () => number.Fit(scenario.Data));
        AssertNamed("'Weight' must be text (String) but is Single", () => number.GetOutputSchema(SchemaShapes.Of(scenario.Data.Schema)));
        BertEstimator vector = scenario.Context.Transforms.BertPairClassify(scenario.Model.Path, "Features");
        AssertNamed("'Features' must be text (String) but is Vector<Single", () => vector.Fit(scenario.Data));
        AssertNamed(
            "'Features' must be text (String) but is Vector<Single", () => vector.GetOutputSchema(SchemaShapes.Of(scenario.Data.Schema)));
    }

    [Fact]
    public void The_estimator_foretells_the_transformers_columns()
    {
        using var scenario = new Scenario(2);
        BertPairClassifyOptions[] shapes =
        [
            scenario.Options(),
            scenario.Options() with { PredictedLabelAsKey = true },
            scenario.Options() with { BinaryScore = true, ScoreColumnName = "Label" },
        ];
        foreach (BertPairClassifyOptions options in shapes)
        {
            SchemaShape foretold = new BertEstimator(options).GetOutputSchema(SchemaShapes.Of(scenario.Data.Schema));
            using BertTransformer transformer = scenario.Fit(options);
            SchemaShape actual = SchemaShapes.Of(transformer.GetOutputSchema(scenario.Data.Schema));
            Assert.Equal(
                actual.OrderBy(column => column.Name).Select(Describe),
                foretold.OrderBy(column => column.Name).Select(Describe));
        }

        static string Describe(SchemaShape.Column column) =>
            $"{column.Name} {column.Kind} {column.ItemType} {column.IsKey} "
            + string.Join(',', column.Annotations.Select(annotation => annotation.Name));
    }

    [Fact]
    public void A_folder_without_a_model_or_a_graph_is_an_error_when_fitted()
    {
        using var scenario = new Scenario(1);
        Assert.Contains("nowhere", Assert.Throws<BertMLNetException>(
            () => scenario.Context.Transforms.BertPairClassify("nowhere").Fit(scenario.Data)).Message);
        File.Delete(scenario.Model.Folder.OnnxPath);
        Assert.Contains("onnx/model.onnx", Assert.Throws<BertMLNetException>(() => scenario.Fit()).Message);
    }

    [Fact]
    public void The_binary_score_is_refused_for_three_labels()
    {
        using var scenario = new Scenario(1, ["a", "b", "c"]);
        Assert.Contains(
            "two labels, this one has 3",
            Assert.Throws<BertMLNetException>(() => scenario.Fit(scenario.Options() with { BinaryScore = true })).Message);
    }

    private static void AssertNamed(string expected, Action action) =>
        Assert.Contains(expected, Assert.Throws<ArgumentOutOfRangeException>(action).Message);
}
