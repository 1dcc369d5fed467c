using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BertMLNet
{
    /// <summary>What <c>BertAnswerQuestion</c> reads, what it adds to the data, and how it answers.</summary>
    public sealed record BertAnswerQuestionOptions : BertScoringOptions
    {
        /// <summary>The questions' column.</summary>
        public string QuestionColumnName { get; init; } = "Question";

        /// <summary>The column of the passages that hold the answers; they may be of any length.</summary>
        public string ContextColumnName { get; init; } = "Context";

        /// <summary>The answers' column: text exactly as it stands in the passage, empty for no answer.</summary>
        public string AnswerColumnName { get; init; } = "Answer";

        /// <summary>The column of the answers' probabilities, a Single.</summary>
        public string ScoreColumnName { get; init; } = "Score";

        /// <summary>The column of the answer's first character in the passage, an Int32 in UTF-16 units; -1 for no answer.</summary>
        public string StartColumnName { get; init; } = "AnswerStart";

        /// <summary>The column of the character after the answer's last, an Int32 in UTF-16 units; -1 for no answer.</summary>
        public string EndColumnName { get; init; } = "AnswerEnd";

        /// <summary>
        /// The column of the candidates' texts, a vector of text with the most probable first; null for none. Each row's vector is as long
        /// as the row has candidates: <see cref="NBestSize"/>, fewer where the passage allows fewer answers, and none where the question or
        /// the passage is blank. Where questions may have no answer, "no answer" is a candidate, with an empty text.
        /// </summary>
        public string? NBestAnswerColumnName { get; init; }

        /// <summary>
        /// The column of the candidates' probabilities, a vector of Single as long as <see cref="NBestAnswerColumnName"/>'s; null for none.
        /// </summary>
        public string? NBestScoreColumnName { get; init; }

        /// <summary>
        /// The column of the candidates' first characters in the passage, a vector of Int32 as long as
        /// <see cref="NBestAnswerColumnName"/>'s, in UTF-16 units and -1 for "no answer"; null for none.
        /// </summary>
        public string? NBestStartColumnName { get; init; }

        /// <summary>
        /// The column of the characters after the candidates' last, a vector of Int32 as long as
        /// <see cref="NBestAnswerColumnName"/>'s, in UTF-16 units and -1 for "no answer"; null for none.
        /// </summary>
        public string? NBestEndColumnName { get; init; }

        /// <summary>The most candidates a row has; where it is null, as many as <see cref="Answering"/> says: 20 by default.</summary>
        public int? NBestSize { get; init; }

        /// <summary>How passages are cut into windows and answers read; as the model's configuration says where it is null.</summary>
        public QuestionAnsweringOptions? Answering { get; init; }

        internal override IReadOnlyList<string> InputColumns => [QuestionColumnName, ContextColumnName];

        internal override IEnumerable<DataViewSchema.DetachedColumn> Foretell() => Columns().Select(output => output.Column);

        internal override OpenModel Open()
        {
            // A number of candidates changes nothing else of what the options or the model's configuration say.
            QuestionAnsweringOptions? answering = NBestSize is { } size
                ? (Answering ?? ModelFolder.Open(ModelPath).LoadConfig().Answering ?? new()) with { NBestSize = size }
                : Answering;
            return new QuestionModel(this, QuestionAnswerer.Load(ModelPath, answering, Scoring));
        }

        /// <summary>The added columns.</summary>
        internal IReadOnlyList<OutputColumn<QuestionAnswer>> Columns()
        {
            var text = TextDataViewType.Instance;
            NumberDataViewType single = NumberDataViewType.Single, int32 = NumberDataViewType.Int32;
            List<OutputColumn<QuestionAnswer>> columns =
            [
                OutputColumn<QuestionAnswer>.Value(AnswerColumnName, SavedAnswer.AnswerColumn, text, row => row.Text.AsMemory()),
                OutputColumn<QuestionAnswer>.Value(ScoreColumnName, SavedAnswer.ScoreColumn, single, row => (float)row.Score),
                OutputColumn<QuestionAnswer>.Value(StartColumnName, SavedAnswer.StartColumn, int32, row => SavedAnswer.Place(row.Start)),
                OutputColumn<QuestionAnswer>.Value(EndColumnName, SavedAnswer.EndColumn, int32, row => SavedAnswer.Place(row.End)),
            ];
            AddCandidates(NBestAnswerColumnName, SavedAnswer.NBestAnswerColumn, text, candidate => candidate.Text.AsMemory());
            AddCandidates(NBestScoreColumnName, SavedAnswer.NBestScoreColumn, single, candidate => (float)candidate.Score);
            AddCandidates(NBestStartColumnName, SavedAnswer.NBestStartColumn, int32, candidate => SavedAnswer.Place(candidate.Start));
            AddCandidates(NBestEndColumnName, SavedAnswer.NBestEndColumn, int32, candidate => SavedAnswer.Place(candidate.End));
            return columns;

            // A slot a candidate; passages differ in how many they have.
            void AddCandidates<T>(string? name, string savedAs, PrimitiveDataViewType type, Func<AnswerCandidate, T> read)
            {
                if (name is not null)
                {
                    columns.Add(OutputColumn<QuestionAnswer>.Vector(
                        name, savedAs, new VectorDataViewType(type), row => row.NBest.Count, (row, i) => read(row.NBest[i])));
                }
            }
        }
    }

    /// <summary>An open answerer: a question and a passage in, the answer, its score and its place out.</summary>
    internal sealed class QuestionModel(BertAnswerQuestionOptions options, QuestionAnswerer answerer)
        : OpenModel<QuestionAnswer>(options.Columns())
    {
        public override IEnumerable<QuestionAnswer> ScoreStream(IEnumerable<TextPair> rows) => answerer.AnswerStream(rows.Select(Question));

        public override QuestionAnswer Score(TextPair row) => answerer.Answer(Question(row));

        public override void Dispose() => answerer.Dispose();

        public override ITransformer ToBuiltIn() =>
            SavedChain.Build(options, Outputs, new SavedAnswerMapping(), SavedAnswerMapping.Contract);

        private static QuestionInput Question(TextPair row) => new(row.First, row.Second.GetValueOrDefault());
    }

    /// <summary>What the custom mapping of a saved question answering transformer writes.</summary>
    internal sealed class SavedAnswer
    {
        internal const string AnswerColumn = "__bertmlnet_answer";
        internal const string ScoreColumn = "__bertmlnet_answer_score";
        internal const string StartColumn = "__bertmlnet_answer_start";
        internal const string EndColumn = "__bertmlnet_answer_end";
        internal const string NBestAnswerColumn = "__bertmlnet_n_best_answer";
        internal const string NBestScoreColumn = "__bertmlnet_n_best_score";
        internal const string NBestStartColumn = "__bertmlnet_n_best_start";
        internal const string NBestEndColumn = "__bertmlnet_n_best_end";

        /// <summary>What stands for a place where there is no answer: data views have no null.</summary>
        private const int NoPlace = -1;

        [ColumnName(AnswerColumn)]
        public string Answer { get; set; } = "";

        [ColumnName(ScoreColumn)]
        public float Score { get; set; }

        [ColumnName(StartColumn)]
        public int Start { get; set; }

        [ColumnName(EndColumn)]
        public int End { get; set; }

        [ColumnName(NBestAnswerColumn)]
        [VectorType]
        public string[] NBestAnswer { get; set; } = [];

        [ColumnName(NBestScoreColumn)]
        [VectorType]
        public float[] NBestScore { get; set; } = [];

        [ColumnName(NBestStartColumn)]
        [VectorType]
        public int[] NBestStart { get; set; } = [];

        [ColumnName(NBestEndColumn)]
        [VectorType]
        public int[] NBestEnd { get; set; } = [];

        internal static int Place(int? place) => place ?? NoPlace;
    }

    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class SavedAnswerMapping : SavedMapping<QuestionAnswer, SavedAnswer>
    {
        internal const string Contract = "BertMLNet.AnswerQuestion.v1";

        protected override void Write(OpenModel<QuestionAnswer> model, QuestionAnswer result, SavedAnswer output)
        {
            output.Answer = result.Text;
            output.Score = (float)result.Score;
            output.Start = SavedAnswer.Place(result.Start);
            output.End = SavedAnswer.Place(result.End);
            output.NBestAnswer = [.. result.NBest.Select(candidate => candidate.Text)];
            output.NBestScore = [.. result.NBest.Select(candidate => (float)candidate.Score)];
            output.NBestStart = [.. result.NBest.Select(candidate => SavedAnswer.Place(candidate.Start))];
            output.NBestEnd = [.. result.NBest.Select(candidate => SavedAnswer.Place(candidate.End))];
        }
    }
}

