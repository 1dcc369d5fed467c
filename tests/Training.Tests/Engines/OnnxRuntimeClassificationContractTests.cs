using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class OnnxRuntimeClassificationContractTests() : BertEngineContract(Heads.Classes)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) => new OnnxRuntimeEngine(parameters, optimizer);
}
