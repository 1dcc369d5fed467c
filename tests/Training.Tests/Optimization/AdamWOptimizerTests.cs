using System.Text.Json;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

public sealed class AdamWOptimizerTests
{
    [Theory]
    [InlineData("pytorch")]
    [InlineData("pytorch-decay")]
    [InlineData("pytorch-decay-clip")]
    [InlineData("google-decay")]
    [InlineData("google-decay-clip")]
    public void Updates_agree_with_the_reference_optimizers(string name)
    {
        string path = Path.Combine(Repository.Root, "tests", "oracles", "golden", "adamw.json");
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement run = golden.RootElement.EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == name);
        JsonElement[] parameters = [.. run.GetProperty("parameters").EnumerateArray()];
        float[][] weights = [.. parameters.Select(parameter => Floats(parameter.GetProperty("initial")))];
        float[][] gradients = [.. weights.Select(values => new float[values.Length])];
        var options = new OptimizerOptions([.. parameters.Select((parameter, i) => new ParameterGroup([$"p{i}"], parameter.GetProperty("weightDecay").GetSingle()))])
        {
            Adam = new()
            {
                Beta1 = run.GetProperty("beta1").GetDouble(),
                Beta2 = run.GetProperty("beta2").GetDouble(),
                Epsilon = run.GetProperty("epsilon").GetDouble(),
                BiasCorrection = run.GetProperty("biasCorrection").GetBoolean(),
            },
        };
        var optimizer = new AdamWOptimizer(options, weights.Select((values, i) => new OptimizedParameter($"p{i}", values, gradients[i])));

