using BertMLNet.Tokenization;

namespace BertMLNet;

/// <summary>What <c>BertTokenize</c> reads and adds to the data.</summary>
public sealed record BertTokenizeOptions : IModelOptions
{
    /// <summary>The model folder, for its vocabulary and its longest sequence.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The first text's column.</summary>
    public string Sentence1ColumnName { get; init; } = "Sentence1";

    /// <summary>The second text's column; null where single texts are tokenized.</summary>
    public string? Sentence2ColumnName { get; init; } = "Sentence2";

    /// <summary>The token ids' column; it and the next two are vectors of Int64, as long as the row has tokens.</summary>
    public string InputIdsColumnName { get; init; } = "input_ids";

    /// <summary>The attention mask's column: a 1 a token.</summary>
    public string AttentionMaskColumnName { get; init; } = "attention_mask";

    /// <summary>The type ids' column: 0 for [CLS], the first text and its [SEP], 1 for the second and its [SEP].</summary>
    public string TokenTypeIdsColumnName { get; init; } = "token_type_ids";

    /// <summary>The longest sequence in tokens, special tokens included; where it is null, what the model was trained with, or else the most it can take.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Which text gives up tokens where a pair is too long.</summary>
    public TruncationStrategy Truncation { get; init; } = TruncationStrategy.LongestFirst;
}
