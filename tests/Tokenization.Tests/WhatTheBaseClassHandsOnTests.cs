using System.Buffers;
using Microsoft.ML.Tokenizers;

namespace BertMLNet.Tokenization.Tests;

/// <summary>
/// A fact about Microsoft.ML.Tokenizers that WordPieceTokenizer.BaseClass.cs leans on: it reads spans alone, and the settings.
/// </summary>
public sealed class WhatTheBaseClassHandsOnTests
{
    private const string Text = "one two";

    [Fact]
    public void Every_text_comes_as_a_span_with_the_settings_of_the_call()
    {
        var tokenizer = new Recorder();
        tokenizer.EncodeToTokens(Text, out _);
        tokenizer.EncodeToTokens(Text.AsSpan(), out _, considerNormalization: false);
        tokenizer.EncodeToIds(Text, considerPreTokenization: false);
        tokenizer.EncodeToIds(Text, 3, out _, out _);
        tokenizer.CountTokens(Text);
        tokenizer.GetIndexByTokenCount(Text, 2, out _, out _);
        tokenizer.GetIndexByTokenCountFromEnd(Text, 1, out _, out _);

        const int NoLimit = int.MaxValue;
        Assert.Equal(
            [
                (Text, true, true, NoLimit), (Text, true, false, NoLimit), (Text, false, true, NoLimit), (Text, true, true, 3),
                (Text, true, true, NoLimit), (Text, true, true, 2), (Text, true, true, 1),
            ],
            tokenizer.Calls);
    }

    /// <summary>Keeps what reaches a class that derives from <see cref="Tokenizer"/>.</summary>
    private sealed class Recorder : Tokenizer
    {
        public List<(string Text, bool Splits, bool Normalizes, int Limit)> Calls { get; } = [];

        public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten) =>
            throw new NotSupportedException();

        protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
        {
            Record(textSpan, settings);
            return new() { Tokens = [] };
        }

        protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
        {
            Record(textSpan, settings);
            return new() { Tokens = [] };
        }

        protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
        {
            Record(textSpan, settings);
            return 0;
        }

        protected override int GetIndexByTokenCount(
            string? text,
            ReadOnlySpan<char> textSpan,
            EncodeSettings settings,
            bool fromEnd,
            out string? normalizedText,
            out int tokenCount)
        {
            Record(textSpan, settings);
            (normalizedText, tokenCount) = (null, 0);
            return 0;
        }

        private void Record(ReadOnlySpan<char> text, EncodeSettings settings) =>
            Calls.Add((text.ToString(), settings.ConsiderPreTokenization, settings.ConsiderNormalization, settings.MaxTokenCount));
    }
}
