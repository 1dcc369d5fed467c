namespace BertMLNet.Tokenization;

/// <summary>What learning a vocabulary is at.</summary>
public enum VocabularyTrainingPhase
{
    /// <summary>The words of the texts are counted.</summary>
    Counting,

    /// <summary>Pieces are joined.</summary>
    Merging,
}
