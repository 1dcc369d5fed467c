using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BertMLNet
{
    /// <summary>What <c>BertTokenize</c> reads and adds to the data.</summary>
    public sealed record BertTokenizeOptions : BertOptions
    {
        /// <summary>The first text's column.</summary>
        public string Sentence1ColumnName { get; init; } = "Sentence1";

        /// <summary>The second text's column; null where single texts are tokenized.</summary>
        public string? Sentence2ColumnName { get; init; } = "Sentence2";

        /// <summary>The token ids' column; it and the next two are vectors of Int64, as long as the row has tokens.</summary>
        public string InputIdsColumnName { get; init; } = "input_ids";

        /// <summary>The attention mask's column: a 1 a token.</summary>
        public string AttentionMaskColumnName { get; init; } = "attention_mask";

        /// <summary>The type ids' column: 0 for [CLS], the first text and its [SEP], 1 for the second and its [SEP].</summary>
        public string TokenTypeIdsColumnName { get; init; } = "token_type_ids";

        /// <summary>
        /// The longest sequence in tokens, special tokens included; where it is null, what the model was trained with, or else the
        /// most it can take.
        /// </summary>
        public int? MaxLength { get; init; }

        /// <summary>Which text gives up tokens where a pair is too long.</summary>
        public TruncationStrategy Truncation { get; init; } = TruncationStrategy.LongestFirst;

        internal override IReadOnlyList<string> InputColumns => TextColumns.Names(Sentence1ColumnName, Sentence2ColumnName);

        internal override IEnumerable<DataViewSchema.DetachedColumn> Foretell() => Columns().Select(output => output.Column);

        internal override OpenModel Open() =>
            new TokenModel(this, new PairTokenizer(ModelFolder.Open(ModelPath), MaxLength, Truncation));

        /// <summary>The added columns.</summary>
        internal IReadOnlyList<OutputColumn<TokenSequence>> Columns() =>
        [
            Vector(InputIdsColumnName, SavedTokens.IdsColumn, (row, i) => row.Ids.Span[i]),
            Vector(AttentionMaskColumnName, SavedTokens.MaskColumn, (_, _) => 1),
            Vector(TokenTypeIdsColumnName, SavedTokens.TypeIdsColumn, (row, i) => row.TypeIds.Span[i]),
        ];

        private static OutputColumn<TokenSequence> Vector(string name, string savedAs, Func<TokenSequence, int, long> read) =>
            OutputColumn<TokenSequence>.Vector(
                name, savedAs, new VectorDataViewType(NumberDataViewType.Int64), row => row.Ids.Length, read);
    }

    /// <summary>A row's tokens as a graph takes them: ids, and as many type ids.</summary>
    internal readonly record struct TokenSequence(ReadOnlyMemory<int> Ids, ReadOnlyMemory<byte> TypeIds);

    /// <summary>A tokenizer: two text columns or one in, the graph's three inputs out. Rows do not wait for one another.</summary>
    internal sealed class TokenModel(BertTokenizeOptions options, PairTokenizer tokenizer) : OpenModel<TokenSequence>(options.Columns())
    {
        public override IEnumerable<TokenSequence> ScoreStream(IEnumerable<TextPair> rows) => rows.Select(Score);

        public override TokenSequence Score(TextPair row)
        {
            int[] ids = new int[tokenizer.MaxLength];
            byte[] typeIds = new byte[tokenizer.MaxLength];
            int count = tokenizer.Encode(row, ids, typeIds);
            return new(ids.AsMemory(0, count), typeIds.AsMemory(0, count));
        }

        public override ITransformer ToBuiltIn() =>
            SavedChain.Build(options, Outputs, new SavedTokensMapping(), SavedTokensMapping.Contract);
    }

    /// <summary>What the custom mapping of a saved tokenizing transformer writes.</summary>
    internal sealed class SavedTokens
    {
        internal const string IdsColumn = "__bertmlnet_ids";
        internal const string MaskColumn = "__bertmlnet_mask";
        internal const string TypeIdsColumn = "__bertmlnet_type_ids";

        [ColumnName(IdsColumn)]
        [VectorType]
        public long[] Ids { get; set; } = [];

        [ColumnName(MaskColumn)]
        [VectorType]
        public long[] Mask { get; set; } = [];

        [ColumnName(TypeIdsColumn)]
        [VectorType]
        public long[] TypeIds { get; set; } = [];
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class SavedTokensMapping : SavedMapping<TokenSequence, SavedTokens>
    {
        internal const string Contract = "BertMLNet.Tokenize.v1";

        protected override void Write(OpenModel<TokenSequence> model, TokenSequence result, SavedTokens output)
        {
            output.Ids = [.. result.Ids.ToArray().Select(id => (long)id)];
            output.Mask = [.. Enumerable.Repeat(1L, output.Ids.Length)];
            output.TypeIds = [.. result.TypeIds.ToArray().Select(id => (long)id)];
        }
    }
}

namespace Microsoft.ML
{
    using BertMLNet;

    /// <summary>BERT's tokenization in a pipeline.</summary>
    public static class BertTokenizeCatalog
    {
        /// <summary>
        /// Tokenizes texts as BERT does: adds <c>input_ids</c>, <c>attention_mask</c> and <c>token_type_ids</c>, vectors of
        /// Int64 as long as the row has tokens, which <c>ApplyOnnxModel</c> takes for an exported graph.
        /// </summary>
        /// <param name="catalog">The transforms catalog.</param>
        /// <param name="modelPath">The model folder, for its vocabulary and its longest sequence.</param>
        /// <param name="sentence1ColumnName">The first text's column.</param>
        /// <param name="sentence2ColumnName">The second text's column; null to tokenize single texts.</param>
        /// <param name="maxLength">The longest sequence in tokens; the model's own limit where it is null.</param>
        public static BertEstimator BertTokenize(
            this TransformsCatalog catalog,
            string modelPath,
            string sentence1ColumnName = "Sentence1",
            string? sentence2ColumnName = "Sentence2",
            int? maxLength = null) =>
            catalog.BertTokenize(new BertTokenizeOptions
            {
                ModelPath = modelPath,
                Sentence1ColumnName = sentence1ColumnName,
                Sentence2ColumnName = sentence2ColumnName,
                MaxLength = maxLength,
            });

        /// <summary>Tokenizes texts as BERT does.</summary>
        public static BertEstimator BertTokenize(this TransformsCatalog catalog, BertTokenizeOptions options)
        {
            ArgumentNullException.ThrowIfNull(catalog);
            return new BertEstimator(options);
        }
    }
}
