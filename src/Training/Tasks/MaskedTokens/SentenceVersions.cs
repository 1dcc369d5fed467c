namespace BertMLNet.Training;

/// <summary>
/// Makes two versions of a sentence that say the same, or nearly but not quite: what <see cref="SentenceTask.SameContent"/> asks about.
/// </summary>
/// <remarks>
/// One version is shortened and turned around. In pairs that differ words of one version are replaced by others from nearby,
/// or change places, or the second is a neighbouring sentence. So that odd words alone tell nothing, half of the pairs have
/// words replaced in both versions alike.
/// </remarks>
internal sealed class SentenceVersions(TextCorpus corpus, PretrainingVocabulary vocabulary)
{
    private const int FewestWords = 5;
    private const int Neighbourhood = 8;
    private const int Tries = 12;

    private readonly List<WordRange> _first = [];
    private readonly List<WordRange> _second = [];
    private readonly List<WordRange> _neighbour = [];
    private readonly List<int> _places = [];

    /// <summary>The words that make the second version differ: those put in, those that changed places, or all of a neighbour's.</summary>
    private readonly List<WordRange> _own = [];

    /// <summary>
    /// Makes a pair of versions, of at most so many tokens each, of a sentence from <paramref name="begin"/> to before <paramref
    /// name="end"/>.
    /// </summary>
    /// <returns>0 where both say the same, 1 where they do not; -1 where no sentence is fit.</returns>
    public int Create(int begin, int end, int most, ref SeededRandom random, List<int> first, List<int> second)
    {
        int offset = random.Next(end - begin);
        for (int i = 0; i < end - begin; i++)
        {
            int sentence = begin + (offset + i) % (end - begin);
            if (corpus.LengthOf(sentence) > most)
                continue;
            ReadWords(sentence, _first);
            if (_first.Count < FewestWords || !FindContent(_first))
                continue;
            return Create(sentence, most, ref random, first, second);
        }
        return -1;
    }

    private int Create(int sentence, int most, ref SeededRandom random, List<int> first, List<int> second)
    {
        if (random.Next(2) == 0)
            Change(_first, sentence, ref random);
        _second.Clear();
        _second.AddRange(_first);
        _own.Clear();
        int label = random.Next(2);
        if (label == 1)
        {
            bool isNeighbour = random.Next(4) == 0 && TakeNeighbour(sentence, most, ref random);
            if (!isNeighbour)
                Change(_second, sentence, ref random);
            // A neighbour may say the very same, and a second change may undo the first.
            label = SameWords(_first, _second) ? 0 : 1;
        }
        Shorten(_second, label == 1, ref random);
        (List<WordRange> left, List<WordRange> right) = random.Next(2) == 0 ? (_first, _second) : (_second, _first);
        Write(left, first);
        Write(right, second);
        return label;
    }

    private void ReadWords(int sentence, List<WordRange> words)
    {
        words.Clear();
        int start = corpus.Start(sentence);
        int end = start + corpus.LengthOf(sentence);
        for (int i = start; i < end;)
        {
            int next = i + 1;
            while (next < end && vocabulary.Continues(corpus.Ids[next]))
                next++;
            words.Add(new WordRange(i, next - i));
            i = next;
        }
    }

    /// <summary>Finds the places of the words that carry what a sentence says.</summary>
    private bool FindContent(List<WordRange> words)
    {
        _places.Clear();
        for (int i = 0; i < words.Count; i++)
        {
            if (IsContent(words[i]))
                _places.Add(i);
        }
        return _places.Count > 0;
    }

    private bool IsContent(WordRange word) => word.Length > 1 || !vocabulary.IsCommon(corpus.Ids[word.Start]);

    private bool TakeNeighbour(int sentence, int most, ref SeededRandom random)
    {
        int neighbour = sentence + (random.Next(2) == 0 ? 1 : -1) * (1 + random.Next(Neighbourhood));
        if (neighbour < 0 || neighbour >= corpus.SentenceCount || corpus.LengthOf(neighbour) > most)
            return false;
        ReadWords(neighbour, _neighbour);
        if (_neighbour.Count < FewestWords)
            return false;
        _second.Clear();
        _second.AddRange(_neighbour);
        _own.AddRange(_neighbour);
        return true;
    }

