namespace BertMLNet.Training.Tests;

public sealed class DropoutGeneratorTests
{
    [Fact]
    public void Drops_at_the_rate_and_keeps_the_mean()
    {
        float[] mask = new float[1_000_003];
        DropoutGenerator.Fill(mask, 0.1f, seed: 7, maskNumber: 3);
        double dropped = mask.Count(value => value == 0) / (double)mask.Length;
        // Four standard errors of a proportion of 0.1 over a million draws.
        Assert.Equal(0.1, dropped, 0.0012);
        Assert.All(mask, value => Assert.True(value == 0 || value == 1f / 0.9f));
    }

    [Fact]
    public void Repeats_with_the_seed_and_differs_between_seeds_and_masks()
    {
        float[] Draw(ulong seed, int number)
        {
            float[] mask = new float[4096];
            DropoutGenerator.Fill(mask, 0.5f, seed, number);
            return mask;
        }
        float[] first = Draw(1, 0);
        Assert.Equal(first, Draw(1, 0));
        foreach (float[] other in new[] { Draw(2, 0), Draw(1, 1) })
        {
            // Independent masks agree on about half of their elements.
            int same = first.Zip(other).Count(pair => pair.First == pair.Second);
            Assert.InRange(same, 4096 / 2 - 160, 4096 / 2 + 160);
        }
    }

    [Fact]
    public void An_element_does_not_depend_on_the_masks_length()
    {
        float[] longer = new float[100_000], shorter = new float[33];
        DropoutGenerator.Fill(longer, 0.3f, 5, 2);
        DropoutGenerator.Fill(shorter, 0.3f, 5, 2);
        Assert.Equal(longer[..33], shorter);
    }

    [Fact]
    public void Neighbours_are_independent()
    {
        float[] mask = new float[200_000];
        DropoutGenerator.Fill(mask, 0.5f, 11, 0);
        foreach (int distance in new[] { 1, 2, 8, 64, 256, 1024 })
        {
            int same = Enumerable.Range(0, mask.Length - distance).Count(i => mask[i] == mask[i + distance]);
            Assert.Equal(0.5, same / (double)(mask.Length - distance), 0.005);
        }
    }
}
