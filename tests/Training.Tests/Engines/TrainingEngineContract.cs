using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

/// <summary>What every engine must do alike; each engine's tests derive from this.</summary>
public abstract class TrainingEngineContract
{
    private const ulong Seed = 17;

    /// <summary>The parameters of the model that <see cref="Create"/> makes.</summary>
    protected abstract IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>Whether gradients may be compared with differences of losses for this parameter.</summary>
    protected virtual IEnumerable<string> ParametersToDifferentiate => Parameters.Where(spec => spec.IsTrainable).Select(spec => spec.Name);

    /// <summary>Makes an engine with a small model that starts alike each time, with or without dropout.</summary>
    private protected abstract ITrainingEngine Create(OptimizerOptions optimizer, bool dropout);

    /// <summary>Makes a batch with targets; the same number gives the same batch, and no two are alike.</summary>
    private protected abstract PackedBatch Batch(int number);

    [Fact]
    public void A_parameter_comes_back_as_it_was_written()
    {
        using ITrainingEngine engine = Create(OneGroup(), dropout: false);
        ParameterSpec spec = Parameters[0];
        float[] values = Draw(3, spec.Count), read = new float[spec.Count];

        engine.WriteParameter(spec.Name, values);
        engine.ReadParameter(spec.Name, read);

        Assert.Equal(values, read);
        Assert.Equal(Parameters.Select(parameter => parameter.Name), engine.Parameters.Select(parameter => parameter.Name));
    }

    [Fact]
    public void Written_parameters_decide_the_logits()
    {
        using ITrainingEngine engine = Create(OneGroup(), dropout: true);
        PackedBatch batch = Batch(1);
        IReadOnlyDictionary<string, float[]> before = engine.Forward(batch);
        Dictionary<string, float[]> start = Values(engine);

        ParameterSpec last = Parameters[^1];
        engine.WriteParameter(last.Name, Draw(9, last.Count));
        IReadOnlyDictionary<string, float[]> changed = engine.Forward(batch);
        engine.WriteParameter(last.Name, start[last.Name]);

        // The last parameter belongs to the last branch.
        Assert.NotEqual(before.Values.Last(), changed.Values.Last());
        Assert.Equal(before, engine.Forward(batch));
    }

    [Fact]
    public void Gradients_of_micro_batches_add_up()
    {
        using ITrainingEngine engine = Create(OneGroup(), dropout: false);
        engine.ForwardBackward(Batch(1), 0.5f, Seed);
        Dictionary<string, float[]> first = Gradients(engine);
        Clear(engine);
        engine.ForwardBackward(Batch(2), 0.25f, Seed);
        Dictionary<string, float[]> second = Gradients(engine);
        Clear(engine);

        engine.ForwardBackward(Batch(1), 0.5f, Seed);
        engine.ForwardBackward(Batch(2), 0.25f, Seed);

        foreach ((string name, float[] sum) in Gradients(engine))
            AssertClose(first[name].Zip(second[name], (a, b) => a + b), sum, name);
    }

    [Fact]
    public void Loss_and_gradients_are_linear_in_the_loss_scale()
    {
        using ITrainingEngine engine = Create(OneGroup(), dropout: false);
        float once = engine.ForwardBackward(Batch(1), 0.1f, Seed);
        Dictionary<string, float[]> single = Gradients(engine);
        Clear(engine);

        float thrice = engine.ForwardBackward(Batch(1), 0.3f, Seed);

        Assert.Equal(3 * once, thrice, 1e-4f * Math.Abs(thrice));
        foreach ((string name, float[] triple) in Gradients(engine))
            AssertClose(single[name].Select(value => 3 * value), triple, name);
    }

    [Fact]
    public void Applying_clears_the_gradients_and_returns_their_norm()
    {
        using ITrainingEngine engine = Create(OneGroup(), dropout: false);
        engine.ForwardBackward(Batch(1), 1f, Seed);
        double expected = Math.Sqrt(Gradients(engine).Values.Sum(values => values.Sum(value => (double)value * value)));
        Dictionary<string, float[]> before = Values(engine);

        double norm = engine.Apply([1e-3f], clipNorm: 0);

        Assert.Equal(expected, norm, 1e-5 * expected);
        Assert.Equal(1, engine.OptimizerStep);
        Assert.All(Gradients(engine).Values, values => Assert.All(values, value => Assert.Equal(0f, value)));
        Assert.Contains(Trainable(), name => !before[name].AsSpan().SequenceEqual(Values(engine)[name]));
    }

