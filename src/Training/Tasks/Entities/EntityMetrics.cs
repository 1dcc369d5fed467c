using System.Text.Json;
using BertMLNet.Modeling;
using BertMLNet.Scoring;

namespace BertMLNet.Training;

/// <summary>
/// How well whole entities were found, as seqeval counts in its default mode: one is right where its type, its begin and its end are.
/// </summary>
/// <param name="Right">The entities that were found as they are.</param>
/// <param name="Found">All that were found.</param>
/// <param name="Support">All that there are.</param>
internal readonly record struct EntityCounts(int Right, int Found, int Support)
{
    /// <summary>The share of those found that are right; 0 where none was found.</summary>
    public double Precision => Found == 0 ? 0 : (double)Right / Found;

    /// <summary>The share of those there are that were found; 0 where there are none.</summary>
    public double Recall => Support == 0 ? 0 : (double)Right / Support;

    /// <summary>The harmonic mean of the two; 0 where none is right.</summary>
    public double F1 => Right == 0 ? 0 : 2.0 * Right / (Found + Support);

    /// <summary>Writes the figures as properties of the JSON object that is open.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("precision", Precision);
        json.WriteNumber("recall", Recall);
        json.WriteNumber("f1", F1);
        json.WriteNumber("support", Support);
    }
}

/// <summary>How well the entities of some texts were found.</summary>
/// <param name="Texts">How many texts there are.</param>
/// <param name="All">Over all entities, whatever their type: the micro average.</param>
/// <param name="Types">By type, in their names' order.</param>
internal sealed record EntityMetrics(int Texts, EntityCounts All, IReadOnlyList<KeyValuePair<string, EntityCounts>> Types)
{
    /// <summary>The figures by the names they have in JSON, in the order to show them in.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Values =>
        [new("precision", All.Precision), new("recall", All.Recall), new("f1", All.F1)];

    /// <summary>Writes the figures as properties of the JSON object that is open.</summary>
    public void WriteProperties(Utf8JsonWriter writer)
    {
        All.Write(writer);
        writer.WriteNumber("texts", Texts);
        writer.WriteStartObject("types");
        foreach ((string type, EntityCounts counts) in Types)
        {
            writer.WriteStartObject(type);
            counts.Write(writer);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }
}

/// <summary>Compares the entities found in texts with those that are there.</summary>
internal sealed class EntityEvaluator
{
    private readonly SortedDictionary<string, EntityCounts> _types = new(StringComparer.Ordinal);
    private int _texts;

    /// <summary>
    /// Finds the entities of texts and compares them, in one pass over examples of any number. Where a file tells words, they are what
    /// the model decides on.
    /// </summary>
    /// <exception cref="BertMLNetException">An example is not valid.</exception>
    public static EntityMetrics Evaluate(
        EntityRecognizer recognizer, IEnumerable<EntityExample> examples, Action<int>? onProgress = null,
        CancellationToken cancellationToken = default)
    {
        var evaluator = new EntityEvaluator();
        var asked = new Queue<EntityExample>();
        IEnumerable<EntityInput> inputs = examples.Select(example =>
        {
            EntityExample valid = example.Checked();
            asked.Enqueue(valid);
            return new EntityInput(valid.Text.AsMemory(), valid.Words);
        });
        int done = 0;
        foreach (IReadOnlyList<RecognizedEntity> found in recognizer.RecognizeStream(inputs, cancellationToken))
        {
            evaluator.Add(asked.Dequeue().Entities, found);
            onProgress?.Invoke(++done);
        }
        return evaluator.Compute();
    }

    /// <summary>Adds a text with the entities in it and those that were found, each once.</summary>
    public void Add(IEnumerable<EntitySpan> right, IEnumerable<RecognizedEntity> found)
    {
        _texts++;
        HashSet<EntitySpan> there = [.. right];
        foreach (EntitySpan entity in there)
            Add(entity.Type, new(0, 0, 1));
        foreach (RecognizedEntity entity in found)
            Add(entity.Type, new(there.Contains(new(entity.Start, entity.End, entity.Type)) ? 1 : 0, 1, 0));
    }

    /// <summary>Gives the figures of all texts added so far.</summary>
    public EntityMetrics Compute() => new(_texts, _types.Values.Aggregate(default(EntityCounts), Sum), [.. _types]);

    private void Add(string type, EntityCounts counts) => _types[type] = Sum(_types.GetValueOrDefault(type), counts);

    private static EntityCounts Sum(EntityCounts left, EntityCounts right) =>
        new(left.Right + right.Right, left.Found + right.Found, left.Support + right.Support);
}

/// <summary>How well a model finds entities. F1 over whole entities decides between checkpoints.</summary>
internal sealed class EntityTaskMetrics : TaskMetrics
{
    private readonly IReadOnlyList<ReportTable> _tables;

    internal EntityTaskMetrics(double loss, EntityMetrics metrics, IReadOnlyList<ReportTable> tables)
    {
        Loss = loss;
        Metrics = metrics;
        _tables = tables;
    }

    /// <summary>The figures.</summary>
    public EntityMetrics Metrics { get; }

    public override double Loss { get; }

    public override string PrimaryName => "f1";

    public override IReadOnlyList<KeyValuePair<string, double>> Values => Metrics.Values;

    internal override IReadOnlyList<ReportTable> Tables => _tables;

    public override void WriteProperties(Utf8JsonWriter writer) => Metrics.WriteProperties(writer);
}
