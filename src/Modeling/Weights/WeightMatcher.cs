using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BertMLNet.Modeling;

/// <summary>Matches a checkpoint's tensors with a model's parameters by name and shape.</summary>
internal sealed class WeightMatcher
{
    private const int NamesInRemark = 6;
    private const int LongestName = 200;

    private static readonly string[] AdapterMarks = [".base_layer.", ".lora_", ".modules_to_save.", ".original_module."];

    private readonly ICheckpoint _checkpoint;
    private readonly BertConfig _config;
    private readonly Head _head;
    private readonly bool _replaceHead;
    private readonly string? _whyNewHead;
    private readonly Dictionary<string, (string Tensor, MappedTensor Map)> _found = [];
    private readonly List<string> _initialized = [];
    private readonly List<string> _remarks = [];

    /// <summary>Matches at once.</summary>
    /// <param name="checkpoint">The open checkpoint.</param>
    /// <param name="config">The model's configuration.</param>
    /// <param name="head">The model's head.</param>
    /// <param name="replaceHead">Whether a head of another shape starts anew instead of being an error.</param>
    /// <param name="whyNewHead">Why the checkpoint's head is not wanted though it may fit ("since …"); null where it is.</param>
    public WeightMatcher(ICheckpoint checkpoint, BertConfig config, Head head, bool replaceHead, string? whyNewHead)
    {
        _checkpoint = checkpoint;
        _config = config;
        _head = head;
        _replaceHead = replaceHead;
        _whyNewHead = whyNewHead;
        Specs = BertParameters.For(config, head);
        RefuseAdapters();
        MapNames();
        foreach (IGrouping<string, ParameterSpec> part in Specs.GroupBy(PartOf))
            MatchPart(part.Key, [.. part]);
    }

    public IReadOnlyList<ParameterSpec> Specs { get; }

    public bool TryGetSource(string parameter, [MaybeNullWhen(false)] out string tensor, out bool transposed)
    {
        bool found = _found.TryGetValue(parameter, out (string Tensor, MappedTensor Map) source) && !_initialized.Contains(parameter);
        (tensor, transposed) = found ? (source.Tensor, source.Map.Transposed) : (null, false);
        return found;
    }

    /// <summary>
    /// The tensor, by its name in the checkpoint, that the naming maps to a name, be it a parameter's or not; null where there is
    /// none.
    /// </summary>
    public string? TensorOf(string mapped) =>
        _found.TryGetValue(mapped, out (string Tensor, MappedTensor Map) source) ? source.Tensor : null;

    public LoadReport Report()
    {
        HashSet<string> used = [.. Specs.Select(spec => spec.Name).Where(name => TryGetSource(name, out _, out _))];
        string[] unused = [.. _found.Where(entry => !used.Contains(entry.Key))
            .Where(entry => !string.Equals(entry.Key, HuggingFaceNaming.TiedDecoder))
            .Select(entry => entry.Value.Tensor)
            .Order(StringComparer.Ordinal)];
        return new()
        {
            Path = _checkpoint.Path,
            Format = _checkpoint.Format,
            Head = _head,
            Architecture = _config.Encoder.ClassOf(_head),
            Loaded = [.. Specs.Select(spec => spec.Name).Where(used.Contains).Select(InFiles)],
            Initialized = [.. _initialized.Select(InFiles)],
            Unused = unused,
            Remarks = unused.Length == 0 ? _remarks : [.. _remarks, $"Not used: {Names(unused)}."],
        };
    }

    private void MapNames()
    {
        ITensorNaming naming = TensorNaming.Of(_checkpoint, _config);
        foreach ((string name, TensorInfo info) in _checkpoint.Tensors)
        {
            MappedTensor map = naming.Map(name, info);
            if (map.Parameter is null)
                continue;
            RefuseLayerBeyond(name, map.Parameter);
            if (!_found.TryAdd(map.Parameter, (name, map)))
            {
                throw new BertMLNetException(
                    $"{_checkpoint.Path}: tensors '{_found[map.Parameter].Tensor}' and '{name}' are both '{map.Parameter}'.");
            }
        }
    }

    /// <summary>Without what an adapter adds to them the weights are another model's.</summary>
    private void RefuseAdapters()
    {
        if (_checkpoint.Tensors.Keys.FirstOrDefault(name => AdapterMarks.Any(mark => name.Contains(mark, StringComparison.Ordinal))) is { } found)
        {
            throw new BertMLNetException(
                $"{_checkpoint.Path}: tensor '{found}' is an adapter's (LoRA), or wrapped by one, which is not added here; "
                + "merge it into the model's weights (merge_and_unload in Python's peft) and save those.");
        }
    }

