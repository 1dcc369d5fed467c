namespace BertMLNet.Modeling;

/// <summary>
/// Where each parameter of a model comes from: a tensor of a checkpoint, or a start value. Names and shapes are checked
/// when the plan is made, before memory for any tensor is taken; values are read one parameter at a time.
/// </summary>
internal sealed class WeightPlan : IParameterSource
{
    // The table of a half-precision checkpoint has 8 to 11 significant bits.
    private const float SinusoidalTolerance = 0.01f;

    private readonly ICheckpoint _checkpoint;
    private readonly int _seed;
    private readonly WeightMatcher _matches;

    private WeightPlan(ICheckpoint checkpoint, BertConfig config, int seed, WeightMatcher matches)
    {
        _checkpoint = checkpoint;
        _seed = seed;
        _matches = matches;
        Config = config;
        Report = matches.Report();
    }

    public BertConfig Config { get; }

    public Head Head => Report.Head;

    public IReadOnlyList<ParameterSpec> Specs => _matches.Specs;

    /// <summary>What the checkpoint has and lacks.</summary>
    public LoadReport Report { get; }

    /// <summary>Finds each parameter of the model in the checkpoint.</summary>
    /// <param name="checkpoint">The open checkpoint; it must stay open while the plan is read.</param>
    /// <param name="config">The model's configuration.</param>
    /// <param name="head">The model's head. Where the checkpoint has none of its tensors, it starts anew.</param>
    /// <param name="seed">Seeds the start values.</param>
    /// <param name="replaceHead">Whether a head of another shape (other classes) starts anew instead of being an error.</param>
    /// <param name="whyNewHead">Why the checkpoint's head is not wanted though it may fit ("since …"); null where it is.</param>
    /// <exception cref="BertMLNetException">
    /// The checkpoint lacks a parameter, has it in another shape, or has layers beyond the configuration.
    /// </exception>
    public static WeightPlan Create(
        ICheckpoint checkpoint, BertConfig config, Head head, int seed = 0, bool replaceHead = false, string? whyNewHead = null)
    {
        config.Validate();
        var plan = new WeightPlan(checkpoint, config, seed, new WeightMatcher(checkpoint, config, head, replaceHead, whyNewHead));
        if (head.ReadsMaskedTokens)
            plan.RequireTiedDecoder();
        return plan;
    }

    /// <summary>The head whose tensors a checkpoint holds, judged by the configuration or else by the tensors' names.</summary>
    public static Head DetectHead(ICheckpoint checkpoint, BertConfig config)
    {
        if (config.Architecture is not null)
            return config.Head;
        ITensorNaming naming = TensorNaming.Of(checkpoint, config);
        var parameters = checkpoint.Tensors.Select(tensor => naming.Map(tensor.Key, tensor.Value).Parameter).ToHashSet();
        return config.Encoder.Read.FirstOrDefault(Holds, Heads.Encoder);

        // Of a head with two branches both must be there, with the pooler; of any other a lost pooler starts anew.
        bool Holds(Head head) =>
            head.DenseLayers.All(layer => parameters.Contains($"{layer.Name}.weight"))
            && (!head.HasPooler || head.Branches.Count == 1 || parameters.Contains($"{BertParameters.Pooler}.weight"));
    }

    /// <summary>Reads a parameter's values, row-major, or draws its start values.</summary>
    /// <exception cref="BertMLNetException">The tensor is damaged.</exception>
    public void Read(ParameterSpec spec, Span<float> destination)
    {
        if (!_matches.TryGetSource(spec.Name, out string? tensor, out bool transposed))
        {
            ParameterInitializer.Fill(spec, Config, _seed, destination);
            return;
        }
        if (transposed)
            Matrix.Transpose(values => _checkpoint.Read(tensor, values), spec.Shape[0], spec.Shape[1], destination);
        else
            _checkpoint.Read(tensor, destination);
        if (spec.Initialization == Initialization.Sinusoidal && Config.Encoder.SinesField is null)
            RequireSinusoidal(spec, tensor, destination);
    }

    private void RequireSinusoidal(ParameterSpec spec, string tensor, ReadOnlySpan<float> values)
    {
        float[] table = new float[spec.Count];
        ParameterInitializer.Fill(spec, Config, _seed, table);
        for (int i = 0; i < table.Length; i++)
        {
            if (!(MathF.Abs(table[i] - values[i]) <= SinusoidalTolerance))
            {
                throw new BertMLNetException(
                    $"{_checkpoint.Path}: tensor '{tensor}' is not the sine and cosine table that the configuration says it is "
                    + $"(position {i / spec.Shape[1]}).");
            }
        }
    }

    /// <summary>A decoder matrix that is saved beside the word embeddings must be theirs: this library ties the two.</summary>
    private void RequireTiedDecoder()
    {
        if (_matches.TensorOf(HuggingFaceNaming.TiedDecoder) is not { } decoder
            || !_matches.TryGetSource(BertParameters.WordEmbeddings, out string? embeddings, out _))
            return;
        float[] left = new float[_checkpoint.Tensors[embeddings].Count];
        _checkpoint.Read(embeddings, left);
        if (_checkpoint.Tensors[decoder].Count == left.Length)
        {
            float[] right = new float[left.Length];
            _checkpoint.Read(decoder, right);
            if (left.AsSpan().SequenceEqual(right))
                return;
        }
        throw new BertMLNetException(
            $"{_checkpoint.Path}: tensor '{decoder}' differs from the word embeddings; only heads tied to them can be read.");
    }
}

/// <summary>What came out of a checkpoint, and what did not.</summary>
public sealed record LoadReport
{
    /// <summary>The checkpoint's file or folder.</summary>
    public required string Path { get; init; }

    /// <summary>The checkpoint's format.</summary>
    public required string Format { get; init; }

    /// <summary>The head that the model was loaded with.</summary>
    public required Head Head { get; init; }

    /// <summary>The class of Hugging Face's library that has this head on the model's encoder.</summary>
    public required string Architecture { get; init; }

    /// <summary>The parameters that the checkpoint holds, as the model's own files call them.</summary>
    public required IReadOnlyList<string> Loaded { get; init; }

    /// <summary>The parameters that it lacks, and that start anew.</summary>
    public required IReadOnlyList<string> Initialized { get; init; }

    /// <summary>The checkpoint's tensors that the model has no place for, such as another head's.</summary>
    public required IReadOnlyList<string> Unused { get; init; }

    /// <summary>What a user should know, a line each; empty where everything fitted.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }
}
