using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace BertMLNet;

/// <summary>The contract by which <c>mlContext.Model.Load</c> finds tokenization again.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class BertTokenizeMapping : CustomMappingFactory<BertTextInput, BertTokenizeOutput>
{
    internal const string Contract = "BertMLNet.Tokenize.v1";

    /// <inheritdoc/>
    public override Action<BertTextInput, BertTokenizeOutput> GetMapping()
    {
        var scorers = new ScorersByState<TokenScoring>(Open);
        return (input, output) => Map(scorers.Of(input.State), input, output);
    }

    /// <summary>The built-in chain that does what a transformer with these options does.</summary>
    internal static ITransformer Save(BertTokenizeOptions options) => SavedChain.Build(
        TokenColumns.Inputs(options),
        new SavedState<BertTokenizeOptions>(ModelReference.ToTokenizer(options.ModelPath), options),
        transforms => transforms.CustomMapping(new BertTokenizeMapping().GetMapping(), Contract),
        [
            (options.InputIdsColumnName, BertTokenizeOutput.IdsColumn),
            (options.AttentionMaskColumnName, BertTokenizeOutput.MaskColumn),
            (options.TokenTypeIdsColumnName, BertTokenizeOutput.TypeIdsColumn),
        ],
        [BertTokenizeOutput.IdsColumn, BertTokenizeOutput.MaskColumn, BertTokenizeOutput.TypeIdsColumn]);

    private static TokenScoring Open(string column)
    {
        var state = SavedChain.ReadState<SavedState<BertTokenizeOptions>>(column);
        ModelFolder folder = ModelFolder.Open(state.Model.Resolve());
        return new TokenScoring(new PairTokenizer(folder, state.Options.MaxLength, state.Options.Truncation), state.Options);
    }

    private static void Map(TokenScoring scorer, BertTextInput input, BertTokenizeOutput output)
    {
        TokenSequence tokens = scorer.Score(input);
        output.Ids = [.. tokens.Ids.ToArray().Select(id => (long)id)];
        output.Mask = [.. Enumerable.Repeat(1L, output.Ids.Length)];
        output.TypeIds = [.. tokens.TypeIds.ToArray().Select(id => (long)id)];
    }
}