    private void RefuseLayerBeyond(string name, string parameter)
    {
        const string Prefix = "bert.encoder.layer.";
        if (!parameter.StartsWith(Prefix, StringComparison.Ordinal))
            return;
        ReadOnlySpan<char> rest = parameter.AsSpan(Prefix.Length);
        int dot = rest.IndexOf('.');
        if (dot > 0
            && (!int.TryParse(rest[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
                || layer >= _config.NumHiddenLayers))
        {
            throw new BertMLNetException(
                $"{_checkpoint.Path}: tensor '{name}' belongs to layer {rest[..dot]}, but the configuration has "
                + $"{_config.NumHiddenLayers} layers (from 0); correct \"{_config.Encoder.FieldOf("num_hidden_layers")}\".");
        }
    }

    /// <summary>
    /// The part of the model that is there as a whole or lacking as a whole: the encoder, the pooler, the head, and of a
    /// pre-training head each of its two tasks.
    /// </summary>
    private static string PartOf(ParameterSpec spec)
    {
        if (spec.Name.StartsWith(BertParameters.Pooler, StringComparison.Ordinal))
            return "pooler";
        if (spec.Name.StartsWith(BertParameters.SentenceRelationship, StringComparison.Ordinal))
            return "sentence head";
        return spec.Name.StartsWith("bert.", StringComparison.Ordinal) ? "encoder" : "head";
    }

    private void MatchPart(string part, ParameterSpec[] specs)
    {
        bool encoder = string.Equals(part, "encoder");
        string? reason = encoder ? null : ReasonToStartAnew(part, specs);
        if (reason is not null)
        {
            _initialized.AddRange(specs.Select(spec => spec.Name));
            _remarks.Add($"The {part} starts anew, {reason}: {Names(specs.Select(spec => InFiles(spec.Name)))}.");
            return;
        }
        foreach (ParameterSpec spec in specs)
        {
            if (!_found.TryGetValue(spec.Name, out (string Tensor, MappedTensor Map) source))
            {
                // The fixed table is known without a checkpoint.
                if (spec.Initialization != Initialization.Sinusoidal)
                {
                    throw new BertMLNetException(
                        $"{_checkpoint.Path}: holds no tensor for '{InFiles(spec.Name)}'; "
                        + "it is cut off, or not a checkpoint of this configuration.");
                }
                _initialized.Add(spec.Name);
            }
            else if (!Fits(spec, source.Map))
            {
                throw new BertMLNetException(
                    $"{_checkpoint.Path}: tensor '{source.Tensor}' has the shape {Shape(source.Map.Shape)}, expected "
                    + $"{Shape(spec.Shape)} as '{InFiles(spec.Name)}'; the configuration belongs to another model.");
            }
            else if (!ElementTypes.IsFloatingPoint(_checkpoint.Tensors[source.Tensor].ElementType))
            {
                throw new BertMLNetException(
                    $"{_checkpoint.Path}: tensor '{source.Tensor}' is of type {_checkpoint.Tensors[source.Tensor].ElementType}, "
                    + "expected F32, F16, BF16 or F64.");
            }
        }
    }

    private string? ReasonToStartAnew(string part, ParameterSpec[] specs)
    {
        if (!specs.Any(spec => _found.ContainsKey(spec.Name)))
            return "since the checkpoint has none";
        if (string.Equals(part, "pooler"))
            return null;
        // Token classification and multiple choice name their heads as sequence classification does.
        if (_config.Architecture is { } architecture && !string.Equals(architecture, _config.Encoder.ClassOf(_head))
            && _head.DenseLayers.Any(layer => string.Equals(layer.Name, BertParameters.Classifier)))
            return $"since the checkpoint's is that of {architecture}";
        if (_whyNewHead is not null)
            return _whyNewHead;
        return _replaceHead && specs.Any(
            spec => _found.TryGetValue(spec.Name, out (string Tensor, MappedTensor Map) source) && !Fits(spec, source.Map))
            ? "since the checkpoint's has another shape"
            : null;
    }

    private string InFiles(string parameter) => _config.Encoder.NameInFiles(parameter, _head);

    private static bool Fits(ParameterSpec spec, MappedTensor map) =>
        map.Shape.Length == spec.Shape.Length && map.Shape.Zip(spec.Shape).All(pair => pair.First == pair.Second);

    private static string Shape<T>(IEnumerable<T> shape) => $"[{string.Join(", ", shape)}]";

    private static string Names(IEnumerable<string> names)
    {
        string[] all = [.. names];
        string shown = string.Join(
            ", ", all.Take(NamesInRemark).Select(name => name.Length > LongestName ? $"{name.AsSpan(0, LongestName)}…" : name));
        return all.Length <= NamesInRemark ? shown : $"{shown} and {all.Length - NamesInRemark} more";
    }
}

/// <summary>What a checkpoint's tensor is to the model.</summary>
/// <param name="Parameter">The parameter's name; null for bookkeeping that no model needs, such as optimizer state.</param>
/// <param name="Shape">The shape as a parameter: reshaped to a matrix and transposed where the scheme stores it otherwise.</param>
/// <param name="Transposed">Whether the stored matrix is [in, out], the transpose of the parameter.</param>
internal readonly record struct MappedTensor(string? Parameter, long[] Shape, bool Transposed)
{
    public static MappedTensor Bookkeeping { get; } = new(null, [], Transposed: false);
}

/// <summary>Turns matrices that a checkpoint stores the other way round.</summary>
internal static class Matrix
{
    private const int Tile = 32;

    /// <summary>Writes the transpose of what <paramref name="read"/> gives, [columns, rows], in memory that is not kept.</summary>
    public static void Transpose(Action<Span<float>> read, int rows, int columns, Span<float> destination)
    {
        using var stored = new Rented<float>(rows * columns);
        read(stored.Span);
        Transpose(stored.Span, rows, columns, destination);
    }

    /// <summary>
    /// Writes the transpose of <paramref name="source"/>, in tiles, so that the cache lines of both sides are used whole.
    /// </summary>
    /// <param name="source">[columns, rows], row-major.</param>
    /// <param name="rows">The rows of the result.</param>
    /// <param name="columns">The columns of the result.</param>
    /// <param name="destination">[rows, columns], row-major.</param>
    public static void Transpose(ReadOnlySpan<float> source, int rows, int columns, Span<float> destination)
    {
        for (int top = 0; top < rows; top += Tile)
        {
            for (int left = 0; left < columns; left += Tile)
            {
                int bottom = Math.Min(top + Tile, rows);
                int right = Math.Min(left + Tile, columns);
                for (int row = top; row < bottom; row++)
                {
                    for (int column = left; column < right; column++)
                        destination[row * columns + column] = source[column * rows + row];
                }
            }
        }
    }
}
