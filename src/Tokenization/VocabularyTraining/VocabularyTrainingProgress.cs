using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

/// <summary>How far learning a vocabulary is.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Done">How much of it is done: bytes of the files as they are, or tokens of the vocabulary.</param>
/// <param name="Total">How much there is to do.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct VocabularyTrainingProgress(VocabularyTrainingPhase Phase, long Done, long Total);
