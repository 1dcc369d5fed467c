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
            Console.WriteLine($"{prediction.Label} {prediction.LabelIndex} {Printer.Texts(prediction.Logits.ToArray())} {Printer.Texts(prediction.Probabilities.ToArray())}");
        }
    }

    /// <summary>Shows an answerer's answers to each question.</summary>
    public static void Answer(string model)
    {
        using QuestionAnswerer answerer = QuestionAnswerer.Load(model);
        foreach (QuestionRow row in Rows.Questions)
        {
            QuestionAnswer answer = answerer.Answer(row.Question ?? "", row.Context ?? "");
            Console.WriteLine($"{Printer.Text(answer.Text)} {answer.Start}-{answer.End} {Printer.Text(answer.Score)} no answer: {Printer.Text(answer.NullScoreDifference)}");
            foreach (AnswerCandidate candidate in answer.NBest.Take(5))
                Console.WriteLine($"  {Printer.Text(candidate.Text)} {candidate.Start}-{candidate.End} {Printer.Text(candidate.Score)} {Printer.Text(candidate.Logit)}");
        }
    }
}
