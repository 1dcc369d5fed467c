using BertMLNet.Modeling;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>Rows that would be scored as something else than they are: refused, or scored as what they are.</summary>
public sealed class ScoreInputTests(TinyModel model) : IDisposable
{
    private const string Pair = "{\"sentence1\":\"a\",\"sentence2\":\"b\"}\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("score", "--input")]
    [InlineData("evaluate", "--data")]
    public async Task A_model_of_pairs_refuses_single_sentences(string command, string option)
    {
        string data = Write("single.tsv", "sentence1\tlabel\na\tequivalent\n");
        await CliRun.Fails([command, "--model", model.Path, option, data], "single.tsv", "no second sentence", "trained on pairs");
    }

    [Fact]
    public async Task A_model_of_single_sentences_refuses_pairs()
    {
        var folder = new ModelFolder(TinyModel.Copy(model.Path, _folder["model"]));
        BertConfig config = folder.LoadConfig();
        Assert.True(config.Classification!.SentencePairs);
        (config with { Classification = new() { SentencePairs = false } }).Save(folder.ConfigPath, Heads.Classes);
        await CliRun.Fails(["score", "--model", folder.FolderPath, "--input", model.Pairs], "pairs.tsv", "single sentences");
        await CliRun.Fails(["export", "--model", folder.FolderPath, "--embed-tokenizer"], "single texts");
    }

    [Theory]
    [InlineData("rows.csv", "sentence1, sentence2\na, b\n", "' sentence2'")]
    [InlineData("rows.tsv", "sentence1\tSentence2\na\tb\n", "'Sentence2'")]
    [InlineData("rows.jsonl", "{\"sentence1\":\"a\",\"SENTENCE2\":\"b\"}\n", "'SENTENCE2'")]
    public async Task A_second_sentence_is_not_lost_to_its_columns_spelling(string name, string text, string column) =>
        await CliRun.Fails(["score", "--model", model.Path, "--input", Write(name, text)], name, "line 1", column, "'sentence2'");

    [Theory]
    [InlineData("--sentence1", "sentence2")]
    [InlineData("--sentence2", "sentence1")]
    public async Task One_column_is_not_both_sentences(string option, string column) =>
        await CliRun.Fails(["score", "--model", model.Path, "--input", model.Pairs, option, column], $"'{column}' is asked for twice");

    [Fact]
    public async Task No_rows_on_standard_input_give_none()
    {
        foreach (string nothing in new[] { "", "\n\n" })
        {
            CliRun run = await CliRun.WithInput(nothing, "score", "--model", model.Path, "--input", "-");
            Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Error));
        }
    }

    [Fact]
    public async Task Rows_that_are_passed_over_are_counted_and_an_older_list_of_them_goes()
    {
        string input = Write("rows.jsonl", Pair + "{}\n" + Pair);
        string[] score = ["score", "--model", model.Path, "--input", input, "--output", _folder["scores.jsonl"]];
        CliRun run = await CliRun.Succeeds([.. score, "--on-error", "skip"]);
        Assert.Contains("warning: 1 rows could not be scored", run.Error);
        Assert.True(File.Exists(_folder["scores.jsonl.errors.txt"]));

        Write("rows.jsonl", Pair);
        await CliRun.Succeeds(score);
        Assert.False(File.Exists(_folder["scores.jsonl.errors.txt"]));
    }

    [Fact]
    public async Task A_text_may_begin_with_an_at_sign()
    {
        string vocabulary = new ModelFolder(model.Path).VocabularyPath;
        CliRun run = await CliRun.Succeeds("tokenize", "--vocab", vocabulary, "@nobody hello");
        Assert.Contains("[CLS]", run.Output);
    }

    [Fact]
    public async Task A_model_is_evaluated_at_the_length_it_was_trained_with()
    {
        string output = _folder["short"];
        await CliRun.Succeeds([.. model.TrainArguments, "--validation", model.Pairs, "--max-length", "6", "--output", output]);
        Assert.Equal(6, new ModelFolder(output).LoadConfig().LongestClassified);
        CliRun asTrained = await CliRun.Succeeds("evaluate", "--model", output, "--data", model.Pairs, "--json");
        CliRun explicitly = await CliRun.Succeeds("evaluate", "--model", output, "--data", model.Pairs, "--json", "--max-length", "6");
        CliRun longer = await CliRun.Succeeds("score", "--model", output, "--input", model.Pairs, "--max-length", "64");
        CliRun shorter = await CliRun.Succeeds("score", "--model", output, "--input", model.Pairs);
        Assert.Equal(explicitly.Output, asTrained.Output);
        Assert.NotEqual(longer.Output, shorter.Output);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }
}
