using BertMLNet.Modeling;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

/// <summary>
/// BERT with a head as TorchSharp modules. Component names spell the keys of Hugging Face's checkpoints. The batch is
/// packed: hidden states are [tokens, hidden], and only attention sees the examples padded.
/// </summary>
/// <remarks>
/// In the shapes T is the number of tokens, B of examples, S the longest example's tokens, H hidden_size, A the heads,
/// D = H / A, I intermediate_size, V vocab_size. Matrix products run in the compute type; embeddings, residual sums,
/// normalisation and softmax in single precision, as PyTorch's autocast has them. Each layer has a dispose scope of
/// its own, so what autograd does not need is freed as the pass goes.
/// </remarks>
internal sealed class BertModule : nn.Module<PackedTensors, IReadOnlyList<Tensor>>
{
    [ComponentName(Name = "bert")]
    private readonly BertEncoder _bert;

    private readonly ModuleSetup _setup;
    private readonly Head _head;
    private readonly Dictionary<string, nn.Module> _layers = [];
    private readonly Dictionary<string, Parameter> _biases = [];

    public BertModule(BertConfig config, Head head, ScalarType computeType, Device device)
        : base(nameof(BertModule))
    {
        if (head.Branches.All(branch => branch.Loss is null))
            throw new ArgumentOutOfRangeException(nameof(head), head, "training needs a task head");
        _setup = new(config, computeType, device);
        _head = head;
        _bert = new(_setup, head.HasPooler);
        RegisterComponents();
        foreach (Branch branch in head.Branches)
        {
            int width = config.HiddenSize;
            foreach (HeadLayer layer in branch.Layers)
            {
                switch (layer)
                {
                    case DenseLayer dense:
                        Add(dense.Name, new Dense(_setup, width, width = dense.Width.Of(config)));
                        break;
                    case NormLayer norm:
                        Add(norm.Name, new LayerNormalization(_setup));
                        break;
                    case TiedLayer tied:
                        (nn.Module parent, string last) = ParentOf(tied.Bias);
                        parent.register_parameter(last, _biases[tied.Bias] = new Parameter(zeros(config.VocabSize, device: device)));
                        break;
                }
            }
        }
    }

    /// <summary>Each branch's result, in single precision: [B, width], [T, width] or [masked tokens, V].</summary>
    public override IReadOnlyList<Tensor> forward(PackedTensors batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = _bert.call(batch); // [T, H]
        return [.. _head.Branches.Select(branch => Run(branch, hidden, batch).to_type(ScalarType.Float32).MoveToOuterDisposeScope())];
    }

    private Tensor Run(Branch branch, Tensor hidden, PackedTensors batch)
    {
        Tensor x = branch.Reads switch
        {
            Reads.Pooled => _bert.Pool(hidden.index_select(0, batch.FirstTokens)), // [B, H]
            Reads.Masked => hidden.index_select(0, batch.MaskedTokens!), // [masked tokens, H]
            _ => hidden, // [T, H]
        };
        foreach (HeadLayer layer in branch.Layers)
        {
            x = layer switch
            {
                DenseLayer dense => ((Dense)_layers[dense.Name]).call(x),
                ActivationLayer => _setup.Activate(x),
                NormLayer norm => ((LayerNormalization)_layers[norm.Name]).call(x),
                DropoutLayer => F.dropout(x, _setup.Config.ClassifierDropout ?? _setup.Config.HiddenDropoutProb, training),
                TiedLayer tied => _setup.Linear(x, _bert.WordEmbeddings, _biases[tied.Bias]),
                _ => throw new NotSupportedException($"The layer {layer} is unknown."),
            };
        }
        return x;
    }

    private void Add(string name, nn.Module layer)
    {
        (nn.Module parent, string last) = ParentOf(name);
        parent.register_module(last, _layers[name] = layer);
    }

    /// <summary>The module that a dotted name's last part belongs to: each part before it is a module of its own.</summary>
    private (nn.Module Parent, string Last) ParentOf(string name)
    {
        string[] path = name.Split('.');
        nn.Module parent = this;
        foreach (string part in path[..^1])
        {
            nn.Module? child = parent.named_children()
                .FirstOrDefault(child => string.Equals(child.name, part, StringComparison.Ordinal)).module;
            if (child is null)
                parent.register_module(part, child = new Group());
            parent = child;
        }
        return (parent, path[^1]);
    }

    private sealed class Group() : nn.Module(nameof(Group));
}

/// <summary>What every module is made from. Parameters are made on the device: moving modules would replace them.</summary>
internal sealed record ModuleSetup(BertConfig Config, ScalarType ComputeType, Device Device)
{
    /// <summary>A linear layer in the compute type.</summary>
    public Tensor Linear(Tensor input, Parameter weight, Parameter bias) =>
        F.linear(input.to_type(ComputeType), weight.to_type(ComputeType), bias.to_type(ComputeType));

    /// <summary>The configuration's <c>hidden_act</c>.</summary>
    public Tensor Activate(Tensor x) => Config.HiddenAct switch
    {
        Activation.Gelu => F.gelu(x),
        Activation.GeluTanh => 0.5 * x * (1 + (Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x.pow(3))).tanh()),
        Activation.Relu => F.relu(x),
        Activation.Tanh => x.tanh(),
        Activation.Silu => F.silu(x),
        _ => throw new NotSupportedException($"The activation {Config.HiddenAct} is unknown."),
    };
}
