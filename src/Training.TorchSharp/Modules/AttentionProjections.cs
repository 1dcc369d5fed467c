using TorchSharp.Utils;
using static TorchSharp.torch;

namespace BertMLNet.Training;

/// <summary><c>attention.self</c>: the three projections, H -> H.</summary>
internal sealed class AttentionProjections : nn.Module
{
    [ComponentName(Name = "query")]
    private readonly Dense _query;

    [ComponentName(Name = "key")]
    private readonly Dense _key;

    [ComponentName(Name = "value")]
    private readonly Dense _value;

    public AttentionProjections(ModuleSetup setup)
        : base(nameof(AttentionProjections))
    {
        int hidden = setup.Config.HiddenSize;
        _query = new(setup, hidden, hidden);
        _key = new(setup, hidden, hidden);
        _value = new(setup, hidden, hidden);
        RegisterComponents();
    }

    public Tensor Query(Tensor hidden) => _query.call(hidden);

    public Tensor Key(Tensor hidden) => _key.call(hidden);

    public Tensor Value(Tensor hidden) => _value.call(hidden);
}
