namespace BertMLNet.Modeling;

/// <summary>What stands on top of the encoder.</summary>
public enum TaskHead
{
    /// <summary>The encoder and its pooler alone (<c>BertModel</c>).</summary>
    None,

    /// <summary>A linear layer on the pooled [CLS] vector (<c>BertForSequenceClassification</c>); logits [batch, labels].</summary>
    PairClassification,

    /// <summary>A linear layer on every token (<c>BertForQuestionAnswering</c>); start and end logits, each [batch, sequence].</summary>
    QuestionAnswering,

    /// <summary>The masked-token head tied to the word embeddings (<c>BertForMaskedLM</c>); logits [masked, vocabulary].</summary>
    MaskedLanguageModel,

    /// <summary>
    /// The masked-token head and a linear layer on the pooled [CLS] vector that judges two texts (<c>BertForPreTraining</c>);
    /// logits [masked, vocabulary] and [batch, 2].
    /// </summary>
    PreTraining,
}
