namespace BertMLNet.Training;

/// <summary>The numbers of one AdamW update of one parameter group, with all that is the same for every element worked out.</summary>
public readonly struct AdamWStep
{
    private AdamWStep(OptimizerOptions options, float learningRate, float weightDecay, double gradientScale, long step)
    {
        FirstDecay = (float)options.Beta1;
        FirstGain = (float)(1 - options.Beta1);
        SecondDecay = (float)options.Beta2;
        SecondGain = (float)(1 - options.Beta2);
        Epsilon = (float)options.Epsilon;
        GradientScale = (float)gradientScale;
        WeightScale = (float)(1 - (double)learningRate * weightDecay);
        double firstCorrection = options.BiasCorrection ? 1 - Math.Pow(options.Beta1, step) : 1;
        double secondCorrection = options.BiasCorrection ? 1 - Math.Pow(options.Beta2, step) : 1;
        StepSize = (float)(learningRate / firstCorrection);
        InverseRootCorrection = (float)(1 / Math.Sqrt(secondCorrection));
    }

    /// <summary>Multiplies the first moment.</summary>
    public float FirstDecay { get; }

    /// <summary>Multiplies the gradient on its way into the first moment.</summary>
    public float FirstGain { get; }

    /// <summary>Multiplies the second moment.</summary>
    public float SecondDecay { get; }

    /// <summary>Multiplies the gradient's square on its way into the second moment; rounded once, not taken from the rounded decay.</summary>
    public float SecondGain { get; }

    /// <summary>Added to the root of the corrected second moment.</summary>
    public float Epsilon { get; }

    /// <summary>Multiplies the gradients: below 1 where they are clipped.</summary>
    public float GradientScale { get; }

    /// <summary>Multiplies the weights before the update: decoupled weight decay.</summary>
    public float WeightScale { get; }

    /// <summary>The learning rate over the first moment's bias correction.</summary>
    public float StepSize { get; }

    /// <summary>One over the root of the second moment's bias correction.</summary>
    public float InverseRootCorrection { get; }

    /// <summary>Works the numbers out.</summary>
    /// <param name="options">Betas, epsilon and bias correction.</param>
    /// <param name="learningRate">The group's learning rate in this update.</param>
    /// <param name="weightDecay">The group's weight decay.</param>
    /// <param name="gradientScale">See <see cref="GradientNorm.ClipScale"/>.</param>
    /// <param name="step">The update's number, the first being 1.</param>
    public static AdamWStep Create(OptimizerOptions options, float learningRate, float weightDecay, double gradientScale, long step)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        return new(options, learningRate, weightDecay, gradientScale, step);
    }
}
