namespace BertMLNet.Training;

/// <summary>The names of the training graph's inputs that the losses read.</summary>
internal static class LossInputs
{
    /// <summary>At each example's right class what its loss counts for, 0 elsewhere; [batch, labels].</summary>
    public const string ClassTargets = "class_targets";

    /// <summary>At each example's right start and end half of what its loss counts for, 0 elsewhere; [batch, 2, longest].</summary>
    public const string SpanTargets = "span_targets";

    /// <summary>0 where an answer may start or end, a large negative number elsewhere; [batch, 1, longest].</summary>
    public const string SpanBias = "span_bias";

    /// <summary>At each masked token's right id what its loss counts for, 0 elsewhere; [masked, vocabulary].</summary>
    public const string MaskedTargets = "masked_targets";
}
