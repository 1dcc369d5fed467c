namespace BertMLNet.Scoring;

/// <summary>Tokenizes one row and adds its sequences to a list; called from several threads at once.</summary>
internal delegate void SequenceEncoder(int row, SequenceList sequences);
