using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class TorchSharpPreTrainingContractTests() : BertEngineContract(Heads.PreTraining)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) => new TorchSharpEngine(parameters, optimizer);
}
