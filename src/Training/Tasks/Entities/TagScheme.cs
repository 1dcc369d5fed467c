using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>How tags say where entities begin and end. <c>O</c> is outside of them in all.</summary>
public enum TagScheme
{
    /// <summary><c>B-</c> begins every entity and <c>I-</c> goes on with it.</summary>
    Iob2,

    /// <summary><c>I-</c> is inside of an entity, and <c>B-</c> begins one behind another of its type.</summary>
    Iob1,

    /// <summary>
    /// <c>B-</c> begins, <c>I-</c> goes on, <c>E-</c> ends and <c>S-</c> is an entity; read with <c>L-</c> and <c>U-</c>, too.
    /// </summary>
    Iobes,

    /// <summary>The type alone: entities of one type that touch are one.</summary>
    Plain,
}

/// <summary>Reads and writes tags.</summary>
internal static class TagSchemes
{
    /// <summary>The labels of a model that knows these types, <c>O</c> first.</summary>
    public static IReadOnlyList<string> Labels(this TagScheme scheme, IEnumerable<string> types)
    {
        string[] places = scheme switch
        {
            TagScheme.Iobes => ["B-", "I-", "E-", "S-"],
            TagScheme.Plain => [""],
            _ => ["B-", "I-"],
        };
        return [EntityTag.OutsideLabel, .. types.SelectMany(type => places.Select(place => place + type))];
    }

    /// <summary>The tag of an entity's word.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="type">The entity's type.</param>
    /// <param name="isFirst">Whether the word begins the entity.</param>
    /// <param name="isLast">Whether it ends it.</param>
    /// <param name="followsSame">Whether the word before the entity ends one of the same type.</param>
    public static string Tag(this TagScheme scheme, string type, bool isFirst, bool isLast, bool followsSame) => scheme switch
    {
        TagScheme.Plain => type,
        TagScheme.Iob1 => (isFirst && followsSame ? "B-" : "I-") + type,
        TagScheme.Iobes when isLast => (isFirst ? "S-" : "E-") + type,
        _ => (isFirst ? "B-" : "I-") + type,
    };

    /// <summary>
    /// The entities that a sequence of tags makes, by its words; one that none makes is repaired, see <see cref="EntityTag.Continues"/>.
    /// </summary>
    public static IEnumerable<(int First, int End, string Type)> Entities(IReadOnlyList<string> tags)
    {
        EntityTag[] read = [.. tags.Select(EntityTag.Parse)];
        for (int first = 0, end; first < read.Length; first = end)
        {
            end = first + 1;
            if (!read[first].IsInside)
                continue;
            while (end < read.Length && read[end].Continues(read[end - 1]))
                end++;
            yield return (first, end, read[first].Type);
        }
    }

    /// <summary>Tells a file's scheme from its tags.</summary>
    /// <exception cref="BertMLNetException">They follow none: a tag cannot stand where it does.</exception>
    public static TagScheme Recognize(string name, IReadOnlyList<IReadOnlyList<TaggedWord>> sentences)
    {
        TaggedWord? prefixed = null, plain = null, ending = null;
        foreach (TaggedWord word in sentences.SelectMany(words => words))
        {
            if (word.Tag is ['B' or 'I' or 'E' or 'S' or 'L' or 'U', '-'])
                throw Wrong(name, word, "has no type behind its prefix; write it as in 'B-person'");
            if (word.Tag == EntityTag.OutsideLabel)
                continue;
            if (IsPlain(word.Tag))
                plain ??= word;
            else
                prefixed ??= word;
            if (word.Tag[0] is 'E' or 'S' or 'L' or 'U' && !IsPlain(word.Tag))
                ending ??= word;
        }
        if (plain is { } bare)
        {
            return prefixed is not { } other ? TagScheme.Plain : throw Wrong(
                name, bare, $"has no prefix, where line {other.Line} has '{other.Tag}'; give all tags one (B-, I-), or none");
        }
        if (ending is not null)
        {
            return FirstWrong(sentences, IsIobes) is not { } wrong ? TagScheme.Iobes : throw Wrong(
                name, wrong.Word, $"cannot stand {wrong.Where} in IOBES, which line {ending.Value.Line} is written in ('{ending.Value.Tag}')");
        }
        if (FirstWrong(sentences, (before, tag, _) => tag.Place != 'I' || tag.Continues(before)) is not { } no2)
            return TagScheme.Iob2;
        if (FirstWrong(sentences, (before, tag, _) => tag.Place != 'B' || (before.IsInside && before.Type == tag.Type)) is not { } no1)
            return TagScheme.Iob1;
        throw Wrong(
            name, no2.Word,
            $"goes on with no entity {no2.Where}: IOB2 begins each with B-, and it is not IOB1 either, since line {no1.Word.Line} has "
            + $"'{no1.Word.Tag}' where that writes I-; mend one of the two");
    }

    private static bool IsPlain(string tag) => tag is not ['B' or 'I' or 'E' or 'S' or 'L' or 'U', '-', _, ..];

    private static bool IsIobes(EntityTag before, EntityTag tag, EntityTag after)
    {
        bool begun = before.Place is 'B' or 'I' && before.Type == tag.Type, goesOn = after.Place is 'I' or 'E' && after.Type == tag.Type;
        return tag.Place switch
        {
            'B' => goesOn,
            'I' => begun && goesOn,
            'E' => begun,
            _ => true,
        };
    }

    private static (TaggedWord Word, string Where)? FirstWrong(
        IReadOnlyList<IReadOnlyList<TaggedWord>> sentences, Func<EntityTag, EntityTag, EntityTag, bool> allows)
    {
        foreach (IReadOnlyList<TaggedWord> words in sentences)
        {
            EntityTag[] tags = [.. words.Select(word => EntityTag.Parse(word.Tag))];
            for (int i = 0; i < tags.Length; i++)
            {
                EntityTag before = i == 0 ? EntityTag.Outside : tags[i - 1], after = i + 1 == tags.Length ? EntityTag.Outside : tags[i + 1];
                if (!allows(before, tags[i], after))
                    return (words[i], Where(words, i));
            }
        }
        return null;
    }

    private static string Where(IReadOnlyList<TaggedWord> words, int i) =>
        (i == 0 ? "at a sentence's begin" : $"behind '{words[i - 1].Tag}'")
        + (i + 1 == words.Count ? " at its end" : $" before '{words[i + 1].Tag}'");

    private static BertMLNetException Wrong(string name, TaggedWord word, string what) =>
        new(FormattableString.Invariant($"{name}, line {word.Line}: the tag '{word.Tag}' {what}."));
}