    [Fact]
    public void Clipping_scales_what_reaches_the_moments()
    {
        using ITrainingEngine engine = Create(OneGroup(), dropout: false);
        engine.ForwardBackward(Batch(1), 1f, Seed);
        Dictionary<string, float[]> gradients = Gradients(engine);

        double norm = engine.Apply([1e-3f], clipNorm: 1e-2);

        Assert.True(norm > 1e-2);
        foreach (string name in Trainable())
        {
            (float[] first, _) = State(engine, name);
            AssertClose(gradients[name].Select(value => (float)(0.1 * value * 1e-2 / norm)), first, name);
        }
    }

    [Fact]
    public void A_norm_that_is_not_finite_updates_nothing_and_clears_the_gradients()
    {
        using ITrainingEngine engine = Create(OneGroup(), dropout: false);
        Dictionary<string, float[]> before = Values(engine);
        engine.ForwardBackward(Batch(1), float.PositiveInfinity, Seed);

        double norm = engine.Apply([1e-3f], clipNorm: 1);

        Assert.False(double.IsFinite(norm));
        Assert.Equal(0, engine.OptimizerStep);
        AssertSame(before, Values(engine));
        Assert.All(Gradients(engine).Values, values => Assert.All(values, value => Assert.Equal(0f, value)));
        engine.ForwardBackward(Batch(1), 1f, Seed);
        Assert.True(double.IsFinite(engine.Apply([1e-3f], clipNorm: 1)));
    }

    [Fact]
    public void A_group_at_rate_0_stays_as_it_is()
    {
        string[] names = [.. Trainable()];
        int half = names.Length / 2;
        var options = new OptimizerOptions([new(names[..half], 0.1f, 0f), new(names[half..], 0.1f)]);
        using ITrainingEngine engine = Create(options, dropout: false);
        Dictionary<string, float[]> before = Values(engine);

        for (int i = 0; i < 3; i++)
        {
            engine.ForwardBackward(Batch(i), 1f, Seed);
            engine.Apply([0f, 1e-2f], clipNorm: 1);
        }

        Dictionary<string, float[]> after = Values(engine);
        Assert.All(names[..half], name => Assert.Equal(before[name], after[name]));
        Assert.Contains(names[half..], name => !before[name].AsSpan().SequenceEqual(after[name]));
    }

    [Fact]
    public void All_rates_at_0_drop_the_gradients_and_do_not_count_as_an_update()
    {
        using ITrainingEngine engine = Create(OneGroup(), dropout: false);
        Dictionary<string, float[]> before = Values(engine);
        engine.ForwardBackward(Batch(1), 1f, Seed);

        engine.Apply([0f], clipNorm: 0);

        AssertSame(before, Values(engine));
        Assert.Equal(0, engine.OptimizerStep);
        Assert.All(Gradients(engine).Values, values => Assert.All(values, value => Assert.Equal(0f, value)));
    }

    [Fact]
    public void Fifty_updates_repeat_bit_for_bit()
    {
        using ITrainingEngine first = Create(OneGroup(), dropout: true);
        using ITrainingEngine second = Create(OneGroup(), dropout: true);

        Assert.Equal(Train(first, 0, 50), Train(second, 0, 50));
        AssertSame(Values(first), Values(second));
    }

    [Fact]
    public void A_new_engine_goes_on_where_another_stopped()
    {
        using ITrainingEngine whole = Create(OneGroup(), dropout: true);
        Train(whole, 0, 20);
        using ITrainingEngine before = Create(OneGroup(), dropout: true);
        Train(before, 0, 9);
        using ITrainingEngine after = Create(OneGroup(), dropout: true);
        foreach (ParameterSpec spec in Parameters)
        {
            after.WriteParameter(spec.Name, Values(before)[spec.Name]);
            if (!spec.IsTrainable)
                continue;
            (float[] first, float[] second) = State(before, spec.Name);
            after.WriteOptimizerState(spec.Name, first, second);
        }
        after.OptimizerStep = before.OptimizerStep;

        Train(after, 9, 20);

        AssertSame(Values(whole), Values(after));
    }