    /// <summary>Replaces one to three words that carry content, or lets two change places.</summary>
    private void Change(List<WordRange> words, int sentence, ref SeededRandom random)
    {
        if (!FindContent(words))
            return;
        if (_places.Count > 2 && random.Next(4) == 0)
        {
            int left = _places[random.Next(_places.Count)];
            int right = _places[random.Next(_places.Count)];
            if (!Same(words[left], words[right]))
            {
                (words[left], words[right]) = (words[right], words[left]);
                _own.Add(words[left]);
                _own.Add(words[right]);
                return;
            }
        }
        for (int i = 1 + random.Next(Math.Min(3, _places.Count)); i > 0; i--)
        {
            int place = _places[random.Next(_places.Count)];
            words[place] = DrawWord(words[place], sentence, ref random);
            _own.Add(words[place]);
        }
    }

    /// <summary>Draws a word that carries content, from nearby or from anywhere; a number for a number where one is found.</summary>
    private WordRange DrawWord(WordRange word, int sentence, ref SeededRandom random)
    {
        bool isNear = random.Next(2) == 0;
        bool isNumber = vocabulary.IsNumber(corpus.Ids[word.Start]);
        WordRange found = word;
        for (int i = 0; i < Tries; i++)
        {
            int from = isNear
                ? Math.Clamp(sentence - Neighbourhood + random.Next(2 * Neighbourhood + 1), 0, corpus.SentenceCount - 1)
                : random.Next(corpus.SentenceCount);
            WordRange other = WordAt(from, random.Next(corpus.LengthOf(from)));
            if (!IsContent(other) || Same(word, other))
                continue;
            found = other;
            if (vocabulary.IsNumber(corpus.Ids[other.Start]) == isNumber)
                break;
        }
        return found;
    }

    private WordRange WordAt(int sentence, int token)
    {
        int sentenceStart = corpus.Start(sentence);
        int sentenceEnd = sentenceStart + corpus.LengthOf(sentence);
        int start = sentenceStart + token;
        while (start > sentenceStart && vocabulary.Continues(corpus.Ids[start]))
            start--;
        int end = sentenceStart + token + 1;
        while (end < sentenceEnd && vocabulary.Continues(corpus.Ids[end]))
            end++;
        return new WordRange(start, end - start);
    }

    private bool Same(WordRange left, WordRange right) =>
        corpus.Ids.Slice(left.Start, left.Length).SequenceEqual(corpus.Ids.Slice(right.Start, right.Length));

    private bool SameWords(List<WordRange> left, List<WordRange> right) =>
        left.Count == right.Count && Enumerable.Range(0, left.Count).All(i => Same(left[i], right[i]));

    /// <summary>
    /// Leaves words out and turns the sentence around at some place. The words in which it differs stay where <paramref
    /// name="keepsOwn"/> says so: without them it would say the same.
    /// </summary>
    private void Shorten(List<WordRange> words, bool keepsOwn, ref SeededRandom random)
    {
        if (random.Next(10) < 3)
        {
            int turn = 1 + random.Next(words.Count - 1);
            WordRange[] behind = [.. words[turn..]];
            words.RemoveRange(turn, words.Count - turn);
            words.InsertRange(0, behind);
        }
        if (words.Count >= 2 * FewestWords && random.Next(10) < 4)
        {
            int length = 1 + random.Next(words.Count * 3 / 10);
            int start = random.Next(words.Count - length + 1);
            Remove(words, keepsOwn, (index, _) => index >= start && index < start + length);
        }
        SeededRandom draws = new(random.Next());
        Remove(words, keepsOwn, (_, word) => draws.Next(100) < (IsContent(word) ? 3 : 10));
    }

    private void Remove(List<WordRange> words, bool keepsOwn, Func<int, WordRange, bool> isChosen)
    {
        int kept = 0;
        for (int i = 0; i < words.Count; i++)
        {
            bool remove = isChosen(i, words[i]) && words.Count - i + kept > FewestWords && !(keepsOwn && IsOwn(words[i]));
            if (!remove)
                words[kept++] = words[i];
        }
        words.RemoveRange(kept, words.Count - kept);
    }

    private bool IsOwn(WordRange word) => _own.Exists(own => Same(own, word));

    private void Write(List<WordRange> words, List<int> ids)
    {
        ids.Clear();
        foreach (WordRange word in words)
            ids.AddRange(corpus.Ids.Slice(word.Start, word.Length));
    }
}

/// <summary>A word among a corpus's ids: its first token, and how many it has.</summary>
internal readonly record struct WordRange(int Start, int Length);
