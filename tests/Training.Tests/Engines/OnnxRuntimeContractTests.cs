using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class OnnxRuntimeClassificationContractTests() : BertEngineContract(Heads.Classes)
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new OnnxRuntimeEngine(parameters, optimizer);
}

public sealed class OnnxRuntimeLabelsContractTests() : BertEngineContract(Heads.Labels)
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new OnnxRuntimeEngine(parameters, optimizer);
}

public sealed class OnnxRuntimeValueContractTests() : BertEngineContract(Heads.Value)
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new OnnxRuntimeEngine(parameters, optimizer);
}

public sealed class OnnxRuntimeTokensContractTests() : BertEngineContract(Heads.Tokens)
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new OnnxRuntimeEngine(parameters, optimizer);
}

public sealed class OnnxRuntimeAnsweringContractTests() : BertEngineContract(Heads.Questions)
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new OnnxRuntimeEngine(parameters, optimizer);
}

public sealed class OnnxRuntimePreTrainingContractTests() : BertEngineContract(Heads.PreTraining)
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new OnnxRuntimeEngine(parameters, optimizer);
}

public sealed class OnnxRuntimeMaskedTokenContractTests : MaskedTokenContract
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new OnnxRuntimeEngine(parameters, optimizer);
}

public sealed class OnnxRuntimeLossTests
{
    [Fact]
    public void Every_loss_has_its_function() => Assert.Equal(Enum.GetValues<Loss>().Order(), GraphLosses.Known.Order());
}
