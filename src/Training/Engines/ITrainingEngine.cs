using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// The port between the trainer and whatever differentiates the model: weights in, losses and gradients out, and an
/// optimizer that works on them. An engine holds one model; one thread uses it at a time.
/// </summary>
/// <remarks>
/// Everything is named as in <see cref="BertParameters"/>, so weights, gradients and optimizer state move between
/// engines. An engine draws random numbers only from the seed it is handed with each batch.
/// </remarks>
internal interface ITrainingEngine : IDisposable
{
    /// <summary>Engine, version and device for people, e.g. <c>onnxruntime 1.29.0 (CPU)</c>.</summary>
    string Description { get; }

    /// <summary>The model's parameters, in checkpoint order.</summary>
    IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>
    /// Runs the model in training mode over one micro-batch and adds the gradients of its loss to those held.
    /// </summary>
    /// <param name="batch">The examples with their targets.</param>
    /// <param name="lossScale">
    /// Multiplies the weighted sum of the examples' losses; one over the weights' sum in the whole update makes the
    /// update's loss a mean however it is split into micro-batches.
    /// </param>
    /// <param name="dropoutSeed">Decides every dropout mask of this call.</param>
    /// <param name="cancellationToken">Stops before the call, never half way through it.</param>
    /// <returns>The scaled loss.</returns>
    float ForwardBackward(PackedBatch batch, float lossScale, ulong dropoutSeed, CancellationToken cancellationToken = default);

    /// <summary>Runs the model in evaluation mode.</summary>
    /// <returns>
    /// Each output of the model's head, by its name in <see cref="Branch.Outputs"/>, row-major: a row an example, a token or a
    /// masked token, as the branch reads them.
    /// </returns>
    IReadOnlyDictionary<string, float[]> Forward(PackedBatch batch, CancellationToken cancellationToken = default);

    /// <summary>
    /// Clips the held gradients to a total norm, lets the optimizer update the parameters with them, and clears them.
    /// </summary>
    /// <param name="learningRates">
    /// One learning rate a parameter group of <see cref="OptimizerOptions.Groups"/>, in that order; a group at 0 is left untouched.
    /// </param>
    /// <param name="clipNorm">The largest total norm; 0 or less switches clipping off.</param>
    /// <returns>
    /// The gradients' total norm before clipping; where it is not finite nothing is updated and the gradients are cleared.
    /// </returns>
    double Apply(ReadOnlySpan<float> learningRates, double clipNorm);

    /// <summary>Copies a parameter's value out.</summary>
    void ReadParameter(string name, Span<float> destination);

    /// <summary>Sets a parameter's value.</summary>
    void WriteParameter(string name, ReadOnlySpan<float> source);

    /// <summary>Copies out the gradient held for a parameter.</summary>
    void ReadGradient(string name, Span<float> destination);

    /// <summary>The number of updates the optimizer has made, which its bias correction depends on.</summary>
    long OptimizerStep { get; set; }

    /// <summary>Copies out a parameter's optimizer state: Adam's first and second moments.</summary>
    void ReadOptimizerState(string name, Span<float> firstMoment, Span<float> secondMoment);

    /// <summary>Sets a parameter's optimizer state.</summary>
    void WriteOptimizerState(string name, ReadOnlySpan<float> firstMoment, ReadOnlySpan<float> secondMoment);
}

/// <summary>What trains, and how: <see cref="OnnxRuntimeEngineOptions"/>, or TorchSharpOptions of BertMLNet.Training.TorchSharp.</summary>
public abstract record TrainingEngineOptions
{
    /// <summary>Makes the engine for a model.</summary>
    /// <exception cref="BertMLNetException">The device or a native library is not there.</exception>
    internal abstract ITrainingEngine Create(ParameterSet parameters, OptimizerOptions optimizer);
}
