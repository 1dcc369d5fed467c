namespace BertMLNet.Training;

/// <summary>Features with known answers that a model is judged on.</summary>
public interface IValidationSet : IFeatureSet
{
    /// <summary>Starts one pass of judgement over the set.</summary>
    IEvaluation BeginEvaluation();
}
