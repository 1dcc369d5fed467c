namespace BertMLNet.Modeling;

/// <summary>Turns any model into configuration and weights of a model folder.</summary>
public static class ModelImporter
{
    /// <summary>
    /// Writes <c>model.safetensors</c> and <c>config.json</c>, tensor by tensor: no more than the largest tensor and its
    /// transpose is in memory. The tokenizer's files are not copied here.
    /// </summary>
    /// <param name="source">The model.</param>
    /// <param name="output">The folder to write; older weights in it are replaced when the new ones are complete.</param>
    /// <param name="options">Head, seed and element type.</param>
    /// <param name="progress">Told after every tensor.</param>
    /// <param name="cancellationToken">Stops between tensors; nothing is left behind.</param>
    /// <returns>What the model had and lacked, and a remark where it has fewer embeddings than words.</returns>
    /// <exception cref="BertMLNetException">The model is damaged, or the folder cannot be written.</exception>
    public static LoadReport Import(
        ModelSource source,
        ModelFolder output,
        ImportOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(output);
        options ??= new ImportOptions();
        Head head = options.Head ?? source.Head;
        var plan = WeightPlan.Create(source.Checkpoint, source.Config, head, options.Seed);
        WriteWeights(plan, output.WeightsPath, options.ElementType, progress, cancellationToken);
        source.Config.Save(output.ConfigPath, head);
        return VocabularyCheck.Remark(source.Folder.VocabularyPath, source.Config.VocabSize) is { } remark
            ? plan.Report with { Remarks = [.. plan.Report.Remarks, remark] }
            : plan.Report;
    }

    private static void WriteWeights(
        WeightPlan plan,
        string path,
        string elementType,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        Dictionary<string, ParameterSpec> specs = plan.Specs.ToDictionary(spec => spec.Name);
        long total = plan.Specs.Sum(spec => (long)spec.Count) * ElementTypes.SizeOf(elementType);
        long done = 0;
        float[] buffer = GC.AllocateUninitializedArray<float>(plan.Specs.Max(spec => spec.Count));
        SafetensorsWriter.Write(
            path,
            [.. plan.Specs.Select(spec => (spec.Name, spec.Shape))],
            name =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                ParameterSpec spec = specs[name];
                Memory<float> values = buffer.AsMemory(0, spec.Count);
                plan.Read(spec, values.Span);
                done += (long)spec.Count * ElementTypes.SizeOf(elementType);
                progress?.Report(new TransferProgress(name, done, total));
                return values;
            },
            elementType);
    }
}
