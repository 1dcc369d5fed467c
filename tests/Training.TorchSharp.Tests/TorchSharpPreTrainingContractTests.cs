using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class TorchSharpPreTrainingContractTests() : BertEngineContract(TaskHead.PreTraining)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) => new TorchSharpEngine(parameters, optimizer);
}
