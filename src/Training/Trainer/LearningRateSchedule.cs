namespace BertMLNet.Training;

/// <summary>How the learning rate goes on after the warmup.</summary>
public enum LearningRateSchedule
{
    /// <summary>Down in a straight line, to 0 after the last update.</summary>
    Linear,

    /// <summary>Level.</summary>
    Constant,
}
