namespace BertMLNet.Scoring;

/// <summary>A span of the passage that may be the answer, or "no answer".</summary>
/// <param name="Text">The passage's characters from <paramref name="Start"/> to <paramref name="End"/>; empty for "no answer".</param>
/// <param name="Start">The first character, in UTF-16 units; null for "no answer".</param>
/// <param name="End">The character after the last; null for "no answer".</param>
/// <param name="Score">
/// The probability: the softmax of the joint scores of every span the passage allows, and of "no answer" where questions may have none.
/// </param>
/// <param name="Logit">The joint score: the start's logit plus the end's.</param>
public sealed record AnswerCandidate(string Text, int? Start, int? End, double Score, double Logit);
