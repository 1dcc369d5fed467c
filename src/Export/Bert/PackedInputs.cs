namespace BertMLNet.Export;

/// <summary>The names of a packed graph's inputs and of its symbolic dimensions.</summary>
/// <remarks>
/// A row of a head is numbered token · A + head among the packed tokens, and (example · A + head) · longest + position
/// in the padded layout.
/// </remarks>
public static class PackedInputs
{
    /// <summary>Vocabulary ids, [tokens].</summary>
    public const string InputIds = "input_ids";

    /// <summary>Segments, [tokens].</summary>
    public const string TokenTypeIds = "token_type_ids";

    /// <summary>Each token's place in its own sequence, [tokens].</summary>
    public const string PositionIds = "position_ids";

    /// <summary>0 for real tokens, a large negative number for padding, [batch, 1, 1, longest].</summary>
    public const string AttentionBias = "attention_bias";

    /// <summary>The packed row of a head that each padded place takes, [batch, A, longest]; any row for padding.</summary>
    public const string HeadsFromTokens = "heads_from_tokens";

    /// <summary>The same with one past the last row for padding.</summary>
    public const string HeadsFromTokensOrZero = "heads_from_tokens_or_zero";

    /// <summary>The padded row of a head that each packed place takes, [tokens, A].</summary>
    public const string TokensFromHeads = "tokens_from_heads";

    /// <summary>Each example's first token, [batch].</summary>
    public const string FirstTokens = "first_tokens";

    /// <summary>For a first token its example, for any other token one past the last example, [tokens].</summary>
    public const string ExampleOrZero = "example_or_zero";

    /// <summary>The rows of the tokens that the head reads, [selected], ascending: the masked ones, in pre-training the first ones too.</summary>
    public const string SelectedPositions = "selected_positions";

    /// <summary>For a selected token its place among the selected, for any other token one past the last, [tokens].</summary>
    public const string SelectedOrZero = "selected_or_zero";

    /// <summary>As <see cref="HeadsFromTokens"/> for the selected tokens alone, [batch, A, longest_selected].</summary>
    public const string HeadsFromSelected = "heads_from_selected";

    /// <summary>As <see cref="HeadsFromTokensOrZero"/> for the selected tokens alone, [batch, A, longest_selected].</summary>
    public const string HeadsFromSelectedOrZero = "heads_from_selected_or_zero";

    /// <summary>As <see cref="TokensFromHeads"/> for the selected tokens alone, [selected, A].</summary>
    public const string SelectedFromHeads = "selected_from_heads";

    /// <summary>The masked tokens' places among the selected, [masked].</summary>
    public const string MaskedOfSelected = "masked_of_selected";

    /// <summary>For a selected token its place among the masked, for one that is not masked one past the last, [selected].</summary>
    public const string MaskedOfSelectedOrZero = "masked_of_selected_or_zero";

    /// <summary>The first tokens' places among the selected, [batch].</summary>
    public const string FirstOfSelected = "first_of_selected";

    /// <summary>For a selected token that is a first one its example, for any other one past the last, [selected].</summary>
    public const string FirstOfSelectedOrZero = "first_of_selected_or_zero";

    /// <summary>As <see cref="HeadsFromTokens"/> with the two columns of span logits for heads, [batch, 2, longest].</summary>
    public const string SpansFromTokens = "spans_from_tokens";

    /// <summary>As <see cref="TokensFromHeads"/> with the two columns of span logits for heads, [tokens, 2].</summary>
    public const string TokensFromSpans = "tokens_from_spans";

    /// <summary>The packed tokens of the batch.</summary>
    public const string Tokens = "tokens";

    /// <summary>The examples of the batch.</summary>
    public const string Batch = "batch";

    /// <summary>The longest example's tokens.</summary>
    public const string Longest = "longest";

    /// <summary>The tokens of the batch that the head reads.</summary>
    public const string Selected = "selected";

    /// <summary>The masked tokens of the batch.</summary>
    public const string Masked = "masked";

    /// <summary>The most selected tokens of an example.</summary>
    public const string LongestSelected = "longest_selected";

    /// <summary>Tokens times heads.</summary>
    public const string TokensByHeads = "tokens_by_heads";

    /// <summary>Examples times heads times the longest length.</summary>
    public const string PaddedByHeads = "padded_by_heads";

    /// <summary>Selected tokens times heads.</summary>
    public const string SelectedByHeads = "selected_by_heads";

    /// <summary>Examples times heads times the most selected tokens of an example.</summary>
    public const string PaddedSelectedByHeads = "padded_selected_by_heads";
}
