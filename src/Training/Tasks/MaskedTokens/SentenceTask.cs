namespace BertMLNet.Training;

/// <summary>What pre-training asks of two texts, beside their masked tokens. Class 0 says that they belong together.</summary>
public enum SentenceTask
{
    /// <summary>Nothing: every example is one text.</summary>
    None,

    /// <summary>Whether the second text follows the first, or is from another place (Devlin et al., 2018).</summary>
    NextSentence,

    /// <summary>Whether two texts that follow each other are in order or exchanged (Lan et al., 2019).</summary>
    SentenceOrder,

    /// <summary>
    /// Whether two versions of a sentence say the same: one is shortened and turned around, and in half the examples words of
    /// it are replaced or exchanged, or it is another sentence from nearby. Teaches to compare texts word by word.
    /// </summary>
    SameContent,
}
