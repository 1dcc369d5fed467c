using BertMLNet.Training;

namespace BertMLNet.Cli.Tests;

public sealed class QuestionGeneratorTests
{
    [Fact]
    public void The_same_seed_gives_the_same_questions()
    {
        IEnumerable<string> Texts(int seed) => new QuestionGenerator(seed, 0.2).Training(50).Select(example => example.Question + example.Context);
        Assert.Equal(Texts(1), Texts(1));
        Assert.NotEqual(Texts(1), Texts(2));
    }

    [Fact]
    public void Every_answer_stands_in_its_passage_at_its_place()
    {
        var generator = new QuestionGenerator(3, unanswerable: 0.25);
        IReadOnlyList<QuestionExample> examples = [.. generator.Training(2000), .. generator.HeldOut(500)];
        foreach (QuestionExample example in examples)
        {
            foreach (GoldAnswer answer in example.Answers!)
            {
                Assert.NotEmpty(answer.Text);
                Assert.Equal(answer.Text, example.Context.Substring(answer.Start!.Value, answer.Text.Length));
            }
        }
        Assert.InRange(examples.Count(example => example.Answers!.Count == 0), 500, 750);
        Assert.All(examples, example => Assert.DoesNotContain('{', example.Context + example.Question));
        Assert.Equal(examples.Count, examples.Select(example => example.Id).Distinct().Count());
    }

    [Fact]
    public void The_held_out_part_asks_of_no_subject_that_training_tells_of()
    {
        var generator = new QuestionGenerator(5);
        string training = string.Join('\n', generator.Training(3000).Select(example => example.Context));
        foreach (QuestionExample example in generator.HeldOut(200))
        {
            // The words with capital letters, but for the question's first, are the subject's name.
            string subject = string.Join(' ', example.Question.TrimEnd('?').Split(' ').Skip(1).Where(word => char.IsUpper(word[0])));
            Assert.NotEmpty(subject);
            Assert.Contains(subject, example.Context, StringComparison.Ordinal);
            // As somebody's partner a person may be named in both parts; that is the other one's fact.
            Assert.DoesNotMatch($"{subject} (was (?!the partner)|is |has |worked |shared )", training);
        }
    }
}
