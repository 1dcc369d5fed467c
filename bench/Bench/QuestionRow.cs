namespace BertMLNet.Bench;

/// <summary>A question about a passage.</summary>
/// <param name="Question">The question.</param>
/// <param name="Context">The passage.</param>
internal sealed record QuestionRow(string Question, string Context);