    [Fact]
    public void The_seed_decides_dropout()
    {
        using ITrainingEngine engine = Create(OneGroup(), dropout: true);
        float first = engine.ForwardBackward(Batch(1), 1f, 1);
        float again = engine.ForwardBackward(Batch(1), 1f, 1);
        float other = engine.ForwardBackward(Batch(1), 1f, 2);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void Training_brings_the_loss_down()
    {
        using ITrainingEngine engine = Create(OneGroup(), dropout: false);
        PackedBatch batch = Batch(1);
        float scale = (float)(1 / batch.Targets!.TotalWeight);
        float start = engine.ForwardBackward(batch, scale, Seed);
        engine.Apply([1e-2f], clipNorm: 1);
        for (int i = 0; i < 30; i++)
        {
            engine.ForwardBackward(batch, scale, Seed);
            engine.Apply([1e-2f], clipNorm: 1);
        }

        Assert.InRange(engine.ForwardBackward(batch, scale, Seed), 0, start * 0.7f);
    }

    [Fact]
    public void Gradients_agree_with_differences_of_losses()
    {
        using ITrainingEngine engine = Create(OneGroup(), dropout: false);
        PackedBatch batch = Batch(1);
        engine.ForwardBackward(batch, 1f, Seed);
        Dictionary<string, float[]> gradients = Gradients(engine);
        Clear(engine);

        foreach (string name in ParametersToDifferentiate)
        {
            // Along the gradient the loss must change by the gradient's norm; a component's own change drowns in roundings.
            double norm = Math.Sqrt(gradients[name].Sum(value => (double)value * value));
            if (norm < 1e-3)
                continue;
            float[] start = Values(engine)[name];
            const double Step = 2e-3;
            float up = LossAt(Step), down = LossAt(-Step);
            engine.WriteParameter(name, start);
            Assert.True(Math.Abs((up - down) / (2 * Step) - norm) < 0.02 * norm + 2e-3, $"{name}: gradient {norm}, difference {(up - down) / (2 * Step)}");

            float LossAt(double distance)
            {
                engine.WriteParameter(name, [.. start.Zip(gradients[name], (value, gradient) => (float)(value + distance * gradient / norm))]);
                float loss = engine.ForwardBackward(batch, 1f, Seed);
                Clear(engine);
                return loss;
            }
        }
    }

    [Fact]
    public void Cancellation_comes_before_the_work()
    {
        using ITrainingEngine engine = Create(OneGroup(), dropout: false);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => engine.ForwardBackward(Batch(1), 1f, Seed, cancelled.Token));
        Assert.All(Gradients(engine).Values, values => Assert.All(values, value => Assert.Equal(0f, value)));
    }

    protected static float[] Draw(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * 0.2f)];
    }

    private IEnumerable<string> Trainable() => Parameters.Where(spec => spec.IsTrainable).Select(spec => spec.Name);

    private protected OptimizerOptions OneGroup() => new([new([.. Trainable()], 0.01f)]);

    private float[] Train(ITrainingEngine engine, int from, int to)
    {
        var losses = new List<float>();
        for (int step = from; step < to; step++)
        {
            losses.Add(engine.ForwardBackward(Batch(step % 7), 0.1f, (ulong)step));
            losses.Add(engine.ForwardBackward(Batch(step % 5), 0.1f, (ulong)(step + 1000)));
            engine.Apply([1e-3f], clipNorm: 1);
        }
        return [.. losses];
    }

    private static void Clear(ITrainingEngine engine) => engine.Apply([0f], clipNorm: 0);

    private Dictionary<string, float[]> Values(ITrainingEngine engine) => Parameters.ToDictionary(spec => spec.Name, spec =>
    {
        var values = new float[spec.Count];
        engine.ReadParameter(spec.Name, values);
        return values;
    });

    private Dictionary<string, float[]> Gradients(ITrainingEngine engine) =>
        Parameters.Where(spec => spec.IsTrainable).ToDictionary(spec => spec.Name, spec =>
        {
            var values = new float[spec.Count];
            engine.ReadGradient(spec.Name, values);
            return values;
        });

    private (float[] First, float[] Second) State(ITrainingEngine engine, string name)
    {
        int count = Parameters.First(spec => spec.Name == name).Count;
        float[] first = new float[count], second = new float[count];
        engine.ReadOptimizerState(name, first, second);
        return (first, second);
    }

    private static void AssertSame(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual) =>
        Assert.All(expected, pair => Assert.Equal(pair.Value, actual[pair.Key]));

    private static void AssertClose(IEnumerable<float> expected, float[] actual, string name)
    {
        float[] wanted = [.. expected];
        double norm = Math.Sqrt(wanted.Sum(value => (double)value * value));
        double distance = Math.Sqrt(wanted.Zip(actual, (a, b) => ((double)a - b) * ((double)a - b)).Sum());
        Assert.True(distance <= Math.Max(1e-4 * norm, 1e-6), $"{name}: distance {distance}, norm {norm}");
    }
}
