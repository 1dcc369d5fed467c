using System.Buffers;
using Microsoft.ML.Tokenizers;

namespace MLNet.Conformance;

/// <summary>Tokens are the words between spaces, ids their lengths; decoding writes as many letters.</summary>
internal sealed class WordTokenizer : Tokenizer
{
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        idsConsumed = 0;
        charsWritten = 0;
        foreach (int id in ids)
        {
            if (id < 0)
                return OperationStatus.InvalidData;
            if (destination.Length - charsWritten < id)
                return OperationStatus.DestinationTooSmall;
            destination.Slice(charsWritten, id).Fill('x');
            charsWritten += id;
            idsConsumed++;
        }
        return OperationStatus.Done;
    }

    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        string source = settings.ConsiderNormalization ? textSpan.ToString().ToLowerInvariant() : textSpan.ToString();
        var tokens = new List<EncodedToken>();
        for (int start = 0; start < source.Length && tokens.Count < settings.MaxTokenCount;)
        {
            int end = settings.ConsiderPreTokenization ? source.IndexOf(' ', start) : -1;
            end = end < 0 ? source.Length : end;
            if (end > start)
                tokens.Add(new EncodedToken(end - start, source[start..end], start..end));
            start = end + 1;
        }
        return new EncodeResults<EncodedToken>
        {
            Tokens = tokens,
            NormalizedText = settings.ConsiderNormalization ? source : null,
            CharsConsumed = tokens.Count == 0 ? 0 : tokens[^1].Offset.End.Value,
        };
    }
}
