// Ranks passages by how well they answer a query, with a cross-encoder, in an ML.NET pipeline and without one.
//   dotnet run --project samples/PassageRanking -- MODEL_FOLDER
using BertMLNet;
using BertMLNet.Scoring;
using Microsoft.ML;
using PassageRanking;

if (args is not [string modelPath])
{
    Console.Error.WriteLine("usage: PassageRanking MODEL_FOLDER");
    return 2;
}

const string Query = "When was the bridge opened?";
string[] passages =
[
    "The river is 120 kilometres long.",
    "The bridge over the river was opened in 1932.",
    "It took eight years to build.",
];

using (PairScorer scorer = PairScorer.Load(modelPath))
{
    foreach (RankedPassage passage in scorer.Rank(Query, passages, top: 2))
        Console.WriteLine($"{passage.Score:F3}\t{passages[passage.Index]}");
}

var mlContext = new MLContext();
IDataView pairs = mlContext.Data.LoadFromEnumerable(passages.Select(passage => new Candidate { Query = Query, Passage = passage }));
using BertTransformer model = mlContext.Transforms
    .BertPairScore(modelPath, sentence1ColumnName: nameof(Candidate.Query), sentence2ColumnName: nameof(Candidate.Passage))
    .Fit(pairs);
foreach (ScoredCandidate row in mlContext.Data.CreateEnumerable<ScoredCandidate>(model.Transform(pairs), reuseRowObject: false))
    Console.WriteLine($"{row.Score:F3}\t{row.Passage}");
return 0;
