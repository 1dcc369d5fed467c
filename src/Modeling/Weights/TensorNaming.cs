namespace BertMLNet.Modeling;

/// <summary>Tells which scheme a checkpoint's names follow.</summary>
internal static class TensorNaming
{
    public static ITensorNaming Of(ICheckpoint checkpoint, BertConfig config)
    {
        if (checkpoint.Tensors.Keys.Any(ModelGardenNaming.IsOfScheme))
            return new ModelGardenNaming(checkpoint, config);
        return checkpoint.Tensors.Keys.Any(GoogleNaming.IsOfScheme) ? new GoogleNaming() : new HuggingFaceNaming(checkpoint);
    }
}
