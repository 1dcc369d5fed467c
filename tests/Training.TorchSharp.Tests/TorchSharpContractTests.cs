using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class TorchSharpClassificationContractTests() : BertEngineContract(Heads.Classes)
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpLabelsContractTests() : BertEngineContract(Heads.Labels)
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpValueContractTests() : BertEngineContract(Heads.Value)
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpTokensContractTests() : BertEngineContract(Heads.Tokens)
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpAnsweringContractTests() : BertEngineContract(Heads.Questions)
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpPreTrainingContractTests() : BertEngineContract(Heads.PreTraining)
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpMaskedTokenContractTests : MaskedTokenContract
{
    private protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpLossTests
{
    [Fact]
    public void Every_loss_has_its_function() => Assert.Equal(Enum.GetValues<Loss>().Order(), TensorLosses.Known.Order());
}
