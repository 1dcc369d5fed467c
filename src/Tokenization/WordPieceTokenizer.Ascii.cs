using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

public sealed partial class WordPieceTokenizer
{
    /// <summary>In <see cref="_asciiIds"/>: whitespace, which is skipped.</summary>
    private const int AsciiSpace = -1;

    /// <summary>In <see cref="_asciiIds"/>: neither whitespace nor punctuation.</summary>
    private const int AsciiOther = -2;

    /// <summary>
    /// Writes the tokens of a part of the text: short words of ASCII letters and digits and ASCII punctuation at once,
    /// anything else, up to the next whitespace, through the normalizer. That gives the same tokens, because no
    /// character changes another one across ASCII whitespace or punctuation. False when the writer is full.
    /// </summary>
    [SkipLocalsInit]
    private bool TokenizeAscii(ReadOnlySpan<char> text, int start, int end, scoped ref TokenWriter writer)
    {
        bool lowercase = _normalizer.Lowercase;
        ref readonly ushort origin = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        Span<ushort> tail = stackalloc ushort[AsciiWord.Window];
        for (int position = start; position < end;)
        {
            char character = text[position];
            int id = character < 128 ? _asciiIds[character] : AsciiOther;
            if (id == AsciiSpace)
            {
                position++;
                continue;
            }
            if (id >= 0)
            {
                writer.Add(id, position, ++position);
                if (!writer.EndWord())
                    return false;
                continue;
            }

            AsciiWord word;
            if (text.Length - position >= AsciiWord.Window)
            {
                word = AsciiWord.Read(in Unsafe.Add(ref Unsafe.AsRef(in origin), position), end - position, lowercase);
            }
            else
            {
                tail.Clear();
                MemoryMarshal.Cast<char, ushort>(text[position..]).CopyTo(tail);
                word = AsciiWord.Read(in tail[0], end - position, lowercase);
            }
            int behind = position + word.Length;
            bool ends = behind == end || (text[behind] < 128 && _asciiIds[text[behind]] != AsciiOther);
            if (ends && word.Length is > 0 and <= AsciiWordTable.MaxLength)
            {
                id = _asciiWords.Find(word);
                if (id >= 0)
                    writer.Add(id, position, behind);
                else
                    AddPieces(word, position, ref writer);
                if (!writer.EndWord())
                    return false;
                position = behind;
            }
            else
            {
                int space = text[behind..end].IndexOfAny(" \t\n\r");
                behind = space < 0 ? end : behind + space;
                if (!TokenizeNormalized(text, position, behind, _normalizer, splitWords: true, ref writer))
                    return false;
                position = behind;
            }
        }
        return !writer.IsFull;
    }

    /// <summary>Splits a word that is no token into the longest tokens from its left to its right, or writes the unknown token.</summary>
    private void AddPieces(AsciiWord word, int start, scoped ref TokenWriter writer)
    {
        int written = writer.Count;
        var rest = word;
        for (int position = start; rest.Length > 0;)
        {
            int id = _asciiWords.LongestPrefix(rest, continues: position > start, out int length);
            if (id < 0)
            {
                writer.Count = written;
                writer.Add(UnknownTokenId, start, start + word.Length);
                return;
            }
            writer.Add(id, position, position + length);
            position += length;
            rest = rest.Suffix(length);
        }
    }

    /// <summary>For every ASCII character the id of the punctuation that it is as a word, or what else it is.</summary>
    private int[] AsciiIds()
    {
        int[] ids = new int[128];
        for (char character = '\0'; character < ids.Length; character++)
        {
            var traits = Characters.TraitsOf(character);
            int id = _trie.LongestPrefix([character], WordPieceTrie.WordStart, out _);
            ids[character] = traits.HasAny(CharacterTraits.Control) ? AsciiOther
                : traits.HasAny(CharacterTraits.Space) ? AsciiSpace
                : !traits.HasAny(CharacterTraits.Punctuation) ? AsciiOther
                : id >= 0 ? id : UnknownTokenId;
        }
        return ids;
    }
}