        float[] learningRates = Floats(run.GetProperty("learningRates"));
        for (int step = 0; step < learningRates.Length; step++)
        {
            for (int i = 0; i < parameters.Length; i++)
                Floats(parameters[i].GetProperty("gradients")[step]).CopyTo(gradients[i], 0);

            double norm = optimizer.Apply([.. parameters.Select(_ => learningRates[step])], run.GetProperty("clipNorm").GetDouble());

            Assert.Equal(run.GetProperty("gradientNorms")[step].GetDouble(), norm, 1e-6);
            for (int i = 0; i < parameters.Length; i++)
            {
                Assert.All(Floats(parameters[i].GetProperty("values")[step]).Zip(weights[i]), pair => Assert.Equal(pair.First, pair.Second, 2e-6f));
                Assert.All(gradients[i], gradient => Assert.Equal(0f, gradient));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Updates_agree_with_the_formula_in_double_precision(bool biasCorrection)
    {
        const float Rate = 1e-3f, Decay = 0.1f;
        float[] weights = Draw(1, 1003), gradients = new float[1003];
        double[] exact = [.. weights.Select(weight => (double)weight)], first = new double[1003], second = new double[1003];
        var options = new OptimizerOptions([new(["p"], Decay)]) { Adam = new() { BiasCorrection = biasCorrection, Epsilon = 1e-6 } };
        var optimizer = new AdamWOptimizer(options, [new("p", weights, gradients)]);

        for (int step = 1; step <= 20; step++)
        {
            Draw(step + 10, 1003).CopyTo(gradients, 0);
            for (int i = 0; i < exact.Length; i++)
            {
                double g = gradients[i];
                first[i] = 0.9 * first[i] + 0.1 * g;
                second[i] = 0.999 * second[i] + 0.001 * g * g;
                double m = biasCorrection ? first[i] / (1 - Math.Pow(0.9, step)) : first[i];
                double v = biasCorrection ? second[i] / (1 - Math.Pow(0.999, step)) : second[i];
                exact[i] = exact[i] - Rate * Decay * exact[i] - Rate * m / (Math.Sqrt(v) + 1e-6);
            }
            optimizer.Apply([Rate], clipNorm: 0);
        }

        Assert.All(exact.Zip(weights), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Cutting_a_parameter_into_pieces_changes_no_bit()
    {
        AdamWStep step = new AdamWStep(new TrainingOptions(), 1e-3f, 0.01f, 0.7, 3);
        float[][] whole = [Draw(1, 100), Draw(2, 100), Draw(3, 100), [.. Draw(4, 100).Select(MathF.Abs)]];
        float[][] pieces = [.. whole.Select(values => values.ToArray())];

        AdamW.Update(whole[0], whole[1], whole[2], whole[3], step);
        foreach ((int start, int length) in new[] { (0, 3), (3, 16), (19, 1), (20, 80) })
        {
            AdamW.Update(
                pieces[0].AsSpan(start, length), pieces[1].AsSpan(start, length), pieces[2].AsSpan(start, length), pieces[3].AsSpan(start, length), step);
        }

        for (int i = 0; i < whole.Length; i++)
            Assert.Equal(whole[i], pieces[i]);
    }

    [Fact]
    public void The_norm_covers_all_groups_that_learn_and_clipping_scales_to_it()
    {
        float[] a = [1, 1], b = [1], frozen = [1], gradA = [3, 0], gradB = [4], gradFrozen = [100];
        var options = new OptimizerOptions([new(["a"], 0), new(["b"], 0), new(["frozen"], 0.5f, 0)])
        {
            Adam = new() { Beta1 = 0, Beta2 = 0.5, BiasCorrection = false },
        };
        var optimizer = new AdamWOptimizer(options, [new("a", a, gradA), new("b", b, gradB), new("frozen", frozen, gradFrozen)]);

        double norm = optimizer.Apply([1e-3f, 1e-3f, 0], clipNorm: 2.5);

        Assert.Equal(5, norm, 1e-12);
        float[] first = new float[2], second = new float[2];
        optimizer.ReadState("a", first, second);
        Assert.Equal([1.5f, 0f], first);
        Assert.Equal([1.125f, 0f], second);
        Assert.Equal([1f], frozen);
        Assert.Equal([0f], gradFrozen);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_changes_nothing_and_is_cleared(float bad)
    {
        float[] weights = Draw(1, 50), gradients = Draw(2, 50), before = [.. weights];
        gradients[49] = bad;
        var optimizer = new AdamWOptimizer(new OptimizerOptions([new(["p"], 0.01f)]), [new("p", weights, gradients)]);

        double norm = optimizer.Apply([1e-3f], clipNorm: 1);

        Assert.False(double.IsFinite(norm));
        Assert.Equal(before, weights);
        Assert.All(gradients, gradient => Assert.Equal(0f, gradient));
        Assert.Equal(0, optimizer.Step);
    }

    [Fact]
    public void The_norm_is_the_same_bit_for_bit_in_every_run()
    {
        float[] weights = new float[1_000_000], gradients = new float[1_000_000];
        var optimizer = new AdamWOptimizer(new OptimizerOptions([new(["p"], 0)]), [new("p", weights, gradients)]);
        double expected = double.NaN;
        for (int run = 0; run < 20; run++)
        {
            Draw(5, 1_000_000).CopyTo(gradients, 0);
            double norm = optimizer.Apply([1e-3f], 1);
            if (run == 0)
                expected = norm;
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(norm));
        }
        Assert.Equal(Math.Sqrt(Draw(5, 1_000_000).Sum(value => (double)value * value)), expected, 1e-9 * expected);
    }

    [Fact]
    public void State_comes_back_as_it_was_set()
    {
        var optimizer = new AdamWOptimizer(new OptimizerOptions([new(["p"], 0)]), [new("p", new float[20], new float[20])]);
        float[] first = Draw(1, 20), second = Draw(2, 20), readFirst = new float[20], readSecond = new float[20];

        optimizer.WriteState("p", first, second);
        optimizer.ReadState("p", readFirst, readSecond);

        Assert.Equal(first, readFirst);
        Assert.Equal(second, readSecond);
    }

    private static float[] Draw(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static float[] Floats(JsonElement values) => [.. values.EnumerateArray().Select(value => value.GetSingle())];
}
