using BertMLNet.Scoring;

namespace BertMLNet.Parity.Pipelines;

/// <summary>The scorers without ML.NET.</summary>
internal static class Scorers
{
    /// <summary>Shows what a classifier says of each pair.</summary>
    public static void Classify(string model)
    {
        using PairClassifier classifier = PairClassifier.Load(model);
        Console.WriteLine($"labels {Printer.Texts(classifier.Labels)}, takes pairs: {Printer.Text(classifier.TakesPairs)}");
        foreach (PairRow row in Rows.Pairs)
        {
            PairPrediction prediction = classifier.Score(row.Sentence1 ?? "", row.Sentence2);
            string logits = Printer.Texts(prediction.Logits.ToArray()), probabilities = Printer.Texts(prediction.Probabilities.ToArray());
            Console.WriteLine($"{prediction.Label} {prediction.LabelIndex} {logits} {probabilities}");
        }
    }

    /// <summary>Shows an answerer's answers to each question.</summary>
    public static void Answer(string model)
    {
        using QuestionAnswerer answerer = QuestionAnswerer.Load(model);
        foreach (QuestionRow row in Rows.Questions)
        {
            QuestionAnswer answer = answerer.Answer(row.Question ?? "", row.Context ?? "");
            Print("", answer.Text, answer.Start, answer.End, answer.Score, answer.NullScoreDifference);
            foreach (AnswerCandidate candidate in answer.NBest.Take(5))
                Print("  ", candidate.Text, candidate.Start, candidate.End, candidate.Score, candidate.Logit);
        }
    }

    private static void Print(string indent, string text, int? start, int? end, double score, double? more) =>
        Console.WriteLine($"{indent}{Printer.Text(text)} {start}-{end} {Printer.Text(score)} {Printer.Text(more)}");
}
