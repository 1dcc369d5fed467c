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
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var writer = NewWriter(settings.MaxTokenCount, withOffsets: true);
        try
        {
            Tokenize(textSpan, settings, ref writer);
            var tokens = new EncodedToken[writer.Count];
            for (int i = 0; i < tokens.Length; i++)
            {
                int id = writer.Ids[i];
                tokens[i] = new EncodedToken(id, Vocabulary[id], writer.Offsets[i].Start..writer.Offsets[i].End);
            }
            return Results(tokens, writer.Offsets, textSpan, settings);
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <inheritdoc cref="EncodeToTokens"/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var writer = NewWriter(settings.MaxTokenCount, withOffsets: true);
        try
        {
            Tokenize(textSpan, settings, ref writer);
            return Results(writer.Ids.ToArray(), writer.Offsets, textSpan, settings);
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>The number of tokens of a text, without [CLS] and [SEP].</summary>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var writer = NewWriter(settings.MaxTokenCount, withOffsets: false);
        try
        {
            Tokenize(textSpan, settings, ref writer);
            return writer.Count;
        }
        finally
        {
            writer.Dispose();
        }
    }

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
        int wanted = settings.MaxTokenCount;
        if (fromEnd)
            settings.MaxTokenCount = int.MaxValue;
        var writer = NewWriter(settings.MaxTokenCount, withOffsets: true);
        try
        {
            Tokenize(textSpan, settings, ref writer);
            normalizedText = NormalizedText(textSpan, settings);
            tokenCount = Math.Min(wanted, writer.Count);
            if (tokenCount == 0)
                return fromEnd ? textSpan.Length : 0;
            return fromEnd ? writer.Offsets[^tokenCount].Start : writer.Offsets[tokenCount - 1].End;
        }
        finally
        {
            writer.Dispose();
        }
    }

    private static TokenWriter NewWriter(int maxTokenCount, bool withOffsets)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxTokenCount);
        return new TokenWriter(withOffsets, maxTokenCount);
    }

    private void Tokenize(ReadOnlySpan<char> text, EncodeSettings settings, scoped ref TokenWriter writer) =>
        Tokenize(text, settings.ConsiderNormalization ? _normalizer : Verbatim, settings.ConsiderPreTokenization, ref writer);

    private EncodeResults<T> Results<T>(
        T[] tokens, ReadOnlySpan<TokenOffset> offsets, ReadOnlySpan<char> text, EncodeSettings settings) => new()
    {
        Tokens = tokens,
        NormalizedText = NormalizedText(text, settings),
        CharsConsumed = offsets.Length < settings.MaxTokenCount ? text.Length : offsets[^1].End,
    };

    private string? NormalizedText(ReadOnlySpan<char> text, EncodeSettings settings) =>
        settings.ConsiderNormalization ? _normalizer.Normalize(text) : null;
}
