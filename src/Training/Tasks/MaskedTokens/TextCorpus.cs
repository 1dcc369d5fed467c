using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// Tokenized text as sentences in order, with the documents' bounds: what pre-training learns from. It takes four bytes a
/// token and four a sentence, and is not changed while it is in use.
/// </summary>
internal sealed class TextCorpus
{
    private readonly int[] _ids;
    private readonly int[] _ends;
    private readonly int[] _documents;

    internal TextCorpus(int[] ids, int[] ends, int[] documents)
    {
        _ids = ids;
        _ends = ends;
        _documents = documents;
    }

    /// <summary>The number of sentences.</summary>
    public int SentenceCount => _ends.Length;

    /// <summary>The number of tokens, none of them special.</summary>
    public int TokenCount => _ids.Length;

    /// <summary>The number of documents.</summary>
    public int DocumentCount => SentenceCount == 0 ? 0 : _documents[^1] + 1;

    /// <summary>All ids.</summary>
    public ReadOnlySpan<int> Ids => _ids;

    /// <summary>Where a sentence begins among <see cref="Ids"/>.</summary>
    public int Start(int index) => index == 0 ? 0 : _ends[index - 1];

    /// <summary>The ids of one sentence.</summary>
    public ReadOnlySpan<int> Sentence(int index) => _ids.AsSpan(Start(index), LengthOf(index));

    /// <summary>The number of tokens of one sentence.</summary>
    public int LengthOf(int index) => _ends[index] - Start(index);

    /// <summary>The ids of the sentences from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public ReadOnlySpan<int> Sentences(int first, int end) => _ids.AsSpan(Start(first)..(end == 0 ? 0 : _ends[end - 1]));

    /// <summary>The document that a sentence is of, from 0.</summary>
    public int DocumentOf(int sentence) => _documents[sentence];

    /// <summary>How often each id of a vocabulary occurs.</summary>
    public int[] CountIds(int vocabulary)
    {
        var counts = new int[vocabulary];
        foreach (int id in _ids)
            counts[id]++;
        return counts;
    }

    /// <summary>Sets a part of the text aside, in stretches of so many sentences that stand together in it, by seed alone.</summary>
    /// <exception cref="BertMLNetException">The text is too short to be split.</exception>
    public (TextCorpus Training, TextCorpus Validation) Split(double fraction, ulong seed, int stretch = 64)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fraction);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(fraction, 1);
        int stretches = (SentenceCount + stretch - 1) / stretch;
        if (stretches < 2)
        {
            stretch = Math.Max(1, SentenceCount / 8);
            stretches = (SentenceCount + stretch - 1) / stretch;
        }
        if (stretches < 2)
        {
            throw new BertMLNetException(
                $"the text has {SentenceCount} sentence(s), too few to set some aside; give more text, or text to validate with.");
        }
        int[] order = [.. Enumerable.Range(0, stretches)];
        new SeededRandom(Seeds.Derive(seed, Seeds.Purpose.Split)).Shuffle<int>(order);
        int aside = Math.Clamp((int)Math.Round(stretches * fraction), 1, stretches - 1);
        HashSet<int> held = [.. order[..aside]];
        return (Part(keep: false), Part(keep: true));

        TextCorpus Part(bool keep)
        {
            var builder = new TextCorpusBuilder();
            for (int i = 0; i < stretches; i++)
            {
                if (held.Contains(i) != keep)
                    continue;
                int end = Math.Min((i + 1) * stretch, SentenceCount);
                // What stood apart is another document; what goes on where the stretch before ended is not.
                if (i > 0 && held.Contains(i - 1) != keep)
                    builder.EndDocument();
                for (int sentence = i * stretch; sentence < end; sentence++)
                {
                    if (sentence > 0 && _documents[sentence] != _documents[sentence - 1])
                        builder.EndDocument();
                    builder.Add(Sentence(sentence));
                }
            }
            return builder.Build();
        }
    }

    /// <summary>A hash of all ids and bounds, by which a resumed run knows its text again.</summary>
    internal void AddTo(IncrementalHash hash)
    {
        hash.AppendData(MemoryMarshal.AsBytes<int>(_ids));
        hash.AppendData(MemoryMarshal.AsBytes<int>(_ends));
        hash.AppendData(MemoryMarshal.AsBytes<int>(_documents));
    }
}

/// <summary>Gathers tokenized sentences into a <see cref="TextCorpus"/>.</summary>
internal sealed class TextCorpusBuilder
{
    private readonly List<int> _ids = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _documents = [];
    private int _document;

    /// <summary>The tokens so far.</summary>
    public int TokenCount => _ids.Count;

    /// <summary>Adds the next sentence of the document; one without tokens is left out.</summary>
    public void Add(ReadOnlySpan<int> sentence)
    {
        if (sentence.IsEmpty)
            return;
        _ids.AddRange(sentence);
        _ends.Add(_ids.Count);
        _documents.Add(_document);
    }

    /// <summary>Lets the next sentence begin a document.</summary>
    public void EndDocument()
    {
        if (_documents.Count > 0 && _documents[^1] == _document)
            _document++;
    }

    public TextCorpus Build() => new([.. _ids], [.. _ends], [.. _documents]);
}
