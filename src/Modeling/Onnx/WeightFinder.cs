namespace BertMLNet.Modeling;

/// <summary>
/// Finds BERT's parameters in a graph by its structure: every attention softmax marks a layer, whose projections are
/// found backwards and forwards from it; the other linear layers and normalisations follow in the order of the model.
/// </summary>
internal sealed class WeightFinder(string path, OnnxGraph graph)
{
    private readonly GraphIndex _index = new(graph);
    private readonly Dictionary<string, WeightSource> _found = [];
    private readonly HashSet<string> _named = [];

    /// <summary>The parameters by Hugging Face name.</summary>
    /// <exception cref="BertMLNetException">The graph is not a BERT in ONNX's own operators.</exception>
    public Dictionary<string, WeightSource> Find()
    {
        if (graph.Nodes.Any(node => node.Operator
            is "Attention" or "SkipLayerNormalization" or "EmbedLayerNormalization"
            or "DynamicQuantizeMatMul" or "MatMulIntegerToFloat"))
            {
            throw new BertMLNetException(
                $"{path}: the graph is made of fused or quantized operators, from which weights cannot be read back; "
                + "take the graph in standard operators (model.onnx).");
        }
        List<OnnxNode> softmaxes =
            [.. _index.Nodes.Where(node => node is { Operator: "Softmax", Inputs.Count: 1 } && ScoresOf(node) is not null)];
        if (softmaxes.Count == 0)
            throw new BertMLNetException($"{path}: the graph has no attention, so it is not a BERT.");

        List<LinearLayer> linears = [.. _index.Nodes.Select(_index.LinearLayerAt).OfType<LinearLayer>()];
        List<(OnnxConstant Scale, OnnxConstant Shift)> norms =
            [.. _index.Nodes.Select(_index.NormAt).OfType<(OnnxConstant, OnnxConstant)>()];
        FindEmbeddings();
        for (int layer = 0; layer < softmaxes.Count; layer++)
            FindProjections(softmaxes[layer], BertParameters.EncoderLayer(layer), linears);
        // What comes before the first layer widens the embeddings.
        if (linears is [var first, ..] && !_named.Contains(first.Output))
            Add(BertParameters.EmbeddingsProjection, first);

        var rest = new Queue<LinearLayer>(linears.Where(linear => !_named.Contains(linear.Output)));
        var normsLeft = new Queue<(OnnxConstant Scale, OnnxConstant Shift)>(norms);
        AddNorm(BertParameters.EmbeddingsNorm, normsLeft);
        for (int layer = 0; layer < softmaxes.Count; layer++)
        {
            string prefix = BertParameters.EncoderLayer(layer);
            AddNext($"{prefix}.attention.output.dense", rest);
            AddNorm($"{prefix}.attention.output.LayerNorm", normsLeft);
            AddNext($"{prefix}.intermediate.dense", rest);
            AddNext($"{prefix}.output.dense", rest);
            AddNorm($"{prefix}.output.LayerNorm", normsLeft);
        }
        FindHead(rest, normsLeft);
        return _found;
    }

    /// <summary>The product of queries and keys behind a softmax, past scaling and mask; null where it is not attention.</summary>
    private OnnxNode? ScoresOf(OnnxNode softmax)
    {
        string value = _index.Source(softmax.Inputs[0]);
        return _index.Producer(value) switch
        {
            { Operator: "Add", Inputs.Count: 2 } masked => ProductOfValues(masked.Inputs[0]) ?? ProductOfValues(masked.Inputs[1]),
            // Where the mask says so another score stands.
            { Operator: "Where", Inputs.Count: 3 } masked => ProductOfValues(masked.Inputs[1]) ?? ProductOfValues(masked.Inputs[2]),
            _ => ProductOfValues(value),
        };
    }

    /// <summary>A MatMul of two computed values.</summary>
    private OnnxNode? ProductOfValues(string value) =>
        _index.Producer(_index.Source(value)) is { Operator: "MatMul", Inputs.Count: 2 } product
        && _index.Constant(product.Inputs[1], 2) is null
            ? product
            : null;

    private void FindProjections(OnnxNode softmax, string prefix, List<LinearLayer> linears)
    {
        OnnxNode scores = ScoresOf(softmax)!;
        AddProjection($"{prefix}.attention.self.query", scores.Inputs[0], linears);
        AddProjection($"{prefix}.attention.self.key", scores.Inputs[1], linears);
        AddProjection($"{prefix}.attention.self.value", ContextOf(softmax)?.Inputs[1] ?? "", linears);
    }

