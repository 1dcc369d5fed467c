using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class OnnxRuntimePreTrainingContractTests() : BertEngineContract(Heads.PreTraining)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) => new OnnxRuntimeEngine(parameters, optimizer);
}
