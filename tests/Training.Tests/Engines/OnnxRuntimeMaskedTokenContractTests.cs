using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class OnnxRuntimeMaskedTokenContractTests : MaskedTokenContract
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) => new OnnxRuntimeEngine(parameters, optimizer);
}
