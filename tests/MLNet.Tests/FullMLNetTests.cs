namespace BertMLNet.Tests;

/// <summary>
/// What a user of ML.NET may do beyond what the compat package set has. The bodies are in FullMLNetTests.Bodies.cs,
/// which only the nuget set compiles; elsewhere these tests say that they were skipped.
/// </summary>
public sealed partial class FullMLNetTests
{
#if ML_PACKAGES_NUGET
    private const string? Absent = null;
#else
    private const string Absent = "This package set's Microsoft.ML has no such member: run with -p:MLPackages=nuget.";
#endif

    [Fact(Skip = Absent)]
    public void Cross_validation_fine_tunes_a_model_a_fold() => CrossValidateMulticlass();

    [Fact(Skip = Absent)]
    public void Cross_validation_fine_tunes_for_a_Boolean_label() => CrossValidateBinary();

    [Fact(Skip = Absent)]
    public void Cross_validation_without_probabilities_scores_each_fold() => CrossValidateNonCalibrated();

    [Fact(Skip = Absent)]
    public void Evaluation_without_probabilities_agrees_with_counting() => EvaluateNonCalibrated();

    [Fact(Skip = Absent)]
    public void Scored_data_saved_as_binary_come_back() => SaveAsBinary();

    [Fact(Skip = Absent)]
    public void Candidates_of_answers_saved_as_binary_come_back() => SaveCandidatesAsBinary();

    [Fact(Skip = Absent)]
    public void Scored_rows_can_be_filtered() => FilterRows();

    [Fact(Skip = Absent)]
    public void Scores_are_features_for_another_trainer() => TrainOnScores();

    [Fact(Skip = Absent)]
    public void A_model_saved_with_its_loader_scores_a_file() => SaveWithLoader();

    [Fact(Skip = Absent)]
    public void Predicted_keys_count_in_key_transforms() => MapKeys();

    [Fact(Skip = Absent)]
    public void An_engine_made_for_a_schema_predicts() => EngineForSchema();

    static partial void CrossValidateMulticlass();

    static partial void CrossValidateBinary();

    static partial void CrossValidateNonCalibrated();

    static partial void EvaluateNonCalibrated();

    static partial void SaveAsBinary();

    static partial void SaveCandidatesAsBinary();

    static partial void FilterRows();

    static partial void TrainOnScores();

    static partial void SaveWithLoader();

    static partial void MapKeys();

    static partial void EngineForSchema();
}
