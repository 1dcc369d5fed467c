using System.Text.Json;
using BertMLNet.TestKit;

namespace BertMLNet.Tokenization.Tests;

public sealed class PublishedCasesTests
{
    [Fact]
    public void Cases_of_other_projects_tests_come_out_as_published()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("fixtures", "tokenization", "published-cases.json")));
        int checkedCases = 0;
        foreach (var item in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            switch (item.GetProperty("kind").GetString())
            {
                case "basic":
                    CheckWords(item);
                    break;
                case "full" or "wordpiece":
                    CheckTokens(item);
                    break;
                case "offsets":
                    CheckOffsets(item);
                    break;
                case "encode":
                    Assert.Equal(Numbers(item.GetProperty("expected_ids")), Tokenizer(item).Encode(Input(item)).Ids);
                    break;
                case "decode":
                    Assert.StartsWith(
                        item.GetProperty("expected_prefix").GetString(),
                        Tokenizer(item).Decode(Numbers(item.GetProperty("ids"))),
                        StringComparison.Ordinal);
                    break;
                case "is_whitespace":
                    CheckTrait(item, CharacterTraits.Space);
                    break;
                case "is_control":
                    CheckTrait(item, CharacterTraits.Control);
                    break;
                case "is_punctuation":
                    CheckTrait(item, CharacterTraits.Punctuation);
                    break;
                case var kind:
                    Assert.Fail($"the case is of the unknown kind '{kind}'");
                    break;
            }
            checkedCases++;
        }
        Assert.Equal(47, checkedCases);
    }

    private static void CheckWords(JsonElement item)
    {
        // With every word in the vocabulary, tokens are words; what must not be split ([UNK]) is a special token.
        string[] expected = Texts(item.GetProperty("expected"));
        string[] special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]"];
        var tokenizer = new WordPieceTokenizer(new Vocabulary(expected.Union(special, StringComparer.Ordinal)), Normalizer(item));
        Assert.Equal(expected, tokenizer.EncodeToTokens(Input(item), out _).Select(token => token.Value));
    }

    private static void CheckTokens(JsonElement item)
    {
        var tokenizer = Tokenizer(item);
        var tokens = tokenizer.EncodeToTokens(Input(item), out _);
        Assert.Equal(Texts(item.GetProperty("expected")), tokens.Select(token => token.Value));
        if (item.TryGetProperty("ids", out var ids))
            Assert.Equal(Numbers(ids), tokens.Select(token => token.Id));
    }

    private static void CheckOffsets(JsonElement item)
    {
        var tokenizer = Tokenizer(item);
        var encoding = tokenizer.Encode(Input(item));
        Assert.Equal(Texts(item.GetProperty("expected")), encoding.Ids.Select(id => tokenizer.Vocabulary[id]));
        Assert.Equal(
            item.GetProperty("offsets").EnumerateArray().Select(pair => new TokenOffset(pair[0].GetInt32(), pair[1].GetInt32())), encoding.Offsets);
    }

    private static void CheckTrait(JsonElement item, CharacterTraits trait)
    {
        Assert.All(Texts(item.GetProperty("true")), text => Assert.True(Characters.TraitsOf(text[0]).HasAny(trait), text));
        Assert.All(Texts(item.GetProperty("false")), text => Assert.False(Characters.TraitsOf(text[0]).HasAny(trait), text));
    }

    private static WordPieceTokenizer Tokenizer(JsonElement item)
    {
        if (!item.TryGetProperty("vocab", out var list))
            return WordPieceTokenizer.LoadVocabulary(SharedData.PathOf("vocab", item.GetProperty("vocab_file").GetString()!, "vocab.txt"), Normalizer(item));
        string[] tokens = Texts(list);
        string[] special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]"];
        return new WordPieceTokenizer(new Vocabulary(tokens.Concat(special.Except(tokens, StringComparer.Ordinal))), Normalizer(item));
    }

    private static BertNormalizer Normalizer(JsonElement item) => new()
    {
        Lowercase = !item.TryGetProperty("lower", out var lower) || lower.GetBoolean(),
        StripAccents = item.TryGetProperty("strip_accents", out var strip) ? strip.GetBoolean() : null,
    };

    private static string Input(JsonElement item) => item.GetProperty("input").GetString()!;

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];

    private static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt32())];
}
