namespace BertMLNet.Training;

/// <summary>What a micro-batch's loss compares the logits with; one kind a task head.</summary>
public abstract record BatchTargets;
