namespace BertMLNet.Tokenization;

public sealed partial class WordPieceTokenizer
{
    /// <summary>
    /// Loads a tokenizer from a model folder (its <c>tokenizer.json</c>, else its <c>vocab.txt</c>), from a
    /// <c>tokenizer.json</c>, or from a <c>vocab.txt</c>, which is taken as uncased. Where a <c>tokenizer_config.json</c> beside
    /// it says otherwise of case, accents or ideographs, that counts.
    /// </summary>
    /// <exception cref="BertMLNetException">The files are absent or damaged, or describe a tokenizer of another kind.</exception>
    public static WordPieceTokenizer Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
        {
            string json = Path.Combine(path, TokenizerFiles.Tokenizer);
            string vocabulary = Path.Combine(path, TokenizerFiles.Vocabulary);
            if (File.Exists(json))
                return LoadJson(json);
            if (File.Exists(vocabulary))
                return LoadVocabulary(vocabulary);
            throw new BertMLNetException(
                $"{path}: the folder has neither {TokenizerFiles.Tokenizer} nor {TokenizerFiles.Vocabulary}; a BERT model has one of them");
        }
        return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? LoadJson(path) : LoadVocabulary(path);
    }

    /// <summary>
    /// Loads a <c>vocab.txt</c>, its special tokens spelled as a <c>tokenizer_config.json</c> beside it says. Added tokens that the
    /// configuration or an <c>added_tokens.json</c> names are put behind its last id.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="normalizer">How text is normalized, or <see langword="null"/> for as the configuration says, else uncased.</param>
    /// <exception cref="BertMLNetException">The files are damaged, or describe a tokenizer of another kind.</exception>
    public static WordPieceTokenizer LoadVocabulary(string path, BertNormalizer? normalizer = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var configuration = TokenizerConfiguration.ReadBeside(path, onlyBert: true);
        var added = AddedTokenFiles.ReadBeside(path, Vocabulary.Load(path), configuration.SpecialTokens);
        var options = new WordPieceTokenizerOptions { SpecialTokens = configuration.SpecialTokens, AddedTokens = added.Tokens };
        return Create(path, added.Vocabulary, normalizer ?? configuration.Configured(new BertNormalizer()), options);
    }

    /// <summary>
    /// This tokenizer for texts that become lower case before anything else: accents stay where it kept them.
    /// </summary>
    internal WordPieceTokenizer WithLowercase()
    {
        if (_normalizer.Lowercase)
            return this;
        var normalizer = new BertNormalizer
        {
            CleanText = _normalizer.CleanText,
            HandleChineseChars = _normalizer.HandleChineseChars,
            StripAccents = _normalizer.StripAccents ?? false,
            Lowercase = true,
        };
        return new WordPieceTokenizer(Vocabulary, normalizer, new WordPieceTokenizerOptions
        {
            SpecialTokens = SpecialTokens,
            AddedTokens = AddedTokens,
            ContinuingSubwordPrefix = ContinuingSubwordPrefix,
            MaxInputCharsPerWord = MaxInputCharsPerWord,
        });
    }

    private static WordPieceTokenizer LoadJson(string path)
    {
        var configuration = TokenizerConfiguration.ReadBeside(path, onlyBert: false);
        var file = TokenizerJson.Read(path, configuration.SpecialTokens);
        return Create(path, file.Vocabulary, configuration.Configured(file.Normalizer), file.Options);
    }

    private static WordPieceTokenizer Create(
        string path, Vocabulary vocabulary, BertNormalizer normalizer, WordPieceTokenizerOptions options)
    {
        vocabulary.RequireUsualSize(path);
        try
        {
            return new WordPieceTokenizer(vocabulary, normalizer, options);
        }
        catch (BertMLNetException exception)
        {
            throw new BertMLNetException($"{path}: {exception.Message}", exception);
        }
    }
}
