namespace BertMLNet.Modeling;

public sealed partial record BertConfig
{
    private const int MostLabels = 1 << 16;

    /// <summary>Checks that the sizes describe a model that can be built.</summary>
    /// <param name="source">The file that the configuration comes from, for the message.</param>
    /// <exception cref="BertMLNetException">A size is not positive, absurdly large, or does not fit another.</exception>
    public void Validate(string source = "configuration")
    {
        void Size(string field, int value, int most)
        {
            if (value < 1 || value > most)
                throw new BertMLNetException($"{source}: \"{field}\" is {value}, expected 1 to {most}.");
        }
        void Probability(string field, float value)
        {
            if (value is not (>= 0 and < 1))
                throw new BertMLNetException(FormattableString.Invariant($"{source}: \"{field}\" is {value}, expected 0 or more and less than 1."));
        }
        void Positive(string field, float value)
        {
            if (value is not (> 0 and < float.PositiveInfinity))
                throw new BertMLNetException(FormattableString.Invariant($"{source}: \"{field}\" is {value}, expected more than 0."));
        }

        Size("vocab_size", VocabSize, 1 << 22);
        Size("hidden_size", HiddenSize, 1 << 14);
        Size("num_hidden_layers", NumHiddenLayers, 1 << 10);
        Size("num_attention_heads", NumAttentionHeads, 1 << 10);
        Size("intermediate_size", IntermediateSize, 1 << 16);
        Size("max_position_embeddings", MaxPositionEmbeddings, 1 << 16);
        Size("type_vocab_size", TypeVocabSize, 1 << 10);
        Size("id2label", NumLabels, MostLabels);
        if (Labels.GroupBy(label => label).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new BertMLNetException($"{source}: two classes are named \"{twice.Key}\"; class names must differ.");
        if ((long)VocabSize * HiddenSize > Array.MaxLength)
            throw new BertMLNetException($"{source}: \"vocab_size\" {VocabSize} times \"hidden_size\" {HiddenSize} is more than one tensor can hold ({Array.MaxLength}).");
        if (HiddenSize % NumAttentionHeads != 0)
            throw new BertMLNetException($"{source}: \"num_attention_heads\" {NumAttentionHeads} does not divide \"hidden_size\" {HiddenSize}.");
        if (Classification?.MaxLength is { } length && (length < ClassificationSettings.ShortestLength || length > MaxPositionEmbeddings))
            throw new BertMLNetException($"{source}: \"max_seq_len\" is {length}, expected {ClassificationSettings.ShortestLength} to \"max_position_embeddings\" {MaxPositionEmbeddings}.");
        if (PadTokenId < 0 || PadTokenId >= VocabSize)
            throw new BertMLNetException($"{source}: \"pad_token_id\" is {PadTokenId}, expected 0 to {VocabSize - 1}.");
        Probability("hidden_dropout_prob", HiddenDropoutProb);
        Probability("attention_probs_dropout_prob", AttentionProbsDropoutProb);
        Probability("classifier_dropout", ClassifierDropout ?? 0);
        Positive("initializer_range", InitializerRange);
        Positive("layer_norm_eps", LayerNormEps);
    }
}
