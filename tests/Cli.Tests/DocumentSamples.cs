using BertMLNet.Scoring;

namespace BertMLNet.Cli.Tests;

/// <summary>What documents show beyond the programs in samples/; compiled, so that it stays right.</summary>
internal static class DocumentSamples
{
    public static void Pairs()
    {
        using PairClassifier classifier = PairClassifier.Load("model");
        PairPrediction prediction = classifier.Score("The cat sat on the mat.", "On the mat sat the cat.");
        Console.WriteLine(prediction.Label);
    }

    public static void Questions()
    {
        using QuestionAnswerer answerer = QuestionAnswerer.Load("model");
        QuestionAnswer answer = answerer.Answer("When was the bridge opened?", "The bridge over the river was opened in 1932.");
        Console.WriteLine($"{answer.Text} ({answer.Start} to {answer.End}, {answer.Score:P0})");
    }

    public static void Entities()
    {
        using EntityRecognizer recognizer = EntityRecognizer.Load("model");
        foreach (RecognizedEntity entity in recognizer.Recognize("Ann Lee flew to Rome."))
            Console.WriteLine($"{entity.Type}: {entity.Text} ({entity.Start} to {entity.End}, {entity.Score:P0})");
    }
}
