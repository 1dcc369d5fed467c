namespace BertMLNet.Training;

/// <summary>A right answer, as somebody marked it in the passage.</summary>
/// <param name="Text">The answer's text.</param>
/// <param name="Start">Its first character in the passage, in UTF-16 units; null where the text does not stand where it should.</param>
public readonly record struct GoldAnswer(string Text, int? Start);
