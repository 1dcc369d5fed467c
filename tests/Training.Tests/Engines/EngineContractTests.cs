using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

/// <summary>What every training engine owes the trainer. PyTorch is the oracle of logits, losses, gradients and updates.</summary>
public abstract class EngineContractTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Cases => GoldenCase.Names;

    private protected abstract ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_equal_PyTorchs(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using ITrainingEngine engine = Create(golden.Parameters, golden.Optimizer());
        AssertLogits(golden, engine.Forward(golden.Batch, Token));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_every_gradient_equal_PyTorchs(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using ITrainingEngine engine = Create(golden.Parameters, golden.Optimizer());
        float loss = engine.ForwardBackward(golden.Batch, golden.LossScale, 0, Token);
        Assert.Equal(golden.Loss, loss, 1e-4);
        AssertGradients(engine, golden);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_micro_batches_add_up_to_those_of_the_whole(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using ITrainingEngine engine = Create(golden.Parameters, golden.Optimizer());
        double loss = 0;
        for (int repeat = 0; repeat < 3; repeat++)
            loss += engine.ForwardBackward(golden.Batch, golden.LossScale / 3, 0, Token);
        Assert.Equal(golden.Loss, loss, 1e-4);
        AssertGradients(engine, golden);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fifty_updates_follow_PyTorchs(string name)
    {
        using GoldenCase golden = GoldenCase.Open(name);
        using ITrainingEngine engine = Create(golden.Parameters, golden.Optimizer(golden.Training.WeightDecay));
        AssertFollowsPyTorch(engine, golden, 0, 50);
        Assert.Equal(50, engine.OptimizerStep);
    }

    [Fact]
    public void Values_of_another_number_than_the_parameters_are_refused()
    {
        using GoldenCase golden = GoldenCase.Open("pair-gelu");
        using ITrainingEngine engine = Create(golden.Parameters, golden.Optimizer());
        ParameterSpec spec = engine.Parameters[0];
        float[] whole = new float[spec.Count], cut = new float[spec.Count - 1];

        Assert.Throws<ArgumentOutOfRangeException>(() => engine.WriteParameter(spec.Name, cut));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.WriteOptimizerState(spec.Name, cut, whole));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.WriteOptimizerState(spec.Name, whole, cut));
    }

    [Fact]
    public void A_dropout_seed_decides_every_mask()
    {
        using GoldenCase golden = GoldenCase.Open("pair-gelu");
        using ITrainingEngine engine = Create(WithDropout(golden.Parameters), golden.Optimizer());

        float loss = engine.ForwardBackward(golden.Batch, 1, 7, Token);
        float[] gradient = Take(engine, clear: true);
        float again = engine.ForwardBackward(golden.Batch, 1, 7, Token);
        float[] gradientAgain = Take(engine, clear: true);
        float other = engine.ForwardBackward(golden.Batch, 1, 8, Token);

        Assert.Equal(loss, again);
        Assert.Equal(gradient, gradientAgain);
        Assert.NotEqual(loss, other);
    }

    [Fact]
    public void Evaluation_drops_nothing_out()
    {
        using GoldenCase golden = GoldenCase.Open("pair-gelu");
        using ITrainingEngine engine = Create(WithDropout(golden.Parameters), golden.Optimizer());
        engine.ForwardBackward(golden.Batch, 1, 7, Token);
        AssertLogits(golden, engine.Forward(golden.Batch, Token));
    }

    [Fact]
    public void A_group_at_rate_0_stays_as_it_is()
    {
        using GoldenCase golden = GoldenCase.Open("pair-gelu");
        using ITrainingEngine engine = Create(golden.Parameters, golden.Optimizer(weightDecay: 0.5f));
        Dictionary<string, float[]> before = Values(engine);
        engine.ForwardBackward(golden.Batch, golden.LossScale, 0, Token);

        engine.Apply([0, 1e-3f], clipNorm: 0);

        Dictionary<string, float[]> after = Values(engine);
        foreach (ParameterSpec spec in engine.Parameters)
            Assert.Equal(spec.Decays, before[spec.Name].AsSpan().SequenceEqual(after[spec.Name]));
        Assert.All(engine.Parameters, spec => Assert.All(Gradient(engine, spec), value => Assert.Equal(0, value)));
    }

    [Fact]
    public void Fixed_positions_are_never_trained()
    {
        using GoldenCase golden = GoldenCase.Open("qa-relu-sinusoidal");
        using ITrainingEngine engine = Create(golden.Parameters, golden.Optimizer(weightDecay: 0.5f));
        float[] before = Values(engine)[BertParameters.PositionEmbeddings];
        engine.ForwardBackward(golden.Batch, golden.LossScale, 0, Token);
        engine.Apply([0.1f, 0.1f], clipNorm: 0);
        Assert.Equal(before, Values(engine)[BertParameters.PositionEmbeddings]);
    }

    [Fact]
    public void Another_engine_goes_on_where_one_stopped()
    {
        using GoldenCase golden = GoldenCase.Open("mlm-gelu");
        OptimizerOptions optimizer = golden.Optimizer(golden.Training.WeightDecay);
        using ITrainingEngine first = Create(golden.Parameters, optimizer);
        AssertFollowsPyTorch(first, golden, 0, 20);
        using ITrainingEngine second = Create(new ParameterSet(golden.Parameters.Config, golden.Head), optimizer);

        HandOver(first, second);

        Assert.Equal(AssertFollowsPyTorch(first, golden, 20, 50), AssertFollowsPyTorch(second, golden, 20, 50));
    }

    [Fact]
    public void A_cancelled_call_leaves_the_gradients_as_they_were()
    {
        using GoldenCase golden = GoldenCase.Open("pair-gelu");
        using ITrainingEngine engine = Create(golden.Parameters, golden.Optimizer());
        engine.ForwardBackward(golden.Batch, golden.LossScale, 0, Token);
        Assert.Throws<OperationCanceledException>(() => engine.ForwardBackward(golden.Batch, golden.LossScale, 0, new CancellationToken(canceled: true)));
        AssertGradients(engine, golden);
    }

    [Fact]
    public void A_sequence_longer_than_the_model_takes_is_an_error()
    {
        using GoldenCase golden = GoldenCase.Open("pair-gelu");
        using ITrainingEngine engine = Create(golden.Parameters, golden.Optimizer());
        var batch = new PackedBatch { Lengths = [41], InputIds = new int[41], TokenTypeIds = new int[41] };
        BertMLNetException error = Assert.Throws<BertMLNetException>(() => engine.Forward(batch, Token));
        Assert.Contains("41", error.Message, StringComparison.Ordinal);
        Assert.Contains("max_position_embeddings", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Makes the updates from one step to another, each compared with PyTorch's, and returns the losses.</summary>
    private protected static float[] AssertFollowsPyTorch(ITrainingEngine engine, GoldenCase golden, int from, int to)
    {
        var losses = new List<float>();
        GoldenTraining training = golden.Training;
        for (int step = from; step < to; step++)
        {
            losses.Add(engine.ForwardBackward(golden.Batch, golden.LossScale, 0, Token));
            float rate = training.LearningRates[step];
            double norm = engine.Apply([rate, rate], training.ClipNorm);

            Assert.Equal(training.Losses[step], losses[^1], 1e-4);
            Assert.Equal(training.GradientNorms[step], norm, 1e-3 * training.GradientNorms[step]);
        }
        return [.. losses];
    }

    /// <summary>Gives one engine's weights and optimizer state to another.</summary>
    private protected static void HandOver(ITrainingEngine from, ITrainingEngine to)
    {
        foreach (ParameterSpec spec in from.Parameters)
        {
            float[] value = new float[spec.Count];
            from.ReadParameter(spec.Name, value);
            to.WriteParameter(spec.Name, value);
            if (!spec.IsTrainable)
                continue;
            float[] firstMoment = new float[spec.Count], secondMoment = new float[spec.Count];
            from.ReadOptimizerState(spec.Name, firstMoment, secondMoment);
            to.WriteOptimizerState(spec.Name, firstMoment, secondMoment);
        }
        to.OptimizerStep = from.OptimizerStep;
    }

    protected static ParameterSet WithDropout(ParameterSet parameters)
    {
        var copy = new ParameterSet(parameters.Config with { HiddenDropoutProb = 0.1f, AttentionProbsDropoutProb = 0.1f }, parameters.Head);
        foreach (ParameterSpec spec in parameters.Specs)
            parameters[spec.Name].CopyTo(copy[spec.Name], 0);
        return copy;
    }

    private static float[] Take(ITrainingEngine engine, bool clear)
    {
        float[] gradients = [.. engine.Parameters.Where(spec => spec.IsTrainable).SelectMany(spec => Gradient(engine, spec))];
        if (clear)
            engine.Apply([0, 0], clipNorm: 0);
        return gradients;
    }

    private static float[] Gradient(ITrainingEngine engine, ParameterSpec spec)
    {
        var gradient = new float[spec.Count];
        engine.ReadGradient(spec.Name, gradient);
        return gradient;
    }

    private static Dictionary<string, float[]> Values(ITrainingEngine engine)
    {
        var values = engine.Parameters.ToDictionary(spec => spec.Name, spec => new float[spec.Count]);
        foreach ((string name, float[] value) in values)
            engine.ReadParameter(name, value);
        return values;
    }

    /// <summary>The oracle has a head's outputs one behind another, those of a question a token.</summary>
    private static void AssertLogits(GoldenCase golden, IReadOnlyDictionary<string, float[]> outputs)
    {
        Assert.Equal(golden.Head.Branches.SelectMany(branch => branch.Outputs), outputs.Keys);
        float[] logits = golden.Head == Heads.Questions
            ? [.. outputs[TensorNames.StartLogits].Zip(outputs[TensorNames.EndLogits]).SelectMany(pair => (float[])[pair.First, pair.Second])]
            : [.. outputs.Values.SelectMany(values => values)];
        double[] expected = golden.Logits;
        Assert.Equal(expected.Length, logits.Length);
        for (int i = 0; i < logits.Length; i++)
            Assert.Equal(expected[i], logits[i], 1e-4);
    }

    private static void AssertGradients(ITrainingEngine engine, GoldenCase golden)
    {
        foreach (ParameterSpec spec in engine.Parameters.Where(spec => spec.IsTrainable))
        {
            float[] actual = Gradient(engine, spec);
            float[] expected = new float[spec.Count];
            golden.Gradients.Read(golden.NameInFiles(spec), expected);
            double distance = 0, norm = 0;
            for (int i = 0; i < actual.Length; i++)
            {
                distance += Math.Pow((double)actual[i] - expected[i], 2);
                norm += Math.Pow(expected[i], 2);
            }
            double allowed = Math.Max(1e-6, 1e-4 * Math.Sqrt(norm));
            Assert.True(Math.Sqrt(distance) <= allowed, $"{spec.Name}: the gradient is {Math.Sqrt(distance):E2} away, at most {allowed:E2} is allowed");
        }
    }
}
