using BertMLNet.Modeling;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace BertMLNet.Training;

/// <summary>
/// BERT with its task heads as TorchSharp modules. Component names spell the keys of Hugging Face's checkpoints. The
/// batch is packed: hidden states are [tokens, hidden], and only attention sees the examples padded.
/// </summary>
/// <remarks>
/// In the shapes T is the number of tokens, B of examples, S the longest example's tokens, H hidden_size, A the heads,
/// D = H / A, I intermediate_size, V vocab_size. Matrix products run in the compute type; embeddings, residual sums,
/// normalisation and softmax in single precision, as PyTorch's autocast has them. Each layer has a dispose scope of
/// its own, so what autograd does not need is freed as the pass goes.
/// </remarks>
internal sealed class BertModule : nn.Module<PackedTensors, Tensor>
{
    [ComponentName(Name = "bert")]
    private readonly Encoder _bert;

    [ComponentName(Name = "classifier")]
    private readonly Dense? _classifier;

    [ComponentName(Name = "qa_outputs")]
    private readonly Dense? _qaOutputs;

    [ComponentName(Name = "cls")]
    private readonly PredictionHead? _cls;

    private readonly double _classifierDropout;

    public BertModule(BertConfig config, TaskHead head, ScalarType computeType, Device device)
        : base(nameof(BertModule))
    {
        var setup = new Setup(config, computeType, device);
        _bert = new(setup, BertParameters.HasPooler(head));
        _classifierDropout = config.ClassifierDropout ?? config.HiddenDropoutProb;
        switch (head)
        {
            case TaskHead.PairClassification:
                _classifier = new(setup, config.HiddenSize, config.NumLabels);
                break;
            case TaskHead.QuestionAnswering:
                _qaOutputs = new(setup, config.HiddenSize, 2);
                break;
            case TaskHead.MaskedLanguageModel:
            case TaskHead.PreTraining:
                _cls = new(setup, judgesSentences: head == TaskHead.PreTraining);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(head), head, "training needs a task head");
        }
        RegisterComponents();
    }

    /// <summary>
    /// Logits in single precision: [B, labels] for classification, [T, 2] (start, end) for question answering,
    /// [masked tokens, V] for masked-language modelling; in pre-training both, flat: [masked tokens · V + B · 2].
    /// </summary>
    public override Tensor forward(PackedTensors batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = _bert.call(batch); // [T, H]
        Tensor logits;
        if (_classifier is not null)
        {
            Tensor pooled = _bert.Pool(hidden.index_select(0, batch.FirstTokens)); // [B, H]
            logits = _classifier.call(F.dropout(pooled, _classifierDropout, training));
        }
        else if (_qaOutputs is not null)
        {
            logits = _qaOutputs.call(hidden);
        }
        else
        {
            logits = _cls!.call(hidden.index_select(0, batch.MaskedTokens!), _bert.WordEmbeddings);
            if (_cls.JudgesSentences)
            {
                Tensor pooled = _bert.Pool(hidden.index_select(0, batch.FirstTokens)); // [B, H]
                logits = cat([logits.flatten(), _cls.Judge(pooled).flatten()], 0);
            }
        }
        return logits.to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary><c>bert</c>: embeddings, layers and, where the head reads it, the pooler.</summary>
    private sealed class Encoder : nn.Module<PackedTensors, Tensor>
    {
        [ComponentName(Name = "embeddings")]
        private readonly Embeddings _embeddings;

        [ComponentName(Name = "encoder")]
        private readonly LayerStack _encoder;

        [ComponentName(Name = "pooler")]
        private readonly Sublayer? _pooler;

        public Encoder(Setup setup, bool hasPooler)
            : base(nameof(Encoder))
        {
            int hidden = setup.Config.HiddenSize;
            _embeddings = new(setup);
            _encoder = new(setup);
            _pooler = hasPooler ? new(setup, hidden, hidden) : null;
            RegisterComponents();
        }

        /// <summary>[V, H].</summary>
        public Parameter WordEmbeddings => _embeddings.WordEmbeddings;

        /// <summary>-> [T, H].</summary>
        public override Tensor forward(PackedTensors batch) => _encoder.call(_embeddings.call(batch), batch);

        /// <summary>The [CLS] vectors [B, H] -> [B, H].</summary>
        public Tensor Pool(Tensor first) => _pooler!.call(first).tanh();
    }

    /// <summary><c>embeddings</c>: the sum of word, position and token type, normalised.</summary>
    private sealed class Embeddings : nn.Module<PackedTensors, Tensor>
    {
        [ComponentName(Name = "word_embeddings")]
        private readonly Table _words; // [V, H]

        [ComponentName(Name = "position_embeddings")]
        private readonly Table _positions; // [max_position_embeddings, H]

        [ComponentName(Name = "token_type_embeddings")]
        private readonly Table _types; // [type_vocab_size, H]

        [ComponentName(Name = "LayerNorm")]
        private readonly Norm _norm;

        private readonly double _dropout;

        public Embeddings(Setup setup)
            : base(nameof(Embeddings))
        {
            BertConfig config = setup.Config;
            _words = new(setup, config.VocabSize);
            _positions = new(setup, config.MaxPositionEmbeddings);
            _types = new(setup, config.TypeVocabSize);
            _norm = new(setup);
            _dropout = config.HiddenDropoutProb;
            RegisterComponents();
        }

        public Parameter WordEmbeddings => _words.Weight;

        public override Tensor forward(PackedTensors batch)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor sum = _words.call(batch.InputIds) + _positions.call(batch.Positions) + _types.call(batch.TokenTypeIds); // [T, H]
            return F.dropout(_norm.call(sum), _dropout, training).MoveToOuterDisposeScope();
        }
    }

    /// <summary><c>encoder</c>: the layers, one after another.</summary>
    private sealed class LayerStack : nn.Module<Tensor, PackedTensors, Tensor>
    {
        [ComponentName(Name = "layer")]
        private readonly ModuleList<Layer> _layers;

        public LayerStack(Setup setup)
            : base(nameof(LayerStack))
        {
            _layers = new([.. Enumerable.Range(0, setup.Config.NumHiddenLayers).Select(_ => new Layer(setup))]);
            RegisterComponents();
        }

        public override Tensor forward(Tensor hidden, PackedTensors batch)
        {
            foreach (Layer layer in _layers)
                hidden = layer.call(hidden, batch);
            return hidden;
        }
    }

    /// <summary><c>layer.N</c>: attention and feed-forward, each followed by dropout, the residual sum and normalisation.</summary>
    private sealed class Layer : nn.Module<Tensor, PackedTensors, Tensor>
    {
        [ComponentName(Name = "attention")]
        private readonly Attention _attention;

        [ComponentName(Name = "intermediate")]
        private readonly Sublayer _intermediate; // H -> I

        [ComponentName(Name = "output")]
        private readonly Sublayer _output; // I -> H

        private readonly Activation _activation;

        public Layer(Setup setup)
            : base(nameof(Layer))
        {
            BertConfig config = setup.Config;
            _attention = new(setup);
            _intermediate = new(setup, config.HiddenSize, config.IntermediateSize);
            _output = new(setup, config.IntermediateSize, config.HiddenSize, endsBlock: true);
            _activation = config.HiddenAct;
            RegisterComponents();
        }

        /// <summary>[T, H] -> [T, H].</summary>
        public override Tensor forward(Tensor hidden, PackedTensors batch)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor attended = _attention.call(hidden, batch);
            Tensor inner = Activate(_intermediate.call(attended), _activation); // [T, I]
            return _output.AddAndNormalize(inner, attended).MoveToOuterDisposeScope();
        }
    }

    /// <summary><c>attention</c>: multi-head self-attention over each example's own tokens.</summary>
    private sealed class Attention : nn.Module<Tensor, PackedTensors, Tensor>
    {
        [ComponentName(Name = "self")]
        private readonly Projections _self;

        [ComponentName(Name = "output")]
        private readonly Sublayer _output;

        private readonly int _heads;
        private readonly int _headSize;
        private readonly double _dropout;

        public Attention(Setup setup)
            : base(nameof(Attention))
        {
            BertConfig config = setup.Config;
            _self = new(setup);
            _output = new(setup, config.HiddenSize, config.HiddenSize, endsBlock: true);
            _heads = config.NumAttentionHeads;
            _headSize = config.HeadSize;
            _dropout = config.AttentionProbsDropoutProb;
            RegisterComponents();
        }

        /// <summary>[T, H] -> [T, H].</summary>
        public override Tensor forward(Tensor hidden, PackedTensors batch)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor query = Split(_self.Query(hidden), batch); // [B, A, S, D]
            Tensor key = Split(_self.Key(hidden), batch);
            Tensor value = Split(_self.Value(hidden), batch);
            Tensor scores = query.matmul(key.transpose(-1, -2)).to_type(ScalarType.Float32) / Math.Sqrt(_headSize); // [B, A, S, S]
            Tensor weights = F.dropout((scores + batch.AttentionBias).softmax(-1), _dropout, training);
            Tensor context = weights.to_type(value.dtype).matmul(value).transpose(1, 2); // [B, S, A, D]
            Tensor joined = context.reshape(batch.PaddedCount, _heads * _headSize).index_select(0, batch.PaddedPlaces); // [T, H]
            return _output.AddAndNormalize(joined, hidden).MoveToOuterDisposeScope();
        }

        /// <summary>Lays packed rows out by example, zeros behind the shorter ones: [T, H] -> [B, A, S, D].</summary>
        private Tensor Split(Tensor packed, PackedTensors batch)
        {
            Tensor padded = zeros(batch.PaddedCount, packed.shape[1], packed.dtype, packed.device)
                .index_copy(0, batch.PaddedPlaces, packed);
            return padded.view(batch.ExampleCount, batch.Longest, _heads, _headSize).transpose(1, 2);
        }
    }

    /// <summary><c>attention.self</c>: the three projections, H -> H.</summary>
    private sealed class Projections : nn.Module
    {
        [ComponentName(Name = "query")]
        private readonly Dense _query;

        [ComponentName(Name = "key")]
        private readonly Dense _key;

        [ComponentName(Name = "value")]
        private readonly Dense _value;

        public Projections(Setup setup)
            : base(nameof(Projections))
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

    /// <summary>A linear layer <c>dense</c> and, where it ends a residual block, its <c>LayerNorm</c>.</summary>
    private sealed class Sublayer : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "dense")]
        private readonly Dense _dense;

        [ComponentName(Name = "LayerNorm")]
        private readonly Norm? _norm;

        private readonly double _dropout;

        public Sublayer(Setup setup, int inputs, int outputs, bool endsBlock = false)
            : base(nameof(Sublayer))
        {
            _dense = new(setup, inputs, outputs);
            _norm = endsBlock ? new(setup) : null;
            _dropout = setup.Config.HiddenDropoutProb;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _dense.call(input);

        public Tensor AddAndNormalize(Tensor input, Tensor residual) =>
            _norm!.call(F.dropout(_dense.call(input), _dropout, training) + residual);
    }

    /// <summary>
    /// <c>cls</c>: <c>predictions</c> is the masked-token head, whose output matrix is the word embedding table;
    /// <c>seq_relationship</c> judges two texts, in pre-training alone.
    /// </summary>
    private sealed class PredictionHead : nn.Module<Tensor, Tensor, Tensor>
    {
        [ComponentName(Name = "predictions")]
        private readonly Predictions _predictions;

        [ComponentName(Name = "seq_relationship")]
        private readonly Dense? _seqRelationship;

        public PredictionHead(Setup setup, bool judgesSentences)
            : base(nameof(PredictionHead))
        {
            _predictions = new(setup);
            _seqRelationship = judgesSentences ? new(setup, setup.Config.HiddenSize, 2) : null;
            RegisterComponents();
        }

        public bool JudgesSentences => _seqRelationship is not null;

        /// <summary>The pooled [CLS] vectors [B, H] -> [B, 2].</summary>
        public Tensor Judge(Tensor pooled) => _seqRelationship!.call(pooled);

        public override Tensor forward(Tensor hidden, Tensor wordEmbeddings) => _predictions.call(hidden, wordEmbeddings);

        private sealed class Predictions : nn.Module<Tensor, Tensor, Tensor>
        {
            [ComponentName(Name = "transform")]
            private readonly Transform _transform;

            [ComponentName(Name = "bias")]
            private readonly Parameter _bias; // [V]

            private readonly ScalarType _computeType;

            public Predictions(Setup setup)
                : base(nameof(Predictions))
            {
                _transform = new(setup);
                _bias = new(zeros(setup.Config.VocabSize, device: setup.Device));
                _computeType = setup.ComputeType;
                RegisterComponents();
            }

            /// <summary>[masked tokens, H], [V, H] -> [masked tokens, V].</summary>
            public override Tensor forward(Tensor hidden, Tensor wordEmbeddings) =>
                F.linear(_transform.call(hidden).to_type(_computeType), wordEmbeddings.to_type(_computeType), _bias.to_type(_computeType));
        }

        private sealed class Transform : nn.Module<Tensor, Tensor>
        {
            [ComponentName(Name = "dense")]
            private readonly Dense _dense;

            [ComponentName(Name = "LayerNorm")]
            private readonly Norm _norm;

            private readonly Activation _activation;

            public Transform(Setup setup)
                : base(nameof(Transform))
            {
                _dense = new(setup, setup.Config.HiddenSize, setup.Config.HiddenSize);
                _norm = new(setup);
                _activation = setup.Config.HiddenAct;
                RegisterComponents();
            }

            public override Tensor forward(Tensor hidden) => _norm.call(Activate(_dense.call(hidden), _activation));
        }
    }

    /// <summary>An embedding table, <c>weight</c> [rows, H].</summary>
    private sealed class Table : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "weight")]
        private readonly Parameter _weight;

        public Table(Setup setup, int rows)
            : base(nameof(Table))
        {
            _weight = new(zeros(rows, setup.Config.HiddenSize, device: setup.Device));
            RegisterComponents();
        }

        public Parameter Weight => _weight;

        public override Tensor forward(Tensor ids) => _weight.index_select(0, ids);
    }

    /// <summary>A linear layer, <c>weight</c> [outputs, inputs] and <c>bias</c> [outputs], computed in the compute type.</summary>
    private sealed class Dense : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "weight")]
        private readonly Parameter _weight;

        [ComponentName(Name = "bias")]
        private readonly Parameter _bias;

        private readonly ScalarType _computeType;

        public Dense(Setup setup, int inputs, int outputs)
            : base(nameof(Dense))
        {
            _weight = new(zeros(outputs, inputs, device: setup.Device));
            _bias = new(zeros(outputs, device: setup.Device));
            _computeType = setup.ComputeType;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            F.linear(input.to_type(_computeType), _weight.to_type(_computeType), _bias.to_type(_computeType));
    }

    /// <summary>Layer normalisation over the width, <c>weight</c> and <c>bias</c> [H], in single precision.</summary>
    private sealed class Norm : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "weight")]
        private readonly Parameter _weight;

        [ComponentName(Name = "bias")]
        private readonly Parameter _bias;

        private readonly double _epsilon;

        public Norm(Setup setup)
            : base(nameof(Norm))
        {
            _weight = new(ones(setup.Config.HiddenSize, device: setup.Device));
            _bias = new(zeros(setup.Config.HiddenSize, device: setup.Device));
            _epsilon = setup.Config.LayerNormEps;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            F.layer_norm(input.to_type(ScalarType.Float32), [_weight.shape[0]], _weight, _bias, _epsilon);
    }

    /// <summary>What every module is made from. Parameters are made on the device: moving modules would replace them.</summary>
    private sealed record Setup(BertConfig Config, ScalarType ComputeType, Device Device);

    private static Tensor Activate(Tensor x, Activation activation) => activation switch
    {
        Activation.Gelu => F.gelu(x),
        Activation.GeluTanh => 0.5 * x * (1 + (Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x.pow(3))).tanh()),
        Activation.Relu => F.relu(x),
        Activation.Tanh => x.tanh(),
        Activation.Silu => F.silu(x),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "not an activation of BertConfig"),
    };
}
