using BertMLNet.Tokenization;

namespace BertMLNet.Scoring;

/// <summary>A passage as tokens, without special tokens.</summary>
/// <param name="Ids">The tokens' ids.</param>
/// <param name="Offsets">Each token's characters in the passage's text, in UTF-16 units.</param>
public sealed record EncodedPassage(int[] Ids, TokenOffset[] Offsets);
