using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class TorchSharpClassificationContractTests() : BertEngineContract(TaskHead.PairClassification)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) => new TorchSharpEngine(parameters, optimizer);
}
