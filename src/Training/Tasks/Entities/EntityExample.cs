using System.Globalization;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>A text with what it names.</summary>
public sealed record EntityExample
{
    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>The entities in it, which do not overlap.</summary>
    public IReadOnlyList<EntitySpan> Entities { get; init; } = [];

    /// <summary>Where the text stands, for messages: the file with a line.</summary>
    public required string Location { get; init; }

    /// <summary>The characters of its words, where the file tells them; null for the tokenizer's own.</summary>
    internal IReadOnlyList<(int Start, int End)>? Words { get; init; }

    /// <summary>The example with its entities in the text's order, without white space at their ends.</summary>
    /// <exception cref="BertMLNetException">An entity has no type or no characters, leaves the text, or overlaps another.</exception>
    internal EntityExample Checked()
    {
        EntitySpan[] entities = [.. Entities.Select(Trimmed).OrderBy(entity => entity.Start)];
        for (int i = 1; i < entities.Length; i++)
        {
            if (entities[i].Start < entities[i - 1].End)
                throw Wrong(entities[i], $"overlaps {entities[i - 1]}; leave one of the two out");
        }
        return this with { Entities = entities };
    }

    private EntitySpan Trimmed(EntitySpan entity)
    {
        (int start, int end) = (entity.Start, entity.End);
        if (start < 0 || end > Text.Length || start >= end)
            throw Wrong(entity, $"is no part of the text, which has {Text.Length} UTF-16 units; expected start below end, end exclusive");
        if (string.IsNullOrWhiteSpace(entity.Type))
            throw Wrong(entity, "has no type; give it one");
        while (start < end && char.IsWhiteSpace(Text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(Text[end - 1]))
            end--;
        return start < end ? entity with { Start = start, End = end } : throw Wrong(entity, "holds nothing but white space; leave it out");
    }

    private BertMLNetException Wrong(EntitySpan entity, string what) => new($"{Location}: the entity {entity} {what}.");
}

/// <summary>A part of a text that names something.</summary>
/// <param name="Start">Its first character, in UTF-16 units.</param>
/// <param name="End">The character after its last.</param>
/// <param name="Type">What it is, such as <c>person</c>.</param>
public readonly record struct EntitySpan(int Start, int End, string Type)
{
    /// <summary>Its type and its place.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"'{Type}' [{Start}, {End})");
}

/// <summary>
/// What was noticed while texts were tokenized: nothing is left out or changed without being counted, and the first cases are listed.
/// </summary>
public sealed class EntityDataReport
{
    /// <summary>The most cases listed.</summary>
    public const int MaxListed = 100;

    private readonly List<string> _listed = [];

    /// <summary>The texts.</summary>
    public int Texts { get; internal set; }

    /// <summary>The entities in them.</summary>
    public int Entities { get; internal set; }

    /// <summary>Entities that begin or end inside a word; the whole word is learned.</summary>
    public int Widened { get; internal set; }

    /// <summary>Entities that stand on no word, or on one that another has; they cannot be learned or found.</summary>
    public int Unaligned { get; internal set; }

    /// <summary>Texts without tokens.</summary>
    public int Empty { get; internal set; }

    /// <summary>The number of cases, listed or not.</summary>
    public int Cases => Widened + Unaligned + Empty;

    /// <summary>The first <see cref="MaxListed"/> cases, one line each.</summary>
    public IReadOnlyList<string> Listed => _listed;

    /// <summary>The counts in one line for people; those that are zero are left out.</summary>
    public override string ToString()
    {
        (int Count, string What)[] counts =
        [
            (Widened, "widened to whole words"), (Unaligned, "that no words of their own hold (never learned)"),
            (Empty, "texts without tokens"),
        ];
        return string.Create(CultureInfo.InvariantCulture, $"{Texts} texts, {Entities} entities")
            + string.Concat(
                counts.Where(count => count.Count > 0).Select(count => FormattableString.Invariant($", {count.Count} {count.What}")));
    }

    internal void Note(EntityExample example, string what)
    {
        if (_listed.Count < MaxListed)
            _listed.Add($"{example.Location}: {what}");
    }
}
