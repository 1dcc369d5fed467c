using System.Numerics.Tensors;

namespace BertMLNet.Scoring;

/// <summary>
/// How a word's label comes of its tokens' logits. The names are those of Hugging Face's pipeline for token classification.
/// </summary>
public enum EntityAggregation
{
    /// <summary>Its first token's most probable label, as in training.</summary>
    First,

    /// <summary>That of the token whose most probable label is the most probable.</summary>
    Max,

    /// <summary>The label with the highest mean of the tokens' probabilities.</summary>
    Average,
}

/// <summary>
/// A label of a token classifier: <c>O</c>, or a type with what place in an entity the word has: <c>B-</c> begins one, <c>I-</c> goes on
/// with one, <c>E-</c> (or <c>L-</c>) ends one, <c>S-</c> (or <c>U-</c>) is one. A type by itself is read as one with <c>I-</c>.
/// </summary>
/// <param name="Place">One of B, I, E, S; O outside of entities.</param>
/// <param name="Type">The entity's type; empty outside.</param>
internal readonly record struct EntityTag(char Place, string Type)
{
    public const string OutsideLabel = "O";

    /// <summary>Outside of entities.</summary>
    public static EntityTag Outside { get; } = new('O', "");

    /// <summary>Whether the word belongs to an entity.</summary>
    public bool IsInside => Place != 'O';

    public static EntityTag Parse(string label) => label switch
    {
        OutsideLabel => Outside,
        ['B' or 'I' or 'E' or 'S', '-', _, ..] => new(label[0], label[2..]),
        ['L', '-', _, ..] => new('E', label[2..]),
        ['U', '-', _, ..] => new('S', label[2..]),
        _ => new('I', label),
    };

    /// <summary>
    /// Whether the word goes on with the entity of the word before it. All else that is inside begins one, whatever it says: so a
    /// sequence that no entities make is repaired, as seqeval does in its default mode.
    /// </summary>
    public bool Continues(EntityTag before) => Place is 'I' or 'E' && before.Place is 'B' or 'I' && Type == before.Type;
}

/// <summary>What was decided of a word.</summary>
/// <param name="Label">The label's index.</param>
/// <param name="Score">Its probability.</param>
internal readonly record struct WordLabel(int Label, double Score);

/// <summary>Reads entities from a token classifier's logits. Any number of threads may use one.</summary>
internal sealed class EntityDecoder(IReadOnlyList<string> labels, EntityAggregation aggregation)
{
    private readonly EntityTag[] _tags = [.. labels.Select(EntityTag.Parse)];

    public int LabelCount => _tags.Length;

    /// <summary>The types of entities that the labels tell, in the labels' order.</summary>
    public IReadOnlyList<string> Types { get; } =
        [.. labels.Select(EntityTag.Parse).Where(tag => tag.IsInside).Select(tag => tag.Type).Distinct()];

    /// <summary>Decides the words of a window.</summary>
    /// <param name="text">The text.</param>
    /// <param name="window">The window.</param>
    /// <param name="logits">Those of the window's sequence, [tokens, labels].</param>
    /// <param name="decided">A place a word of the text.</param>
    public void Decide(EncodedText text, int window, ReadOnlySpan<float> logits, Span<WordLabel> decided)
    {
        (int first, int end) = text.WordsOf(window);
        for (int word = first; word < end; word++)
        {
            (int token, int last) = text.PlacesOf(word, window);
            decided[word] = Decide(logits[(token * LabelCount)..(last * LabelCount)]);
        }
    }

    /// <summary>Decides a word by the logits of its tokens, [tokens, labels].</summary>
    public WordLabel Decide(ReadOnlySpan<float> logits)
    {
        switch (aggregation)
        {
            case EntityAggregation.Average:
                double[] sums = new double[LabelCount];
                for (int i = 0; i < logits.Length; i += LabelCount)
                    AddProbabilities(logits.Slice(i, LabelCount), sums);
                int highest = TensorPrimitives.IndexOfMax<double>(sums);
                return new(highest, sums[highest] / (logits.Length / LabelCount));
            case EntityAggregation.Max:
                var best = new WordLabel(0, double.NegativeInfinity);
                for (int i = 0; i < logits.Length; i += LabelCount)
                {
                    WordLabel here = MostProbable(logits.Slice(i, LabelCount));
                    best = here.Score > best.Score ? here : best;
                }
                return best;
            default:
                return MostProbable(logits[..LabelCount]);
        }
    }

    /// <summary>Joins the words of each entity.</summary>
    /// <param name="text">The text.</param>
    /// <param name="words">Its words.</param>
    /// <param name="decided">What was decided of them.</param>
    public IReadOnlyList<RecognizedEntity> Read(ReadOnlySpan<char> text, IReadOnlyList<TextWord> words, ReadOnlySpan<WordLabel> decided)
    {
        var entities = new List<RecognizedEntity>();
        for (int first = 0, end; first < decided.Length; first = end)
        {
            end = first + 1;
            EntityTag tag = _tags[decided[first].Label];
            if (!tag.IsInside)
                continue;
            double score = decided[first].Score;
            for (EntityTag before = tag, next; end < decided.Length && (next = _tags[decided[end].Label]).Continues(before); before = next)
                score += decided[end++].Score;
            (int from, int to) = (words[first].Start, words[end - 1].End);
            entities.Add(new(tag.Type, text[from..to].ToString(), from, to, score / (end - first)));
        }
        return entities;
    }

    private static WordLabel MostProbable(ReadOnlySpan<float> logits)
    {
        int best = TensorPrimitives.IndexOfMax(logits);
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp((double)logit - logits[best]);
        return new(best, 1 / sum);
    }

    private static void AddProbabilities(ReadOnlySpan<float> logits, double[] sums)
    {
        float largest = TensorPrimitives.Max(logits);
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp((double)logit - largest);
        for (int i = 0; i < logits.Length; i++)
            sums[i] += Math.Exp((double)logits[i] - largest) / sum;
    }
}
