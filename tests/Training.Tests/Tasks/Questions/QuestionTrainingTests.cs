using BertMLNet.Cli;
using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.TestKit;
using BertMLNet.Tokenization;

namespace BertMLNet.Training.Tests;

public sealed class QuestionTrainingTests
{
    private static readonly QuestionAnsweringOptions Options = new() { DocStride = 8, NullThreshold = 0 };

    [Fact]
    public void A_small_model_learns_and_its_exported_graph_answers_as_the_trainer_judged()
    {
        using var folder = new TemporaryFolder();
        List<QuestionExample> training = Journeys(600, seed: 1);
        List<QuestionExample> validation = Journeys(120, seed: 2);
        WordPieceTokenizer tokenizer = QuestionTestModel.Tokenizer(training.Select(example => example.Context + " " + example.Question));
        var encoder = new QuestionEncoder(tokenizer, 32, Options);
        var report = new QuestionDataReport();
        var validationSet = QuestionValidationSet.Build(validation, encoder, Options, report);
        var task = new TrainingTask(QuestionTrainingSet.Build(training, encoder, report), validationSet);
        Assert.Equal(0, report.Cases);
        Assert.True(task.Training.Count > training.Count, "some passages are cut into several windows");

        var config = new BertConfig
        {
            VocabSize = tokenizer.Vocabulary.Count,
            HiddenSize = 32,
            NumHiddenLayers = 2,
            NumAttentionHeads = 2,
            IntermediateSize = 64,
            MaxPositionEmbeddings = 32,
            HiddenDropoutProb = 0,
            AttentionProbsDropoutProb = 0,
        };
        var parameters = ParameterSet.Initialize(config, Heads.Questions, seed: 1);
        var options = new TrainingOptions { Epochs = 8, BatchSize = 16, LearningRate = 4e-3 };
        OptimizerOptions optimizer = OptimizerOptions.For(parameters.Specs, options);
        using var engine = new OnnxRuntimeEngine(parameters, optimizer);
        var trainer = new Trainer(engine, optimizer.Groups, task, options, new CheckpointStore(folder["training"]));
        var metrics = (QuestionTaskMetrics)trainer.Run(resume: false).Best;

        // Guessing among the passage's tokens would be right one time in twenty, saying "no answer" one in five.
        Assert.InRange(metrics.Metrics.Best!.F1, 0.9, 1);
        Assert.InRange(metrics.Metrics.HasAnswer!.ExactMatch, 0.8, 1);
        Assert.InRange(metrics.Metrics.NoAnswer!.ExactMatch, 0.8, 1);

        var model = new ModelFolder(folder["model"]);
        model.Save(parameters);
        tokenizer.Save(model.FolderPath);
        OnnxExporter.Export(parameters, model.OnnxPath);
        using var answerer = QuestionAnswerer.Load(model.FolderPath, Options);
        AssertSameLogits(engine, answerer, validation, validationSet);

        QuestionMetrics evaluated = QuestionEvaluator.Evaluate(answerer, validation);
        Assert.Equal(metrics.Metrics.ExactMatch, evaluated.ExactMatch, 1.5 / validation.Count);
        Assert.Equal(metrics.Metrics.F1, evaluated.F1, 1.5 / validation.Count);
        Assert.Equal(metrics.Metrics.Best.F1, evaluated.Best!.F1, 1.5 / validation.Count);
    }

    private static void AssertSameLogits(
        OnnxRuntimeEngine engine, QuestionAnswerer answerer, List<QuestionExample> validation, QuestionValidationSet set)
    {
        int window = 0;
        foreach (QuestionExample example in validation)
        {
            (EncodedQuestion question, WindowLogits[] logits) = answerer.Score(new(example.Question, example.Context));
            for (int w = 0; w < logits.Length; w++, window++)
            {
                Assert.Equal(question.LengthOf(w), set.LengthOf(window));
                IReadOnlyDictionary<string, float[]> expected = engine.Forward(set.Pack([window]));
                for (int token = 0; token < logits[w].Start.Length; token++)
                {
                    Assert.Equal(expected[TensorNames.StartLogits][token], logits[w].Start[token], 1e-4f);
                    Assert.Equal(expected[TensorNames.EndLogits][token], logits[w].End[token], 1e-4f);
                }
            }
        }
        Assert.Equal(set.Count, window);
    }

    /// <summary>Passages that tell who went, where and when, in any order; one question in five asks for what is not told.</summary>
    private static List<QuestionExample> Journeys(int count, int seed)
    {
        var random = new Random(seed);
        string[] people = ["ann", "bob", "carl", "dora", "emil", "fay", "gus", "hana"];
        string[] cities = ["oslo", "rome", "lima", "cairo", "perth", "quito", "riga", "turin"];
        string[] days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "yesterday"];
        string[] fillers = ["it was late .", "nobody knew .", "all was quiet and the road was long .", "then it rained for hours ."];
        string[] questions = ["who went ?", "where to ?", "when was it ?"];
        var examples = new List<QuestionExample>();
        for (int i = 0; i < count; i++)
        {
            string[] values = [random.Pick(people), random.Pick(cities), random.Pick(days)];
            int asked = random.Next(3);
            bool told = random.Next(5) > 0;
            string[] facts = [$"the one was {values[0]} .", $"the way led to {values[1]} .", $"it was on {values[2]} ."];
            List<string> sentences = [.. facts.Where((_, fact) => told || fact != asked), random.Pick(fillers), random.Pick(fillers)];
            string[] mixed = [.. sentences];
            random.Shuffle(mixed);
            string context = string.Join(' ', mixed);
            examples.Add(QuestionTestModel.Example(questions[asked], context, told ? [new(values[asked], context.IndexOf(values[asked], StringComparison.Ordinal))] : []));
        }
        return examples;
    }
}
