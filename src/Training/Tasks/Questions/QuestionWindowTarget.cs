namespace BertMLNet.Training;

/// <summary>What a window's loss compares the logits with.</summary>
/// <param name="Start">The answer's first token in the window's sequence; 0, [CLS], where the window does not hold the answer.</param>
/// <param name="End">The answer's last token; 0 likewise.</param>
/// <param name="PassageStart">The first passage token in the window's sequence; the last is the one before the closing [SEP].</param>
/// <param name="NoneAllowed">Whether [CLS] takes part in the loss.</param>
internal readonly record struct QuestionWindowTarget(int Start, int End, int PassageStart, bool NoneAllowed);
