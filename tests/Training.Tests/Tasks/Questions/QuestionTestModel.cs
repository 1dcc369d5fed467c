using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.TestKit;
using BertMLNet.Tokenization;

namespace BertMLNet.Training.Tests;

/// <summary>A tokenizer of few words for questions in tests.</summary>
internal static class QuestionTestModel
{
    public static WordPieceTokenizer Tokenizer(params IEnumerable<string> texts) => new(new Vocabulary(WordListVocabulary.Build(texts)));

    public static QuestionEncoder Encoder(int maxLength, IEnumerable<string> texts, QuestionAnsweringOptions? options = null) =>
        new(Tokenizer(texts), maxLength, options ?? new QuestionAnsweringOptions());

    public static QuestionExample Example(string question, string context, params GoldAnswer[] answers) =>
        new() { Id = "q", Question = question, Context = context, Answers = answers, Location = "test" };
}