    /// <summary>The MatMul that attention's probabilities go into, whatever Dropout, Cast and the like make of them on the way.</summary>
    private OnnxNode? ContextOf(OnnxNode softmax)
    {
        var values = new Queue<string>([softmax.Outputs[0]]);
        var seen = new HashSet<string>();
        while (values.TryDequeue(out string? value))
        {
            if (!seen.Add(value))
                continue;
            foreach (OnnxNode node in _index.Readers(value))
            {
                if (node is { Operator: "MatMul", Inputs.Count: 2 })
                    return node;
                if (node.Operator is "Dropout" or "Cast" or "Identity" or "Where")
                    values.Enqueue(node.Outputs[0]);
            }
        }
        return null;
    }

    private void AddProjection(string name, string value, List<LinearLayer> linears)
    {
        string source = _index.Source(value);
        LinearLayer linear = linears.Find(candidate => string.Equals(candidate.Output, source, StringComparison.Ordinal))
            ?? throw new BertMLNetException($"{path}: the linear layer of '{name}' was not found in the graph.");
        Add(name, linear);
    }

    private void AddNext(string name, Queue<LinearLayer> linears) =>
        Add(name, linears.TryDequeue(out LinearLayer? linear)
            ? linear
            : throw new BertMLNetException($"{path}: the linear layer of '{name}' was not found in the graph."));

    private void AddNorm(string name, Queue<(OnnxConstant Scale, OnnxConstant Shift)> norms)
    {
        if (!norms.TryDequeue(out (OnnxConstant Scale, OnnxConstant Shift) norm))
            throw new BertMLNetException($"{path}: the layer normalisation '{name}' was not found in the graph.");
        _found[$"{name}.weight"] = new(norm.Scale, Transposed: false);
        _found[$"{name}.bias"] = new(norm.Shift, Transposed: false);
    }

    private void Add(string name, LinearLayer linear)
    {
        _found[$"{name}.weight"] = linear.Weight;
        _found[$"{name}.bias"] = linear.Bias;
        _named.Add(linear.Output);
    }

    /// <summary>
    /// Rows are looked up in the word and type tables at graph inputs, the types' being the one with few rows, which not every
    /// encoder has; the position table is looked up, or sliced, at something else.
    /// </summary>
    private void FindEmbeddings()
    {
        HashSet<string> inputs = [.. graph.Inputs.Select(input => input.Name)];
        var tables = new List<OnnxConstant>();
        foreach (OnnxNode node in _index.Nodes.Where(node => node.Operator is "Gather" or "Slice" && node.Inputs.Count >= 2))
        {
            if (_index.Constant(node.Inputs[0], 2) is not { } table)
                continue;
            if (node.Operator is "Gather" && inputs.Contains(_index.Source(node.Inputs[1])))
                tables.Add(table);
            else
                _found.TryAdd(BertParameters.PositionEmbeddings, new(table, Transposed: false));
        }
        if (tables.Count is not (1 or 2))
        {
            throw new BertMLNetException(
                $"{path}: the graph looks up {tables.Count} tables at its inputs, expected the word and, where there are any, the token type embeddings; it can be "
                + "scored with, for its weights take the model's model.safetensors or pytorch_model.bin.");
        }
        tables.Sort((a, b) => b.Dimensions[0].CompareTo(a.Dimensions[0]));
        _found[BertParameters.WordEmbeddings] = new(tables[0], Transposed: false);
        if (tables.Count == 2)
            _found[BertParameters.TokenTypeEmbeddings] = new(tables[1], Transposed: false);
        if (!_found.ContainsKey(BertParameters.PositionEmbeddings))
        {
            throw new BertMLNetException(
                $"{path}: the position embeddings were not found in the graph; export it with a free sequence length.");
        }
    }

    /// <summary>
    /// A linear layer under a tanh, or before another one with no normalisation between them, is the pooler; what comes after it is
    /// the classifier, without it the span head.
    /// </summary>
    private void FindHead(Queue<LinearLayer> linears, Queue<(OnnxConstant Scale, OnnxConstant Shift)> norms)
    {
        bool pooled = false;
        while (linears.TryDequeue(out LinearLayer? linear))
        {
            if (!pooled && (_index.Readers(linear.Output).Any(node => node.Operator is "Tanh") || IsBeforeAnother()))
            {
                Add(BertParameters.Pooler, linear);
                pooled = true;
            }
            else if (pooled)
            {
                Add(BertParameters.Classifier, linear);
            }
            else if (norms.Count > 0)
            {
                Add(BertParameters.PredictionTransform, linear);
                AddNorm(BertParameters.PredictionNorm, norms);
            }
            else if (_found.ContainsKey($"{BertParameters.PredictionTransform}.weight"))
            {
                // The output matrix is the word embeddings; only its bias is a parameter of its own.
                _found[BertParameters.PredictionBias] = linear.Bias;
                _named.Add(linear.Output);
            }
            else
            {
                Add(BertParameters.QaOutputs, linear);
            }
        }

        bool IsBeforeAnother() =>
            linears.Count > 0 && norms.Count == 0 && !_found.ContainsKey($"{BertParameters.PredictionTransform}.weight");
    }
}
