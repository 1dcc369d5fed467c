namespace BertMLNet.Training;

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
