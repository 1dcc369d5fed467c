using System.Text;

namespace BertMLNet.Tokenization;

/// <summary>The pieces that words are made of, numbered from 0, and how often each stands in the text.</summary>
internal sealed class PieceTable
{
    /// <summary>What a piece begins with that continues a word.</summary>
    public const string Continuing = "##";

    private readonly List<string> _texts = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private long[] _counts = new long[1024];

    public int Count => _texts.Count;

    public string this[int id] => _texts[id];

    public ref long CountOf(int id) => ref _counts[id];

    /// <summary>The number of the piece, a new one where there is none of this text.</summary>
    public int GetOrAdd(string text)
    {
        if (_ids.TryGetValue(text, out int id))
            return id;
        id = _texts.Count;
        _texts.Add(text);
        _ids.Add(text, id);
        if (id == _counts.Length)
            Array.Resize(ref _counts, id * 2);
        return id;
    }

    public string Join(int left, int right) => string.Concat(_texts[left], _texts[right].AsSpan(Continuing.Length));
}

/// <summary>The characters that words are spelt with: those that stand often enough in the text.</summary>
internal sealed class Alphabet
{
    private readonly HashSet<Rune> _characters;
    private readonly BertNormalizer _normalizer;

    public Alphabet(IEnumerable<WordCount> words, VocabularyTrainingOptions options)
    {
        var counts = new Dictionary<Rune, long>();
        foreach ((string word, long count) in words)
        {
            foreach (Rune character in word.EnumerateRunes())
                counts[character] = counts.GetValueOrDefault(character) + count;
        }
        _normalizer = options.Normalizer;
        _characters = [.. counts.Where(entry => entry.Value >= options.MinFrequency)
            .OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key)
            .Take(options.AlphabetLimit)
            .Select(entry => entry.Key)];
    }

    public int Count => _characters.Count;

    /// <summary>
    /// Each character as it begins a word, then as it continues one. Those that are always words of their own, as
    /// punctuation is, continue none.
    /// </summary>
    public IEnumerable<string> Pieces()
    {
        Rune[] characters = [.. _characters.Order()];
        return characters.Select(character => character.ToString())
            .Concat(characters.Where(character => !StandsAlone(character)).Select(character => PieceTable.Continuing + character));
    }

    /// <summary>Spells a word with the pieces of its characters. False where one is not in the alphabet.</summary>
    public bool TrySpell(string word, PieceTable pieces, List<int> spelling)
    {
        spelling.Clear();
        foreach (Rune character in word.EnumerateRunes())
        {
            if (!_characters.Contains(character))
                return false;
            spelling.Add(pieces.GetOrAdd(spelling.Count == 0 ? character.ToString() : PieceTable.Continuing + character));
        }
        return true;
    }

    private bool StandsAlone(Rune character)
    {
        CharacterTraits traits = Characters.TraitsOf(character.Value);
        return traits.HasAny(CharacterTraits.Punctuation) || (_normalizer.HandleChineseChars && traits.HasAny(CharacterTraits.Ideograph));
    }
}
