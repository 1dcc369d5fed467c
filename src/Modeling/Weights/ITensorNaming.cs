namespace BertMLNet.Modeling;

/// <summary>A scheme of tensor names that BERT checkpoints come in.</summary>
internal interface ITensorNaming
{
    /// <summary>Says what a tensor is. A name that the scheme does not know keeps its name.</summary>
    /// <exception cref="BertMLNetException">The tensor does not fit the configuration.</exception>
    MappedTensor Map(string name, TensorInfo info);
}
