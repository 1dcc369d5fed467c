namespace BertMLNet.Modeling;

/// <summary>How a parameter starts when no checkpoint holds it.</summary>
public enum Initialization
{
    /// <summary>Normal with standard deviation <c>initializer_range</c>, cut off at two deviations, as in google-research/bert.</summary>
    TruncatedNormal,

    /// <summary>All zero: biases.</summary>
    Zeros,

    /// <summary>All one: the scale of a layer normalisation.</summary>
    Ones,

    /// <summary>The fixed sine and cosine table of position embeddings.</summary>
    Sinusoidal,
}
