using System.Globalization;
using System.Text;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>
/// Generates passages with questions for demonstrations and tests: each passage tells several facts of one or two
/// subjects of one kind, so that the kind of answer alone often does not give it away. The same seed gives the same questions
/// everywhere.
/// </summary>
/// <remarks>
/// The training and the held-out part share no subject and no pairing of a statement's wording with a question's, so a
/// model cannot do well on the held-out part by remembering either.
/// </remarks>
internal sealed class QuestionGenerator
{
    private const int QuestionsPerPassage = 2;

    private readonly Random _random;
    private readonly double _unanswerable;

    /// <summary>Creates the generator.</summary>
    /// <param name="seed">Decides everything that is drawn.</param>
    /// <param name="unanswerable">
    /// The share of questions without an answer, from 0 to 1: they ask for something that the passage tells of another subject, if at all.
    /// </param>
    public QuestionGenerator(int seed, double unanswerable = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(unanswerable, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(unanswerable, 1);
        _random = new Random(seed);
        _unanswerable = unanswerable;
    }

    /// <summary>Generates questions to train on.</summary>
    public IReadOnlyList<QuestionExample> Training(int count) => Generate(count, heldOut: false);

    /// <summary>Generates questions to measure with, about subjects that no training passage tells of.</summary>
    public IReadOnlyList<QuestionExample> HeldOut(int count) => Generate(count, heldOut: true);

    private List<QuestionExample> Generate(int count, bool heldOut)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var examples = new List<QuestionExample>(count);
        while (examples.Count < count)
        {
            DemoSubject kind = _random.Pick(QuestionFrames.All);
            List<Fact> facts = DrawFacts(kind, heldOut);
            string context = Tell(facts, kind);
            for (int i = 0; i < QuestionsPerPassage && examples.Count < count; i++)
            {
                string part = heldOut ? "held-out" : "training";
                string id = string.Create(CultureInfo.InvariantCulture, $"{part}-{examples.Count}");
                (string question, GoldAnswer[] answers) = Ask(facts, kind, heldOut);
                examples.Add(
                    new() { Id = id, Question = question, Context = context, Answers = answers, Location = "generated questions" });
            }
        }
        return examples;
    }

    /// <summary>One or two subjects, each with most but not all of what can be told of it.</summary>
    private List<Fact> DrawFacts(DemoSubject kind, bool heldOut)
    {
        var facts = new List<Fact>();
        int subjects = _random.Next(1, 3);
        var names = new HashSet<string>();
        while (names.Count < subjects)
        {
            string name = $"{_random.Pick(kind.FirstNames)} {_random.Pick(kind.LastNames)}";
            if (name.StableHash() % 5 == 0 != heldOut || !names.Add(name))
                continue;
            int[] relations = [.. Enumerable.Range(0, kind.Relations.Length)];
            _random.Shuffle(relations);
            foreach (int relation in relations.AsSpan(0, kind.Relations.Length - 1))
            {
                DemoRelation told = kind.Relations[relation];
                facts.Add(new(name, relation, _random.Next(told.Statements.Length), told.Value(_random)));
            }
        }
        return facts;
    }

    /// <summary>Writes the passage and notes where each value stands.</summary>
    private string Tell(List<Fact> facts, DemoSubject kind)
    {
        var text = new StringBuilder();
        string? last = null;
        foreach (Fact fact in facts)
        {
            if (text.Length > 0)
                text.Append(' ');
            if (_random.Chance(0.15))
                text.Append(_random.Pick(QuestionFrames.Fillers)).Append(' ');
            string statement = kind.Relations[fact.Relation].Statements[fact.Statement];
            bool mayPoint = fact.Subject == last && statement.StartsWith("{S}", StringComparison.Ordinal);
            string subject = mayPoint && _random.Chance(0.25) ? _random.Pick(kind.Pronouns) : fact.Subject;
            last = fact.Subject;
            foreach (string piece in statement.Split('{', '}'))
            {
                if (piece == "V")
                    fact.Start = text.Length;
                text.Append(piece switch { "S" => subject, "V" => fact.Value, _ => piece });
            }
        }
        return text.ToString();
    }

    private (string Question, GoldAnswer[] Answers) Ask(List<Fact> facts, DemoSubject kind, bool heldOut)
    {
        Fact fact = facts[_random.Next(facts.Count)];
        if (!_random.Chance(_unanswerable))
        {
            string[] questions = kind.Relations[fact.Relation].Questions;
            int wording;
            do
                wording = _random.Next(questions.Length);
            while ((wording + fact.Statement) % questions.Length == 0 != heldOut);
            return (questions[wording].Replace("{S}", fact.Subject, StringComparison.Ordinal), [new(fact.Value, fact.Start)]);
        }
        int untold = Enumerable.Range(0, kind.Relations.Length)
            .First(relation => !facts.Exists(other => other.Subject == fact.Subject && other.Relation == relation));
        return (_random.Pick(kind.Relations[untold].Questions).Replace("{S}", fact.Subject, StringComparison.Ordinal), []);
    }

    private sealed record Fact(string Subject, int Relation, int Statement, string Value)
    {
        /// <summary>Where the value stands in the passage.</summary>
        public int Start { get; set; }
    }
}
