namespace BertMLNet.Training;

/// <summary>
/// The right answers to the rows of a set of pairs, one kind for each <see cref="PairProblem"/>: what a row's label says, what the loss
/// gets of it, and how a model's logits are judged by it. Rows are numbered in the order in which they were added.
/// </summary>
internal abstract class PairAnswers
{
    /// <summary>Takes the label of the next row.</summary>
    /// <returns>What is wrong with it, in which case there is no such row; null where it was taken.</returns>
    public abstract string? Add(in PairExample example);

    /// <summary>All answers, the last of which was added.</summary>
    /// <exception cref="BertMLNetException">Nothing can be learned from them.</exception>
    public virtual PairAnswers Complete(string source) => this;

    /// <summary>What a batch of rows is to give.</summary>
    public abstract BatchTargets Targets(ReadOnlySpan<int> rows);

    /// <summary>The group of rows like this one, which a split sets aside in proportion.</summary>
    public virtual int StratumOf(int row) => 0;

    /// <summary>What this row may not be parted from by a split; null where each row stands for itself.</summary>
    public virtual int? UnitOf(int row) => null;

    /// <summary>Starts to compare a model's logits with the answers.</summary>
    public abstract IPairJudge Judge();

    /// <summary>How wrong a row's logits are, for a list of the worst; null where they are right.</summary>
    public abstract PairError? ErrorOf(int row, ReadOnlySpan<float> logits);

    /// <summary>What the size of an error is, for that list.</summary>
    public abstract (string Column, string Note) ErrorText { get; }
}

/// <summary>An error of a model.</summary>
/// <param name="Right">What was right.</param>
/// <param name="Predicted">What the model said.</param>
/// <param name="Size">How wrong that is; see <see cref="PairAnswers.ErrorText"/>.</param>
internal readonly record struct PairError(string Right, string Predicted, double Size);

/// <summary>Compares logits with answers, row by row.</summary>
internal interface IPairJudge
{
    /// <summary>Takes the logits of a row.</summary>
    void Add(int row, ReadOnlySpan<float> logits);

    /// <summary>The metrics over all that was added.</summary>
    TaskMetrics Complete();
}
