using System.Globalization;
using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Tokenization;
using Microsoft.Extensions.Logging;

namespace BertMLNet.Training;

/// <summary>Makes ready what fine-tuning for the classification of sentence pairs or single sentences needs.</summary>
internal static class PairFineTuner
{
    private const int UsualMaxLength = 128;

    /// <summary>Loads the model and the data.</summary>
    /// <exception cref="BertMLNetException">An option, the model or the data is wrong.</exception>
    /// <exception cref="BertMLNetException">The model's tokenizer is missing or damaged.</exception>
    public static PreparedRun Prepare(PairFineTuningOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        options.Optimization.Validate();
        (ModelFolder folder, BertConfig config) = StartingModel.Open(options.ModelPath, options.OutputPath);
        int maxLength = options.MaxLength ?? Math.Min(UsualMaxLength, config.MaxPositionEmbeddings);
        if (maxLength < ClassificationSettings.ShortestLength || maxLength > config.MaxPositionEmbeddings)
        {
            throw new BertMLNetException(
                $"option max-length: {maxLength} is out of range; expected {ClassificationSettings.ShortestLength} to the model's max_position_embeddings of {config.MaxPositionEmbeddings}.");
        }
        if (options.Validation is null)
            TrainingOptions.CheckValidationFraction(options.ValidationFraction);
        WordPieceTokenizer tokenizer = folder.LoadTokenizer(config);
        PairEncoder encode = PairEncoders.For(tokenizer, maxLength);
        bool orderKnown = false;
        bool? pairs = null;
        LabelledPairs training = Read(options.Training, labels: null);
        if (!orderKnown && training.Labels.Count == config.NumLabels && training.Labels.ToHashSet().SetEquals(config.Labels))
            training = training.WithLabelOrder(config.Labels);
        training = Weigh(training, options);
        LabelledPairs validation;
        if (options.Validation is not null)
            validation = Read(options.Validation, training.Labels);
        else
            (training, validation) = training.Split(options.ValidationFraction, options.Optimization.Seed);

        config = config with
        {
            Labels = training.Labels,
            Classification = new ClassificationSettings { MaxLength = maxLength, SentencePairs = pairs },
        };
        return new PreparedRun
        {
            Parameters = StartingModel.LoadParameters(
                options.ModelPath, config, Heads.Classes, options.FromScratch, options.Optimization.Seed, logger, cancellationToken),
            Tokenizer = tokenizer,
            Task = new TrainingTask(Heads.Classes, training, validation)
            {
                Settings = new Dictionary<string, string>
                {
                    ["max-length"] = TrainingOptions.Text(maxLength),
                    ["metric"] = options.Metric,
                    ["labels"] = string.Join(", ", training.Labels),
                    ["from-scratch"] = options.FromScratch.ToString(),
                },
            },
            Training = options.Optimization,
            Describe = engine => [WorstPairErrors.List(engine, validation, options.Optimization.MicroBatchTokens, options.Validation ?? options.Training, cancellationToken)],
        };

        LabelledPairs Read(Func<IPairSource> open, IReadOnlyList<string>? labels)
        {
            using IPairSource source = open();
            orderKnown |= source.KnownLabels is not null;
            if ((pairs ??= source.HasPairs) != source.HasPairs)
            {
                throw new BertMLNetException(
                    $"{source.Name}: rows have {(source.HasPairs ? "a" : "no")} second sentence, unlike the training data; name the columns of both (options sentence1 and sentence2).");
            }
            if (source.HasPairs && config.TypeVocabSize < 2)
            {
                throw new BertMLNetException(
                    $"{folder.ConfigPath}: \"type_vocab_size\" is {config.TypeVocabSize}, so the model takes single texts; {source.Name} has pairs, take a model for those.");
            }
            return PairFeaturesBuilder.Build(source, encode, labels, options.Metric, cancellationToken);
        }
    }

    private static LabelledPairs Weigh(LabelledPairs features, PairFineTuningOptions options)
    {
        if (options.BalanceClasses)
            return features.WithBalancedClassWeights();
        foreach ((string label, float weight) in options.ClassWeights)
        {
            if (!features.Labels.Contains(label))
                throw new BertMLNetException($"class weights: there is no class '{label}'; expected {string.Join(", ", features.Labels.Select(known => $"'{known}'"))}.");
            if (!(weight > 0 && float.IsFinite(weight)))
                throw new BertMLNetException($"class weights: {weight.ToString(CultureInfo.InvariantCulture)} for '{label}' is out of range; expected above 0.");
        }
        return features.WithClassWeights([.. features.Labels.Select(label => options.ClassWeights.GetValueOrDefault(label, 1f))]);
    }
}
