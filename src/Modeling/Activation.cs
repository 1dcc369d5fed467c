namespace BertMLNet.Modeling;

/// <summary>The non-linearity between the two feed-forward layers (<c>hidden_act</c>).</summary>
public enum Activation
{
    /// <summary><c>gelu</c>: x · Φ(x) with the exact error function, as in the published checkpoints.</summary>
    Gelu,

    /// <summary><c>gelu_new</c>, <c>gelu_pytorch_tanh</c>: GELU's tanh approximation, as in Google's own code.</summary>
    GeluTanh,

    /// <summary><c>relu</c>.</summary>
    Relu,

    /// <summary><c>tanh</c>.</summary>
    Tanh,

    /// <summary><c>silu</c>, <c>swish</c>: x · σ(x).</summary>
    Silu,
}
