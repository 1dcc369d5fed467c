namespace BertMLNet.Scoring;

/// <summary>
/// A question and a passage as tokens, and the windows <c>[CLS] question [SEP] part of the passage [SEP]</c> that cover the passage.
/// </summary>
/// <param name="questionIds">The question's token ids, cut to the question limit.</param>
/// <param name="passage">The passage.</param>
/// <param name="windows">The windows in the passage's order; none where the question or the passage has no tokens.</param>
public sealed class EncodedQuestion(int[] questionIds, EncodedPassage passage, PassageWindow[] windows)
{
    /// <summary>The question's token ids, cut to the question limit.</summary>
    public int[] QuestionIds => questionIds;

    /// <summary>The passage, which other questions may share.</summary>
    public EncodedPassage Passage => passage;

    /// <summary>The windows in the passage's order; none where the question or the passage has no tokens.</summary>
    public PassageWindow[] Windows => windows;

    /// <summary>
    /// The place of a window's first passage token in its sequence, the same in all windows. From there on the type ids
    /// are 1, before it 0.
    /// </summary>
    public int PassageStart => questionIds.Length + 2;

    /// <summary>The tokens of window <paramref name="index"/>'s sequence, special tokens included.</summary>
    public int LengthOf(int index) => PassageStart + windows[index].Count + 1;
}
