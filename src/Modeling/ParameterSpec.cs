namespace BertMLNet.Modeling;

/// <summary>One parameter tensor of a model: its Hugging Face name, its shape, how it starts and how it is trained.</summary>
/// <param name="Name">The key in a Hugging Face checkpoint, e.g. <c>bert.encoder.layer.0.attention.self.query.weight</c>.</param>
/// <param name="Shape">The dimensions; a linear layer's weight is [out, in].</param>
/// <param name="Initialization">The start value where no checkpoint holds the parameter.</param>
/// <param name="Layer">
/// Depth for layer-wise learning rates: 0 for the embeddings, 1 to <c>num_hidden_layers</c> for the encoder layers, one
/// more for the pooler and the head.
/// </param>
public sealed record ParameterSpec(string Name, int[] Shape, Initialization Initialization, int Layer)
{
    /// <summary>The number of elements.</summary>
    public int Count { get; } = checked(Shape.Aggregate(1, (product, size) => checked(product * size)));

    /// <summary>Whether weight decay applies: to weight matrices, never to biases and layer normalisation (Devlin et al., 2018).</summary>
    public bool Decays => Shape.Length == 2;

    /// <summary>Whether training changes the parameter; fixed sinusoidal positions stay as they are.</summary>
    public bool IsTrainable => Initialization != Initialization.Sinusoidal;
}
