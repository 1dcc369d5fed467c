using BertMLNet.Modeling;
using BertMLNet.Tokenization;

namespace BertMLNet.Scoring;

/// <summary>Turns text pairs into a model's token sequences, within its longest length. Safe for use by several threads.</summary>
internal sealed class PairTokenizer
{
    private readonly WordPieceTokenizer _tokenizer;
    private readonly EncodeOptions _options;
    private readonly string _configPath;
    private readonly bool _takesPairs;

    /// <summary>Loads the tokenizer of a model folder.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="maxLength">
    /// The longest sequence in tokens, special tokens included; where it is null, what the model was trained with, or else the
    /// most it can take.
    /// </param>
    /// <param name="truncation">Which text gives up tokens; with none, a pair that is too long is an error.</param>
    /// <exception cref="BertMLNetException">The vocabulary is not the model's, or the model cannot take so long a sequence.</exception>
    public PairTokenizer(
        ModelFolder folder, int? maxLength = null, TruncationStrategy truncation = TruncationStrategy.LongestFirst)
    {
        BertConfig config = folder.LoadConfig();
        MaxLength = maxLength ?? config.LongestClassified;
        if (MaxLength < ClassificationSettings.ShortestLength || MaxLength > config.LongestSequence)
        {
            throw new BertMLNetException(
                $"{folder.ConfigPath}: a longest sequence of {MaxLength} tokens is asked for; "
                + $"the model takes {ClassificationSettings.ShortestLength} to {config.LongestSequence} ({config.LongestSequenceName}), ask for one of these.");
        }
        _configPath = folder.ConfigPath;
        _takesPairs = config.TakesPairs;
        _options = new EncodeOptions { MaxLength = MaxLength, Truncation = truncation };
        _tokenizer = folder.LoadTokenizer(config);
    }

    /// <summary>The longest sequence, in tokens.</summary>
    public int MaxLength { get; }

    /// <summary>Writes the pair's token ids and type ids, special tokens included. Allocates nothing.</summary>
    /// <param name="pair">The texts.</param>
    /// <param name="ids">Room for <see cref="MaxLength"/> ids.</param>
    /// <param name="typeIds">Room for <see cref="MaxLength"/> type ids.</param>
    /// <returns>The number of tokens.</returns>
    /// <exception cref="BertMLNetException">
    /// The pair is too long and may not be truncated, or the model takes single texts only.
    /// </exception>
    /// <exception cref="BertMLNetException">The text that may be truncated cannot make enough room.</exception>
    public int Encode(in TextPair pair, Span<int> ids, Span<byte> typeIds)
    {
        if (pair.Second.HasValue && !_takesPairs)
        {
            throw new BertMLNetException(
                $"{_configPath}: \"type_vocab_size\" is 1, so the model takes single texts; "
                + $"the text '{Start(pair.First)}…' has a second one, leave it out or take a model for pairs.");
        }
        int count = _tokenizer.EncodeToIds(
            pair.First.Span, pair.Second.GetValueOrDefault().Span, pair.Second.HasValue, _options, ids[..MaxLength], typeIds[..MaxLength]);
        return count <= MaxLength
            ? count
            : throw new BertMLNetException(
                $"the text '{Start(pair.First)}…' makes {count} tokens, the longest sequence allowed is {MaxLength}; "
                + "shorten it or choose a truncation strategy.");
    }

    private static string Start(ReadOnlyMemory<char> text) => text[..Math.Min(text.Length, 30)].ToString().ReplaceLineEndings(" ");
}
