using System.IO.Compression;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.TestKit;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

/// <summary>
/// Files that an earlier build wrote, in <c>SavedBefore</c>: one chain with every task and shape of columns, saved by ML.NET and as a
/// self-contained pipeline, and one transformer alone. What they score is judged by the scorers themselves, over the packed models.
/// </summary>
public sealed class SavedBeforeTests : IDisposable
{
    /// <summary>The path that the files name, which is looked for beside the application, too.</summary>
    private static readonly string Models = Path.Combine(AppContext.BaseDirectory, "saved-before");

    private static readonly string[] Folders = ["two", "three", "questions"];

    private readonly TemporaryFolder _folder = new();
    private readonly Row[] _rows;
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public SavedBeforeTests()
    {
        string[] first = TinyModel.Sentences(25, seed: 1), second = TinyModel.Sentences(25, seed: 2);
        _rows = [.. first.Zip(second, (a, b) => new Row { Sentence1 = a, Sentence2 = b, Question = "w1 " + a, Context = "w2 w3 " + b })];
        _data = _context.Data.LoadFromEnumerable(_rows);
        using ZipArchive packed = ZipFile.OpenRead(Saved("packed.zip"));
        foreach (ZipArchiveEntry entry in packed.Entries)
        {
            string[] parts = entry.FullName.Split('/', 4);
            if (parts is not ["BertMLNet", "models", _, _])
                continue;
            string file = Path.Combine(Models, Folders[int.Parse(parts[2])], parts[3]);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            entry.ExtractToFile(file, overwrite: true);
        }
    }

    [Fact]
    public void What_ML_NET_saved_is_loaded()
    {
        AssertScores(_context.Model.Load(Saved("plain.zip"), out DataViewSchema schema), slotNames: false);
        Assert.Equal(["Sentence1", "Sentence2", "Question", "Context"], schema.Select(column => column.Name));

        IDataView alone = _context.Model.Load(Saved("alone.zip"), out _).Transform(_data);
        using var two = PairClassifier.Load(Path.Combine(Models, "two"));
        AssertAlike(
            _rows.Select(row => two.Score(row.Sentence1, row.Sentence2).Probabilities.ToArray()), alone.GetColumn<float[]>("Score"));
    }

    [Fact]
    public void A_self_contained_pipeline_is_loaded_and_saved_again()
    {
        ITransformer packed = BertPipeline.Load(_context, Saved("packed.zip"), out DataViewSchema schema);
        using ((IDisposable)packed)
        {
            AssertScores(packed, slotNames: true);
            BertPipeline.Save(_context, packed, schema, _folder["again.zip"]);
        }
        ITransformer again = BertPipeline.Load(new MLContext(), _folder["again.zip"], out _);
        using ((IDisposable)again)
            AssertScores(again, slotNames: true);
    }

    [Theory]
    [InlineData("plain.zip", 5)]
    [InlineData("alone.zip", 1)]
    public void What_ML_NET_loaded_of_them_is_packed(string file, int transformers)
    {
        ITransformer plain = _context.Model.Load(Saved(file), out DataViewSchema schema);
        BertPipeline.Save(_context, plain, schema, _folder["packed.zip"]);
        ITransformer packed = BertPipeline.Load(new MLContext(), _folder["packed.zip"], out _);
        using ((IDisposable)packed)
        {
            Assert.Equal(transformers, Flatten(packed).OfType<BertTransformer>().Count());
            if (transformers > 1)
                AssertScores(packed, slotNames: true);
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
        Directory.Delete(Models, recursive: true);
    }

    private static string Saved(string name) => Path.Combine(Repository.Root, "tests", "MLNet.Tests", "SavedBefore", name);

    private void AssertScores(ITransformer model, bool slotNames)
    {
        IDataView scored = model.Transform(_data);
        using var two = PairClassifier.Load(Path.Combine(Models, "two"));
        PairPrediction[] pairs = [.. _rows.Select(row => two.Score(row.Sentence1, row.Sentence2))];
        Assert.Equal(pairs.Select(pair => pair.Label), scored.GetColumn<string>("Text"));
        AssertAlike(pairs.Select(pair => pair.Probabilities.ToArray()), scored.GetColumn<float[]>("TextScore"));
        AssertAlike(pairs.Select(pair => pair.Probabilities.Span[1]), scored.GetColumn<float>("TextProbability"));
        Assert.Equal(pairs.Select(pair => pair.LabelIndex == 1), scored.GetColumn<bool>("Binary"));
        AssertAlike(pairs.Select(pair => pair.Logits.Span[1] - pair.Logits.Span[0]), scored.GetColumn<float>("BinaryScore"));

        using var three = PairClassifier.Load(Path.Combine(Models, "three"), new ScoringOptions { MaxLength = 12 });
        PairPrediction[] single = [.. _rows.Select(row => three.Score(row.Sentence1))];
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), scored.Schema["Key"].Type);
        Assert.Equal(single.Select(row => (uint)row.LabelIndex + 1), scored.GetColumn<uint>("Key"));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3), scored.Schema["Copy"].Type);
        AssertAlike(single.Select(row => row.Probabilities.ToArray()), scored.GetColumn<float[]>("Copy"));
        Assert.Equal(slotNames, scored.Schema["KeyScore"].HasSlotNames());

        Assert.Equal(12, scored.GetColumn<long[]>("input_ids").Max(ids => ids.Length));
        Assert.Equal(
            scored.GetColumn<long[]>("input_ids").Select(ids => ids.Length),
            scored.GetColumn<long[]>("token_type_ids").Select(types => types.Length));

        using var answerer = QuestionAnswerer.Load(Path.Combine(Models, "questions"), new QuestionAnsweringOptions { NBestSize = 3 });
        QuestionAnswer[] answers = [.. _rows.Select(row => answerer.Answer(row.Question, row.Context))];
        Assert.Equal(answers.Select(answer => answer.Text), scored.GetColumn<string>("Answer"));
        Assert.Equal(answers.Select(answer => answer.Start ?? -1), scored.GetColumn<int>("AnswerStart"));
        Assert.Equal(answers.Select(answer => answer.NBest.Select(candidate => candidate.Text)), scored.GetColumn<string[]>("NBestAnswer"));
        Assert.DoesNotContain(scored.Schema, column => !column.IsHidden && column.Name.StartsWith("__bertmlnet", StringComparison.Ordinal));
    }

    private static void AssertAlike(IEnumerable<float[]> expected, IEnumerable<float[]> actual) =>
        AssertAlike(expected.SelectMany(row => row), actual.SelectMany(row => row));

    private static void AssertAlike(IEnumerable<float> expected, IEnumerable<float> actual) =>
        Assert.Equal(expected, actual, (a, b) => MathF.Abs(a - b) < 1e-4f);

    private static IEnumerable<ITransformer> Flatten(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [model];

    private sealed class Row
    {
        public string Sentence1 { get; set; } = "";

        public string Sentence2 { get; set; } = "";

        public string Question { get; set; } = "";

        public string Context { get; set; } = "";
    }
}
