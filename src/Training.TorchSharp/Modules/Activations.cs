using BertMLNet.Modeling;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

/// <summary>The activation functions of a configuration's <c>hidden_act</c>.</summary>
internal static class Activations
{
    public static Tensor Apply(Tensor x, Activation activation) => activation switch
    {
        Activation.Gelu => F.gelu(x),
        Activation.GeluTanh => 0.5 * x * (1 + (Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x.pow(3))).tanh()),
        Activation.Relu => F.relu(x),
        Activation.Tanh => x.tanh(),
        Activation.Silu => F.silu(x),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "not an activation of BertConfig"),
    };
}