namespace Microsoft.ML
{
    using BertMLNet;

    /// <summary>Extractive question answering in a pipeline.</summary>
    public static class BertAnswerCatalog
    {
        /// <summary>
        /// Answers questions from passages with a fine-tuned BERT: adds the answer as it stands in the passage, its
        /// probability, and where it starts and ends.
        /// </summary>
        /// <param name="catalog">The transforms catalog.</param>
        /// <param name="modelPath">The model folder.</param>
        /// <param name="questionColumnName">The questions' column.</param>
        /// <param name="contextColumnName">The passages' column.</param>
        /// <param name="answerColumnName">The answers' column.</param>
        /// <param name="scoreColumnName">The probabilities' column.</param>
        /// <param name="nBest">
        /// Also adds the most probable candidates, at most so many, as vectors with the best first: <c>NBestAnswer</c>,
        /// <c>NBestScore</c>, <c>NBestStart</c> and <c>NBestEnd</c>. For other names, or some of them only, use
        /// <see cref="BertAnswerQuestionOptions"/>. None where it is null.
        /// </param>
        /// <param name="gpuDeviceId">The GPU to score on; the CPU where it is null.</param>
        /// <param name="fallbackToCpu">Scores on the CPU where the GPU cannot be used.</param>
        public static BertEstimator BertAnswerQuestion(
            this TransformsCatalog catalog,
            string modelPath,
            string questionColumnName = "Question",
            string contextColumnName = "Context",
            string answerColumnName = "Answer",
            string scoreColumnName = "Score",
            int? nBest = null,
            int? gpuDeviceId = null,
            bool fallbackToCpu = false) =>
            catalog.BertAnswerQuestion(new BertAnswerQuestionOptions
            {
                ModelPath = modelPath,
                QuestionColumnName = questionColumnName,
                ContextColumnName = contextColumnName,
                AnswerColumnName = answerColumnName,
                ScoreColumnName = scoreColumnName,
                NBestAnswerColumnName = nBest is null ? null : "NBestAnswer",
                NBestScoreColumnName = nBest is null ? null : "NBestScore",
                NBestStartColumnName = nBest is null ? null : "NBestStart",
                NBestEndColumnName = nBest is null ? null : "NBestEnd",
                NBestSize = nBest,
                Scoring = new ScoringOptions { GpuDeviceId = gpuDeviceId, FallbackToCpu = fallbackToCpu },
            });

        /// <summary>Answers questions from passages with a fine-tuned BERT.</summary>
        public static BertEstimator BertAnswerQuestion(this TransformsCatalog catalog, BertAnswerQuestionOptions options)
        {
            ArgumentNullException.ThrowIfNull(catalog);
            return new BertEstimator(options);
        }

        /// <summary>Answers questions with the context's GPU settings and log where the options have none.</summary>
        public static BertEstimator BertAnswerQuestion(this MLContext context, BertAnswerQuestionOptions options) =>
            context.Estimator(options, nameof(BertAnswerQuestion));
    }
}
