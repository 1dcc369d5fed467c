using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class OnnxRuntimeAnsweringContractTests() : BertEngineContract(Heads.Questions)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) => new OnnxRuntimeEngine(parameters, optimizer);
}
