namespace BertMLNet.Modeling;

/// <summary>The class names of Hugging Face's library that stand for a head in <c>architectures</c>.</summary>
public static class Architectures
{
    /// <summary>The class name that a saved model of this head carries.</summary>
    public static string NameOf(TaskHead head) => head switch
    {
        TaskHead.PairClassification => "BertForSequenceClassification",
        TaskHead.QuestionAnswering => "BertForQuestionAnswering",
        TaskHead.MaskedLanguageModel => "BertForMaskedLM",
        TaskHead.PreTraining => "BertForPreTraining",
        _ => "BertModel",
    };

    /// <summary>
    /// The head that a class name stands for; <see cref="TaskHead.None"/> where the class is unknown or its head is one
    /// that this library has no use for (token classification, multiple choice, next sentence).
    /// </summary>
    public static TaskHead HeadOf(string? architecture) => architecture switch
    {
        "BertForSequenceClassification" => TaskHead.PairClassification,
        "BertForQuestionAnswering" => TaskHead.QuestionAnswering,
        "BertForMaskedLM" => TaskHead.MaskedLanguageModel,
        "BertForPreTraining" => TaskHead.PreTraining,
        _ => TaskHead.None,
    };
}
