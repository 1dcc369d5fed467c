using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

/// <summary>A text or a pair as BERT reads it; every list has one element a token.</summary>
public sealed class Encoding
{
    internal Encoding(
        ImmutableArray<int> ids, ImmutableArray<int> typeIds, ImmutableArray<TokenOffset> offsets, ImmutableArray<int> sequenceIds)
    {
        Ids = ids;
        TypeIds = typeIds;
        Offsets = offsets;
        SequenceIds = sequenceIds;
    }

    /// <summary>The number of tokens.</summary>
    public int Count => Ids.Length;

    /// <summary>The ids of the tokens in the vocabulary.</summary>
    public ImmutableArray<int> Ids { get; }

    /// <summary>0 for [CLS], the first text and its [SEP]; 1 for the second text and its [SEP].</summary>
    public ImmutableArray<int> TypeIds { get; }

    /// <summary>Where each token stands in its own original text, in UTF-16 units; (0, 0) for added special tokens.</summary>
    public ImmutableArray<TokenOffset> Offsets { get; }

    /// <summary>The text a token comes from: 0 the first, 1 the second, -1 none (an added special token).</summary>
    public ImmutableArray<int> SequenceIds { get; }

    /// <summary>
    /// The further windows, where a <see cref="EncodeOptions.Stride"/> asked for them: the tokens cut off, window after
    /// window, each with the other text and the special tokens, in the order of Hugging Face's tokenizers.
    /// </summary>
    public ImmutableArray<Encoding> Overflow { get; internal init; } = [];

    /// <summary>This encoding and its <see cref="Overflow"/>: every window of the texts.</summary>
    public IEnumerable<Encoding> Windows => Overflow.Prepend(this);
}

/// <summary>The part of the original text that a token stands for, in UTF-16 units.</summary>
/// <param name="Start">The first unit.</param>
/// <param name="End">The unit behind the last one. Special tokens that the tokenizer adds have (0, 0).</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TokenOffset(int Start, int End);
