using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class TorchSharpMaskedTokenContractTests : MaskedTokenContract
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) => new TorchSharpEngine(parameters, optimizer);
}
