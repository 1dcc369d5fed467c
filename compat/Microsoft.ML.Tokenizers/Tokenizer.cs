using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <summary>Turns text into token ids and back.</summary>
public abstract class Tokenizer
{
    protected Tokenizer()
    {
    }

    public virtual PreTokenizer? PreTokenizer => null;

    public virtual Normalizer? Normalizer => null;

    public IReadOnlyList<int> EncodeToIds(string text, bool considerPreTokenization = true, bool considerNormalization = true) =>
        EncodeToIds(text, text.AsSpan(), Settings(considerPreTokenization, considerNormalization)).Tokens;

    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text, bool considerPreTokenization = true, bool considerNormalization = true) =>
        EncodeToIds(text: null, text, Settings(considerPreTokenization, considerNormalization)).Tokens;

    public IReadOnlyList<int> EncodeToIds(
        string text,
        int maxTokenCount,
        out string? normalizedText,
        out int charsConsumed,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        var settings = Settings(considerPreTokenization, considerNormalization, maxTokenCount);
        return Unpack(EncodeToIds(text, text.AsSpan(), settings), out normalizedText, out charsConsumed);
    }

    public IReadOnlyList<int> EncodeToIds(
        ReadOnlySpan<char> text,
        int maxTokenCount,
        out string? normalizedText,
        out int charsConsumed,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        var settings = Settings(considerPreTokenization, considerNormalization, maxTokenCount);
        return Unpack(EncodeToIds(text: null, text, settings), out normalizedText, out charsConsumed);
    }

    public IReadOnlyList<EncodedToken> EncodeToTokens(
        string text, out string? normalizedText, bool considerPreTokenization = true, bool considerNormalization = true) =>
        Unpack(EncodeToTokens(text, text.AsSpan(), Settings(considerPreTokenization, considerNormalization)), out normalizedText, out _);

    public IReadOnlyList<EncodedToken> EncodeToTokens(
        ReadOnlySpan<char> text, out string? normalizedText, bool considerPreTokenization = true, bool considerNormalization = true) =>
        Unpack(EncodeToTokens(text: null, text, Settings(considerPreTokenization, considerNormalization)), out normalizedText, out _);

    public int CountTokens(string text, bool considerPreTokenization = true, bool considerNormalization = true) =>
        CountTokens(text, text.AsSpan(), Settings(considerPreTokenization, considerNormalization));

    public int CountTokens(ReadOnlySpan<char> text, bool considerPreTokenization = true, bool considerNormalization = true) =>
        CountTokens(text: null, text, Settings(considerPreTokenization, considerNormalization));

    public int GetIndexByTokenCount(
        string text,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        var settings = Settings(considerPreTokenization, considerNormalization, maxTokenCount);
        return GetIndexByTokenCount(text, text.AsSpan(), settings, fromEnd: false, out normalizedText, out tokenCount);
    }

    public int GetIndexByTokenCount(
        ReadOnlySpan<char> text,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        var settings = Settings(considerPreTokenization, considerNormalization, maxTokenCount);
        return GetIndexByTokenCount(text: null, text, settings, fromEnd: false, out normalizedText, out tokenCount);
    }

    public int GetIndexByTokenCountFromEnd(
        string text,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        var settings = Settings(considerPreTokenization, considerNormalization, maxTokenCount);
        return GetIndexByTokenCount(text, text.AsSpan(), settings, fromEnd: true, out normalizedText, out tokenCount);
    }

    public int GetIndexByTokenCountFromEnd(
        ReadOnlySpan<char> text,
        int maxTokenCount,
        out string? normalizedText,
        out int tokenCount,
        bool considerPreTokenization = true,
        bool considerNormalization = true)
    {
        var settings = Settings(considerPreTokenization, considerNormalization, maxTokenCount);
        return GetIndexByTokenCount(text: null, text, settings, fromEnd: true, out normalizedText, out tokenCount);
    }

    public virtual string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        for (int size = 1024; ; size = checked(size * 2))
        {
            char[] buffer = ArrayPool<char>.Shared.Rent(size);
            try
            {
                switch (Decode(ids, buffer, out _, out int written))
                {
                    case OperationStatus.Done:
                        return new string(buffer, 0, written);
                    case OperationStatus.DestinationTooSmall:
                        continue;
                    default:
                        throw new InvalidOperationException("The ids cannot be decoded.");
                }
            }
            finally
            {
                ArrayPool<char>.Shared.Return(buffer);
            }
        }
    }

    public abstract OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten);

    protected abstract EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings);

    protected virtual EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var results = EncodeToTokens(text, textSpan, settings);
        return new EncodeResults<int>
        {
            Tokens = results.Tokens.Select(token => token.Id).ToArray(),
            NormalizedText = results.NormalizedText,
            CharsConsumed = results.CharsConsumed,
        };
    }

    protected virtual int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        EncodeToTokens(text, textSpan, settings).Tokens.Count;

    protected virtual int GetIndexByTokenCount(
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
        var results = EncodeToTokens(text, textSpan, settings);
        var tokens = results.Tokens;
        normalizedText = results.NormalizedText;
        tokenCount = Math.Min(wanted, tokens.Count);
        if (tokenCount > 0)
            return fromEnd ? tokens[tokens.Count - tokenCount].Offset.Start.Value : tokens[tokenCount - 1].Offset.End.Value;
        return fromEnd ? normalizedText?.Length ?? textSpan.Length : 0;
    }

    private static EncodeSettings Settings(bool preTokenization, bool normalization, int maxTokenCount = int.MaxValue) => new()
    {
        ConsiderPreTokenization = preTokenization,
        ConsiderNormalization = normalization,
        MaxTokenCount = maxTokenCount,
    };

    private static IReadOnlyList<T> Unpack<T>(EncodeResults<T> results, out string? normalizedText, out int charsConsumed)
    {
        normalizedText = results.NormalizedText;
        charsConsumed = results.CharsConsumed;
        return results.Tokens;
    }
}
