using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class TorchSharpClassificationContractTests() : BertEngineContract(Heads.Classes)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpLabelsContractTests() : BertEngineContract(Heads.Labels)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpValueContractTests() : BertEngineContract(Heads.Value)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpTokensContractTests() : BertEngineContract(Heads.Tokens)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpAnsweringContractTests() : BertEngineContract(Heads.Questions)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpPreTrainingContractTests() : BertEngineContract(Heads.PreTraining)
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpMaskedTokenContractTests : MaskedTokenContract
{
    protected override ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer) =>
        new TorchSharpEngine(parameters, optimizer);
}

public sealed class TorchSharpLossTests
{
    [Fact]
    public void Every_loss_has_its_function() => Assert.Equal(Enum.GetValues<Loss>().Order(), TensorLosses.Known.Order());
}
