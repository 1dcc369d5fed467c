using BertMLNet.Tokenization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BertMLNet.Tests;

public sealed class BertTokenizeTests
{
    [Fact]
    public void Vectors_hold_the_tokenizers_own_encoding()
    {
        using var scenario = new Scenario(30);
        var tokenizer = WordPieceTokenizer.Load(scenario.Model.Path);
        using BertTransformer transformer = scenario.Context.Transforms.BertTokenize(scenario.Model.Path, maxLength: 16).Fit(scenario.Data);
        IDataView tokens = transformer.Transform(scenario.Data);

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Int64), tokens.Schema["input_ids"].Type);
        long[][] ids = [.. tokens.GetColumn<long[]>("input_ids")];
        long[][] mask = [.. tokens.GetColumn<long[]>("attention_mask")];
        long[][] types = [.. tokens.GetColumn<long[]>("token_type_ids")];
        for (int i = 0; i < scenario.Rows.Length; i++)
        {
            Encoding expected = tokenizer.Encode(
                scenario.Rows[i].Sentence1!, scenario.Rows[i].Sentence2, new EncodeOptions { MaxLength = 16 });
            Assert.Equal(expected.Ids.Select(id => (long)id), ids[i]);
            Assert.Equal(expected.TypeIds.Select(id => (long)id), types[i]);
            Assert.Equal(Enumerable.Repeat(1L, expected.Count), mask[i]);
        }
        Assert.Contains(ids, row => row.Length == 16);
    }

    [Fact]
    public void A_saved_tokenizer_gives_the_same_tokens()
    {
        using var scenario = new Scenario(10);
        using BertTransformer transformer =
            scenario.Context.Transforms.BertTokenize(scenario.Model.Path, sentence2ColumnName: null).Fit(scenario.Data);
        using var file = new MemoryStream();
        scenario.Context.Model.Save(transformer, scenario.Data.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        foreach (string column in (string[])["input_ids", "attention_mask", "token_type_ids"])
            Assert.Equal(
                transformer.Transform(scenario.Data).GetColumn<long[]>(column), loaded.Transform(scenario.Data).GetColumn<long[]>(column));
    }
}
