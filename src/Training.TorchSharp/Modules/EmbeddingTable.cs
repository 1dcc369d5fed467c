using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace BertMLNet.Training;

/// <summary>An embedding table, <c>weight</c> [rows, H].</summary>
internal sealed class EmbeddingTable : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    public EmbeddingTable(ModuleSetup setup, int rows)
        : base(nameof(EmbeddingTable))
    {
        _weight = new(zeros(rows, setup.Config.HiddenSize, device: setup.Device));
        RegisterComponents();
    }

    public Parameter Weight => _weight;

    public override Tensor forward(Tensor ids) => _weight.index_select(0, ids);
}
