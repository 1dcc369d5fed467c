namespace BertMLNet.Tokenization;

/// <summary>
/// The characters as Hugging Face's BERT tokenizers see them. The tables are the project's own, so that neither the
/// platform's ICU nor invariant globalization changes an id.
/// </summary>
internal static class Characters
{
    public const int Replacement = 0xFFFD;
    public const int CapitalIWithDot = 0x130;

    /// <summary>The characters with Unicode's property White_Space.</summary>
    private const string Spaces = "\t\n\v\f\r \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A"
        + "\u2028\u2029\u202F\u205F\u3000";

    private const int PageSize = 256;
    private const int FirstHangul = 0xAC00;
    private const int LastHangul = 0xD7A3;
    private static readonly CharacterTraits[][] Pages = BuildPages();

    // Copies, because code that the runtime has not optimized yet allocates at each access to the tables.
    private static readonly int[] LowerCase = UnicodeTables.LowerCase.ToArray();
    private static readonly int[] CombiningClasses = UnicodeTables.CombiningClasses.ToArray();

    /// <summary>The traits of a code point from 0 to 0x10FFFF.</summary>
    public static CharacterTraits TraitsOf(int codePoint) => Pages[codePoint >> 8][codePoint & (PageSize - 1)];

    public static bool IsHangulSyllable(int codePoint) => codePoint is >= FirstHangul and <= LastHangul;

    /// <summary>The simple lower case of a code point.</summary>
    public static int ToLower(int codePoint)
    {
        int row = FindRow(LowerCase, 4, codePoint);
        return row >= 0 && (codePoint - LowerCase[row]) % LowerCase[row + 2] == 0 ? codePoint + LowerCase[row + 3] : codePoint;
    }

    public static int CombiningClassOf(int codePoint)
    {
        int row = FindRow(CombiningClasses, 3, codePoint);
        return row >= 0 ? CombiningClasses[row + 2] : 0;
    }

    /// <summary>The full canonical decomposition of a code point that has the trait and is no Hangul syllable.</summary>
    public static ReadOnlySpan<char> DecompositionOf(int codePoint)
    {
        var (start, length) = Decompositions.Places[codePoint];
        return UnicodeTables.Decompositions.AsSpan(start, length);
    }

    /// <summary>The jamo of a Hangul syllable (Unicode, section 3.12); the third is 0 where there is none.</summary>
    public static (int Leading, int Vowel, int Trailing) JamoOf(int syllable)
    {
        int index = syllable - FirstHangul;
        int trailing = index % 28;
        return (0x1100 + index / 588, 0x1161 + index % 588 / 28, trailing == 0 ? 0 : 0x11A7 + trailing);
    }

    /// <summary>The index of the row, of <paramref name="width"/> numbers, whose first two enclose the code point; -1 for none.</summary>
    private static int FindRow(ReadOnlySpan<int> rows, int width, int codePoint)
    {
        int low = 0;
        int high = rows.Length / width - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (codePoint < rows[middle * width])
                high = middle - 1;
            else if (codePoint > rows[middle * width + 1])
                low = middle + 1;
            else
                return middle * width;
        }
        return -1;
    }

    private static CharacterTraits[][] BuildPages()
    {
        var empty = new CharacterTraits[PageSize];
        var pages = new CharacterTraits[0x110000 / PageSize][];
        Array.Fill(pages, empty);

        void Set(int first, int last, CharacterTraits traits, int step = 1)
        {
            for (int codePoint = first; codePoint <= last; codePoint += step)
            {
                ref var page = ref pages[codePoint >> 8];
                if (page == empty)
                    page = new CharacterTraits[PageSize];
                page[codePoint & (PageSize - 1)] |= traits;
            }
        }

        void SetRows(ReadOnlySpan<int> rows, int width, CharacterTraits traits)
        {
            for (int row = 0; row < rows.Length; row += width)
                Set(rows[row], rows[row + 1], traits, width == 4 ? rows[row + 2] : 1);
        }

        SetRows(UnicodeTables.Control, 2, CharacterTraits.Control);
        SetRows(UnicodeTables.Punctuation, 2, CharacterTraits.Punctuation);
        SetRows(UnicodeTables.Mark, 2, CharacterTraits.Mark);
        SetRows(UnicodeTables.CombiningClasses, 3, CharacterTraits.Combining);
        SetRows(UnicodeTables.LowerCase, 4, CharacterTraits.Upper);
        Set(CapitalIWithDot, CapitalIWithDot, CharacterTraits.Upper);
        Set(Replacement, Replacement, CharacterTraits.Control);
        Set(FirstHangul, LastHangul, CharacterTraits.Decomposes);
        foreach (int codePoint in Decompositions.Places.Keys)
            Set(codePoint, codePoint, CharacterTraits.Decomposes);
        foreach (char symbol in "$+<=>^`|~")
            Set(symbol, symbol, CharacterTraits.Punctuation);
        foreach (char space in Spaces)
            Set(space, space, CharacterTraits.Space);
        foreach (char kept in "\t\n\r")
            pages[0][kept] &= ~CharacterTraits.Control;
        // The ranges of Hugging Face's tokenizers; the gap before U+2B920 is theirs (google-research/bert has U+2B820).
        ReadOnlySpan<int> ideographs =
        [
            0x3400, 0x4DBF, 0x4E00, 0x9FFF, 0xF900, 0xFAFF, 0x20000, 0x2A6DF, 0x2A700, 0x2B73F, 0x2B740, 0x2B81F, 0x2B920, 0x2CEAF,
            0x2F800, 0x2FA1F,
        ];
        SetRows(ideographs, 2, CharacterTraits.Ideograph);
        return pages;
    }

    /// <summary>Where in the table each decomposition stands.</summary>
    private static class Decompositions
    {
        public static readonly Dictionary<int, (int Start, int Length)> Places = Index();

        private static Dictionary<int, (int Start, int Length)> Index()
        {
            string table = UnicodeTables.Decompositions;
            var places = new Dictionary<int, (int Start, int Length)>(capacity: 2100);
            for (int i = 0; i < table.Length;)
            {
                int source = char.ConvertToUtf32(table, i);
                int start = i + (source > char.MaxValue ? 2 : 1);
                int end = table.IndexOf('\0', start);
                places.Add(source, (start, end - start));
                i = end + 1;
            }
            return places;
        }
    }
}

/// <summary>What BERT's normalization and splitting ask of a character.</summary>
[Flags]
internal enum CharacterTraits : byte
{
    None = 0,

    /// <summary>Dropped by cleaning: control (but not tab and line ends), format, private use, U+FFFD.</summary>
    Control = 1,

    /// <summary>A word of its own: ASCII's symbols and Unicode's punctuation.</summary>
    Punctuation = 2,

    /// <summary>A nonspacing mark, dropped where accents are stripped.</summary>
    Mark = 4,

    /// <summary>Separates words.</summary>
    Space = 8,

    /// <summary>An ideograph, which BERT puts spaces around.</summary>
    Ideograph = 16,

    /// <summary>Differs from its lower case.</summary>
    Upper = 32,

    /// <summary>Has a canonical decomposition.</summary>
    Decomposes = 64,

    /// <summary>Has a canonical combining class other than 0.</summary>
    Combining = 128,
}

/// <summary>Questions to <see cref="CharacterTraits"/>.</summary>
internal static class CharacterTraitsExtensions
{
    public static bool HasAny(this CharacterTraits traits, CharacterTraits wanted) => (traits & wanted) != CharacterTraits.None;
}
