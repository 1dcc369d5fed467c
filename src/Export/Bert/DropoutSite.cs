namespace BertMLNet.Export;

/// <summary>Where the model drops activations in training.</summary>
public enum DropoutSite
{
    /// <summary>After the embeddings, the attention output or the feed-forward output.</summary>
    Hidden,

    /// <summary>On the attention weights.</summary>
    Attention,

    /// <summary>On the pooled vector before the classifier.</summary>
    Classifier,
}
