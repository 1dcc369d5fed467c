using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class OnnxRuntimeClassificationContractTests() : BertEngineContract(TaskHead.PairClassification)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) => new OnnxRuntimeEngine(parameters, optimizer);
}
