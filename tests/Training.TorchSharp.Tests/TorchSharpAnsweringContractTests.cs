using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class TorchSharpAnsweringContractTests() : BertEngineContract(Heads.Questions)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) => new TorchSharpEngine(parameters, optimizer);
}
