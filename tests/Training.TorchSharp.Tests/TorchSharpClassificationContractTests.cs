using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class TorchSharpClassificationContractTests() : BertEngineContract(Heads.Classes)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) => new TorchSharpEngine(parameters, optimizer);
}
