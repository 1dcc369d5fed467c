namespace BertMLNet.Training;

/// <summary>The memory of a parameter that an optimizer works in, whoever owns it.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Weights">Its value.</param>
/// <param name="Gradients">Its gradient, as long as the value.</param>
public sealed record OptimizedParameter(string Name, Memory<float> Weights, Memory<float> Gradients);
