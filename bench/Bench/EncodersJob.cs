using System.CommandLine;
using System.Globalization;
using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Bench;

/// <summary>
/// Scores the same pairs with models of the sizes that people start from, in turns, and prints what each costs beside BERT-base. The
/// cost is processor time, as <see cref="GrowthJob"/> takes it.
/// </summary>
internal static class EncodersJob
{
    private static readonly Option<int> Rounds = new("--rounds") { DefaultValueFactory = _ => 5 };
    private static readonly Option<int> Rows = new("--rows") { Description = "Pairs a round.", DefaultValueFactory = _ => 32 };
    private static readonly Option<int> Tokens = new("--tokens") { Description = "Tokens a pair.", DefaultValueFactory = _ => 128 };

    private static readonly BertConfig Base = new();
    private static readonly BertConfig Small = new() { HiddenSize = 256, NumAttentionHeads = 4, IntermediateSize = 1024 };
    private static readonly BertConfig MiniLM = new() { HiddenSize = 384, IntermediateSize = 1536 };

    private static readonly (string Name, BertConfig Config)[] Models =
    [
        ("BERT-base, L12-H768", Base),
        ("DistilBERT-base, L6-H768", Base with { Encoder = Encoders.DistilBert, NumHiddenLayers = 6, TypeVocabSize = 0 }),
        ("MiniLM, L12-H384", MiniLM),
        ("MiniLM, L6-H384", MiniLM with { NumHiddenLayers = 6 }),
        ("ELECTRA-small, L12-H256, embeddings 128", Small with { Encoder = Encoders.Electra, EmbeddingSize = 128 }),
        ("BERT, L12-H256", Small),
        ("BERT-mini, L4-H256", Small with { NumHiddenLayers = 4 }),
    ];

    public static Command Command()
    {
        var command = new Command("encoders", "Scores with the encoders that people start from, in turns.") { Rounds, Rows, Tokens };
        command.SetAction(Run);
        return command;
    }

    private static void Run(ParseResult arguments)
    {
        Entrant[] entrants = [.. Models.Select(model => new Entrant(model.Config, arguments.GetValue(Rows), arguments.GetValue(Tokens)))];
        try
        {
            for (int round = -1; round < arguments.GetValue(Rounds); round++)
            {
                foreach (Entrant entrant in entrants)
                    entrant.Score(counts: round >= 0);
            }
            double slowest = entrants[0].Cost;
            Console.WriteLine("| model | parameters, millions | processor ms a pair | times BERT-base's speed |\n|---|---|---|---|");
            foreach (((string name, BertConfig config), Entrant entrant) in Models.Zip(entrants))
            {
                double parameters = BertParameters.For(config, Heads.Classes).Sum(spec => (double)spec.Count) / 1e6;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {name} | {parameters:0.0} | {entrant.Cost:0.00} | {slowest / entrant.Cost:0.0} |"));
            }
        }
        finally
        {
            foreach (Entrant entrant in entrants)
                entrant.Dispose();
        }
    }

    private sealed class Entrant : IDisposable
    {
        private readonly RandomModel _model;
        private readonly PairClassifier _classifier;
        private readonly TextPair[] _pairs;
        private readonly List<double> _milliseconds = [];

        public Entrant(BertConfig config, int rows, int tokens)
        {
            _model = new RandomModel(config);
            var random = new Random(1);
            _pairs = [.. Enumerable.Range(0, rows).Select(_ => _model.Pair(tokens, random)).Select(row => new TextPair(row.Sentence1, row.Sentence2))];
            _classifier = PairClassifier.Load(_model.FolderPath, new ScoringOptions { ConfigureSession = GrowthJob.SleepWhileWaiting });
        }

        /// <summary>Processor milliseconds a pair, the median of the rounds.</summary>
        public double Cost => Statistics.Median(_milliseconds);

        public void Score(bool counts)
        {
            TimeSpan start = Environment.CpuUsage.TotalTime;
            _classifier.ScoreBatch(_pairs);
            if (counts)
                _milliseconds.Add((Environment.CpuUsage.TotalTime - start).TotalMilliseconds / _pairs.Length);
        }

        public void Dispose()
        {
            _classifier.Dispose();
            _model.Dispose();
        }
    }
}
