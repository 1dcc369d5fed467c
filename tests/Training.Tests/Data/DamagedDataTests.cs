using System.IO.Compression;
using System.Text;
using BertMLNet.Modeling;
using BertMLNet.Modeling.Tests;
using BertMLNet.TestKit;

namespace BertMLNet.Training.Tests;

/// <summary>Damaged data files: each ends in a clean error or in rows, read strictly and with bad rows left out.</summary>
public sealed class DamagedDataTests
{
    private const string Squad = """
        {"version": "v2.0", "data": [
          {"title": "One", "paragraphs": [
            {"context": "Oslo (日本 \ud83d\ude00) lies in Norway.", "qas": [
              {"id": "a", "question": "Where is Oslo?", "answers": [{"text": "Norway", "answer_start": 20}, {"answer_start": 17, "text": "in Norway"}], "is_impossible": false},
              {"id": "b", "question": "Who sings \"here\"?", "answers": [], "is_impossible": true}]},
            {"context": "Ann sang.", "qas": [{"id": "c", "question": "Who sang?", "answers": [{"text": "Ann", "answer_start": 0}]}]}]},
          {"title": "Empty", "paragraphs": []}]}
        """;

    private const string QuestionLines = """
        {"id": 7, "context": "Ann sang.", "question": "Who?", "answers": [{"text": "Ann", "answer_start": 0}], "other": {"deep": [1]}}
        {"id": "x", "context": "Ann sang.", "question": "Who?", "answers": {"text": ["sang", "Ann"], "answer_start": [4, 0]}}
        {"id": "y", "context": "Ann \ud83d\ude00 sang.", "question": "Who?", "is_impossible": true}
        """;

    [Theory]
    [InlineData("rows.tsv", "id\tsentence1\tsentence2\tlabel\n1\tAnn sang \"it\".\tIt was sung, by Ann.\tyes\n2\t日本 \ud83d\ude00\té\tno\r\n\n3\t\tb\tno\n")]
    [InlineData("rows.csv", "id,sentence1,sentence2,label\n1,\"Ann, who \"\"sang\"\"\nit\",It was sung.,yes\n2,日本 \ud83d\ude00,é,no\r\n\n3,,b,no\n")]
    [InlineData("rows.jsonl", "{\"sentence1\":\"Ann \\\"sang\\\" \\ud83d\\ude00\",\"sentence2\":\"日本\",\"label\":1,\"more\":{\"a\":[1,{}]}}\n\n{\"label\":true,\"sentence2\":\"b\",\"sentence1\":\"\"}\n")]
    public void Damaged_tables_end_in_a_clean_error(string name, string text)
    {
        byte[] good = Encoding.UTF8.GetBytes(text);
        DamageRun.Of<BertMLNetException>((random, folder) =>
        {
            File.WriteAllBytes(folder[name], Mutation.Of(good, random));
            var bad = new List<string>();
            var options = new PairFileOptions { MaxCharacters = 1000, Table = new TableOptions { OnBadRow = error => bad.Add(error.Message), MaxRowBytes = 2000 } };
            DamageRun.IsClean<BertMLNetException>(() => Read(options));
            Assert.All(bad, error => Assert.DoesNotContain('\n', error));
            Read(new PairFileOptions());

            void Read(PairFileOptions options)
            {
                using PairFile file = PairFile.Open(folder[name], options);
                foreach (PairExample example in file.Read())
                    Assert.InRange(example.Sentence1.Length + example.Sentence2?.Length ?? 0, 0, 2 * (good.Length + 100));
            }
        });
    }

    [Theory]
    [InlineData(Squad, false)]
    [InlineData(Squad, true)]
    [InlineData(QuestionLines, false)]
    public void Damaged_questions_end_in_a_clean_error(string text, bool compressed)
    {
        byte[] good = Encoding.UTF8.GetBytes(text);
        DamageRun.Of<BertMLNetException>((random, folder) =>
        {
            // Half of the compressed ones are damaged beneath the compression.
            bool beneath = !compressed || random.Next(2) == 0;
            byte[] bytes = beneath ? Mutation.Of(good, random) : good;
            if (compressed)
                bytes = Compress(bytes);
            File.WriteAllBytes(folder["questions.json"], beneath ? bytes : Mutation.Of(bytes, random));
            foreach (QuestionExample example in QuestionReader.Read(folder["questions.json"], new QuestionReaderOptions { FixOffsets = random.Next(2) == 0, RequireAnswers = random.Next(2) == 0 }))
            {
                // An answer's place is where its text stands.
                foreach (GoldAnswer answer in example.Answers ?? [])
                    Assert.True(answer.Start is not { } start || string.CompareOrdinal(example.Context, start, answer.Text, 0, answer.Text.Length) == 0);
            }
        });
    }

    [Fact]
    public void A_compressed_file_that_unpacks_without_end_takes_little_memory()
    {
        using var folder = new TemporaryFolder();
        using (var file = new GZipStream(File.Create(folder["bomb.json"]), CompressionLevel.Fastest))
        {
            file.Write("{\"data\":[{\"paragraphs\":[{\"context\":\""u8);
            byte[] block = new byte[1 << 20];
            Array.Fill(block, (byte)'a');
            for (int i = 0; i < 300; i++)
                file.Write(block);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        var options = new QuestionReaderOptions { MaxRecordBytes = 4 << 20 };
        Assert.Contains("one record takes more than", Assert.Throws<BertMLNetException>(() => QuestionReader.Read(folder["bomb.json"], options).Count()).Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Fastest))
            zip.Write(bytes);
        return memory.ToArray();
    }
}
