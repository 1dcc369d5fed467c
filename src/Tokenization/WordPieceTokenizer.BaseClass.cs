using Microsoft.ML.Tokenizers;

namespace BertMLNet.Tokenization;

public sealed partial class WordPieceTokenizer
{
    private static readonly BertNormalizer Verbatim =
        new() { CleanText = false, HandleChineseChars = false, StripAccents = false, Lowercase = false };

    /// <summary>
    /// The tokens of a text, without [CLS] and [SEP]. The normalized text is given where it was asked for; offsets and the number of
    /// characters consumed refer to the original text.
    /// </summary>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        Results(textSpan, settings, (writer, i) =>
            new EncodedToken(writer.Ids[i], Vocabulary[writer.Ids[i]], writer.Offsets[i].Start..writer.Offsets[i].End));

    /// <inheritdoc cref="EncodeToTokens"/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        Results(textSpan, settings, (writer, i) => writer.Ids[i]);

    /// <summary>The number of tokens of a text, without [CLS] and [SEP].</summary>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        Tokenized(textSpan, settings, withOffsets: false, writer => writer.Count);

    /// <summary>
    /// Where in the ORIGINAL text its first tokens end or, from the end, its last tokens begin; as many as the settings allow.
    /// </summary>
    protected override int GetIndexByTokenCount(
        string? text,
        ReadOnlySpan<char> textSpan,
        EncodeSettings settings,
        bool fromEnd,
        out string? normalizedText,
        out int tokenCount)
    {
        int wanted = settings.MaxTokenCount, length = textSpan.Length;
        if (fromEnd)
            settings.MaxTokenCount = int.MaxValue;
        normalizedText = NormalizedText(textSpan, settings);
        (int index, tokenCount) = Tokenized(textSpan, settings, withOffsets: true, writer =>
        {
            int count = Math.Min(wanted, writer.Count);
            if (count == 0)
                return (fromEnd ? length : 0, count);
            return (fromEnd ? writer.Offsets[^count].Start : writer.Offsets[count - 1].End, count);
        });
        return index;
    }

    private EncodeResults<T> Results<T>(ReadOnlySpan<char> text, EncodeSettings settings, Func<TokenWriter, int, T> read)
    {
        int length = text.Length;
        string? normalized = NormalizedText(text, settings);
        return Tokenized(text, settings, withOffsets: true, writer =>
        {
            var tokens = new T[writer.Count];
            for (int i = 0; i < tokens.Length; i++)
                tokens[i] = read(writer, i);
            int consumed = tokens.Length < settings.MaxTokenCount ? length : writer.Offsets[^1].End;
            return new EncodeResults<T> { Tokens = tokens, NormalizedText = normalized, CharsConsumed = consumed };
        });
    }

    private T Tokenized<T>(ReadOnlySpan<char> text, EncodeSettings settings, bool withOffsets, Func<TokenWriter, T> read)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.MaxTokenCount, nameof(settings));
        var writer = new TokenWriter(withOffsets, settings.MaxTokenCount);
        try
        {
            Tokenize(text, settings.ConsiderNormalization ? _normalizer : Verbatim, settings.ConsiderPreTokenization, ref writer);
            return read(writer);
        }
        finally
        {
            writer.Dispose();
        }
    }

    private string? NormalizedText(ReadOnlySpan<char> text, EncodeSettings settings) =>
        settings.ConsiderNormalization ? _normalizer.Normalize(text) : null;
}
