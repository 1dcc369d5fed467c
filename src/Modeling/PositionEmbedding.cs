namespace BertMLNet.Modeling;

/// <summary>How a token's position enters the embeddings.</summary>
public enum PositionEmbedding
{
    /// <summary>A trained table of <c>max_position_embeddings</c> rows (<c>absolute</c>, BERT's own).</summary>
    Learned,

    /// <summary>The fixed sine and cosine table of "Attention Is All You Need"; never trained, but saved as the table it is.</summary>
    Sinusoidal,
}
