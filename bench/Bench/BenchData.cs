using System.Text.Json;
using BertMLNet.Tokenization;
using BertMLNet.Training;

namespace BertMLNet.Bench;

/// <summary>Real data laid out for BertMLNet and for the peers, in a folder of work files.</summary>
/// <param name="shared">The folder with <c>data/mrpc</c>, <c>data/squad</c>, <c>data/text</c> and <c>vocab</c>.</param>
/// <param name="work">Where the files go.</param>
internal sealed class BenchData(string shared, string work)
{
    private const int MaxLength = 384;
    private const int Stride = 128;
    private const int Questions = 300;

    public string Vocabulary { get; } = Path.Combine(shared, "vocab", "bert-base-uncased");

    /// <summary>MRPC's training pairs, tokenized.</summary>
    public string TrainingRows => At("train-rows.jsonl");

    /// <summary>MRPC's development pairs as text.</summary>
    public string Pairs => At("dev-pairs.jsonl");

    /// <summary>The first of them alone.</summary>
    public string OnePair => At("one-pair.jsonl");

    /// <summary>Questions of SQuAD's development set as text.</summary>
    public string QuestionRows => At("questions.jsonl");

    /// <summary>The same in windows, tokenized.</summary>
    public string WindowRows => At("windows.jsonl");

    /// <summary>Wikipedia, a paragraph a line.</summary>
    public string Text => At("wikipedia.txt");

    public string At(string name) => Path.Combine(work, name);

    /// <summary>Writes the files.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(work);
        var tokenizer = WordPieceTokenizer.Load(Vocabulary);
        var cut = new EncodeOptions { MaxLength = 128 };
        WriteLines(TrainingRows, ReadPairs("train.tsv").Select(pair => Row(tokenizer.Encode(pair.Sentence1, pair.Sentence2, cut))));
        WriteLines(Pairs, ReadPairs("dev.tsv").Select(pair => (object)new { sentence1 = pair.Sentence1, sentence2 = pair.Sentence2 }));
        File.WriteAllLines(OnePair, File.ReadLines(Pairs).Take(1));

        QuestionExample[] questions = [.. QuestionReader.Read(Path.Combine(shared, "data", "squad", "dev-v1.1.json.gz")).Take(Questions)];
        WriteLines(QuestionRows, questions.Select(example => (object)new { question = example.Question, context = example.Context }));
        var windows = new EncodeOptions { MaxLength = MaxLength, Truncation = TruncationStrategy.OnlySecond, Stride = Stride };
        WriteLines(WindowRows, questions.SelectMany(example => tokenizer.Encode(example.Question, example.Context, windows).Windows).Select(Row));

        using Stream packed = File.OpenRead(Path.Combine(shared, "data", "text", "wikipedia.txt.gz"));
        using var text = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Decompress);
        using Stream file = File.Create(Text);
        text.CopyTo(file);
    }

    private IEnumerable<PairExample> ReadPairs(string file)
    {
        using PairFile pairs = PairFile.Open(Path.Combine(shared, "data", "mrpc", file), labelled: false);
        foreach (PairExample pair in pairs.Read())
            yield return pair;
    }

    private static object Row(Encoding encoding) => new { ids = encoding.Ids.ToArray(), typeIds = encoding.TypeIds.ToArray() };

    private static void WriteLines(string path, IEnumerable<object> rows) => File.WriteAllLines(path, rows.Select(row => JsonSerializer.Serialize(row)));
}
