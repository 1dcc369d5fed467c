using BertMLNet.Export;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Tests;

/// <summary>What opening a model folder accepts and refuses.</summary>
public sealed class GraphSessionTests
{
    [Fact]
    public void A_folder_without_a_graph_says_how_to_make_one()
    {
        using var model = TinyModel.Pairs();
        File.Delete(model.Folder.OnnxPath);
        Assert.Contains("bertmlnet export", Error(model));
        Assert.Contains("model_quantized.onnx", Error(model, new ScoringOptions { Graph = "onnx/model_quantized.onnx" }));
    }

    [Fact]
    public void The_optimized_graph_is_preferred_and_a_named_one_comes_first()
    {
        using var model = TinyModel.Pairs();
        File.WriteAllText(model.Folder.OptimizedOnnxPath, "not a graph");
        Assert.Contains("model_optimized.onnx: not an ONNX model", Error(model));
        using var named = PairClassifier.Load(model.Path, new ScoringOptions { Graph = "onnx/model.onnx" });
        Assert.Equal(["different", "same"], named.Labels);
    }

    [Fact]
    public void A_graph_for_another_task_is_refused_by_its_outputs()
    {
        using var model = TinyModel.Pairs();
        using var questions = TinyModel.Questions();
        File.Copy(questions.Folder.OnnxPath, model.Folder.OnnxPath, overwrite: true);
        Assert.Contains("has no output 'logits' (it has end_logits, start_logits)", Error(model));
    }

    [Fact]
    public void A_graph_with_other_labels_than_the_configuration_is_refused()
    {
        using var model = TinyModel.Pairs();
        using var three = TinyModel.Pairs(labels: ["a", "b", "c"]);
        File.Copy(three.Folder.OnnxPath, model.Folder.OnnxPath, overwrite: true);
        Assert.Contains("output 'logits' of type float [-1, 3] where float [batch, 2] is expected", Error(model));
    }

    [Fact]
    public void A_graph_with_TensorFlows_names_is_refused_by_its_inputs()
    {
        using var model = TinyModel.Pairs();
        OnnxExporter.Export(model.Parameters, model.Folder.OnnxPath, new ExportOptions { Names = TensorNames.TensorFlow });
        Assert.Contains("has no input 'input_ids' (it has input_mask, input_type_ids, input_word_ids)", Error(model));
    }

    [Fact]
    public void A_vocabulary_larger_than_the_models_is_refused()
    {
        using var model = TinyModel.Pairs();
        using var larger = TinyModel.Pairs(vocabulary: 300);
        foreach (string file in (string[])["vocab.txt", "tokenizer.json"])
            File.Copy(Path.Combine(larger.Path, file), Path.Combine(model.Path, file), overwrite: true);
        Assert.Contains("the token '##b' has the id 299, and the model has 200 embeddings", Error(model));
    }

    [Fact]
    public void A_graph_without_types_is_scored_with_ids_and_mask_alone()
    {
        using var model = TinyModel.Pairs();
        using (var all = PairClassifier.Load(model.Path))
        {
            OnnxExporter.Export(model.Parameters, Path.Combine(model.Path, "onnx", "no_types.onnx"), new ExportOptions { Inputs = new NoTypes() });
            using var without = PairClassifier.Load(model.Path, new ScoringOptions { Graph = "onnx/no_types.onnx" });
            foreach (string text in TinyModel.Sentences(5, seed: 1))
                Assert.Equal(all.Score(text).Logits.ToArray(), without.Score(text).Logits.ToArray());
            // Of a pair the graph is not told which text is which: it sees what it sees, and that is scored.
            Assert.NotEqual(all.Score("w1 w2", "w3").Logits.ToArray(), without.Score("w1 w2", "w3").Logits.ToArray());
        }
    }

    [Fact]
    public void The_smaller_one_of_positions_and_model_max_length_is_where_texts_end()
    {
        using var model = TinyModel.Pairs();
        File.WriteAllText(model.Folder.TokenizerConfigPath, """{"model_max_length": 8}""");
        string[] words = [.. Enumerable.Range(0, 30).Select(TinyModel.Word)];
        using var held = PairClassifier.Load(model.Path);
        Assert.Equal(held.Score(string.Join(' ', words[..6])).Logits.ToArray(), held.Score(string.Join(' ', words)).Logits.ToArray());
        Assert.NotEqual(held.Score(string.Join(' ', words[..5])).Logits.ToArray(), held.Score(string.Join(' ', words)).Logits.ToArray());
        Assert.Contains("5 to 8 (the model_max_length in tokenizer_config.json)", Error(model, new ScoringOptions { MaxLength = 9 }));
    }

    /// <summary>A graph's inputs without types, all of which are zero.</summary>
    private sealed class NoTypes : IGraphInputs
    {
        public PaddedSequences AddTo(GraphBuilder graph, IParameterSource parameters)
        {
            GraphValue ids = graph.Input("input_ids", ElementType.Int64, PaddedSequences.Batch, PaddedSequences.Sequence);
            GraphValue mask = graph.Input("attention_mask", ElementType.Int64, PaddedSequences.Batch, PaddedSequences.Sequence);
            return new(ids, mask, graph.Sub(ids, ids));
        }

        public void AddOutputs(GraphBuilder graph, GraphValue output, BertConfig config)
        {
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Logits_that_are_no_numbers_are_no_prediction(int concurrentBatches)
    {
        using var model = TinyModel.Pairs();
        var folder = new ModelFolder(model.Path);
        ParameterSet parameters = ParameterSet.Initialize(folder.LoadConfig(), Heads.Classes, seed: 1);
        parameters["classifier.bias"][1] = float.NaN;
        OnnxExporter.ExportFolder(parameters, folder);
        using PairClassifier classifier = PairClassifier.Load(model.Path, new ScoringOptions { ConcurrentBatches = concurrentBatches });

        TextPair[] pairs = PairClassifierTests.Pairs(10);
        Assert.Contains("a logit is not a number", Assert.Throws<BertMLNetException>(() => classifier.ScoreBatch(pairs)).Message);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.Contains("no-such-folder", Assert.Throws<BertMLNetException>(() => PairClassifier.Load("no-such-folder")).Message);

    [Theory]
    [InlineData(ExecutionProvider.Cuda)]
    [InlineData(ExecutionProvider.TensorRt)]
    [InlineData(ExecutionProvider.DirectML)]
    [InlineData(ExecutionProvider.CoreML)]
    public void A_missing_execution_provider_is_an_error_or_a_warning(ExecutionProvider provider)
    {
        using var model = TinyModel.Pairs();
        var options = new ScoringOptions { Provider = provider, GpuDeviceId = 99 };
        string? error = Record.Exception(() => PairClassifier.Load(model.Path, options).Dispose()) switch
        {
            null => null,
            BertMLNetException exception => exception.Message,
            { } other => throw other,
        };
        if (error is null)
            Assert.Skip($"{provider} works here");
        Assert.Contains(provider.ToString(), error);
        Assert.DoesNotContain('\n', error);
        // With the provider's own library at hand, what is missing is what that library needs.
        if (provider == ExecutionProvider.Cuda && CudaLibrary.Exists)
            Assert.DoesNotContain("not enabled in this build", error);

        var log = new MemoryLogger();
        using var classifier = PairClassifier.Load(model.Path, options with { FallbackToCpu = true, Logger = log });
        using var onCpu = PairClassifier.Load(model.Path);
        Assert.Contains(provider.ToString(), Assert.Single(log.Warnings));
        PairClassifierTests.AssertEqual(onCpu.Score("w1", "w2"), classifier.Score("w1", "w2"));
    }

    [Theory]
    [InlineData(ExecutionProvider.Cuda)]
    [InlineData(ExecutionProvider.DirectML)]
    public void After_a_fallback_graph_and_batches_are_those_for_the_CPU(ExecutionProvider provider)
    {
        using var model = TinyModel.Pairs();
        var options = new ScoringOptions { Provider = provider, GpuDeviceId = 99, FallbackToCpu = true };
        TextPair[] pairs = [.. Enumerable.Repeat(new TextPair("w1", "w2"), ScoringOptions.CpuBatchTokens / 5 * 3)];
        using var counter = new RunCounter();
        using (var classifier = PairClassifier.Load(model.Path, counter.CountIn(options)))
            classifier.ScoreBatch(pairs);
        Assert.Equal(3, counter.Count);

        // Of fused operators, which DirectML would not have taken.
        File.WriteAllText(model.Folder.OptimizedOnnxPath, "not a graph");
        Assert.Contains("model_optimized.onnx: not an ONNX model", Error(model, options));
    }

    [Fact]
    public void Batches_that_run_at_once_have_a_thread_each()
    {
        Assert.Equal(Environment.ProcessorCount, new ScoringOptions().OperatorThreads);
        Assert.Equal(1, new ScoringOptions { ConcurrentBatches = 2 }.OperatorThreads);
        Assert.Equal(3, new ScoringOptions { ConcurrentBatches = 2, IntraOpThreads = 3 }.OperatorThreads);
        using var model = TinyModel.Pairs();
        Assert.Contains("ConcurrentBatches is 0", Error(model, new ScoringOptions { ConcurrentBatches = 0 }));
    }

    /// <summary>What is asked of the CPU here stands in for DirectML, which runs on one thread at a time.</summary>
    [Theory]
    [InlineData(ExecutionProvider.Cpu, 4)]
    [InlineData(ExecutionProvider.DirectML, 1)]
    public void Runs_take_turns_where_the_provider_asks_for_it(ExecutionProvider provider, int most)
    {
        var options = new ScoringOptions { Provider = provider, ConcurrentBatches = 4 };
        Assert.Equal(most, options.BatchesAtOnce);
        using var model = TinyModel.Pairs();
        using var counter = new RunCounter();
        using (var settings = new SessionOptions { IntraOpNumThreads = 1 })
        {
            counter.CountIn(options).ConfigureSession!(settings);
            using var scorer = new GraphScorer(
                new InferenceSession(model.Folder.OnnxPath, settings), model.Folder.OnnxPath, [GraphOutput.OfSequence(TensorNames.Logits, 2)], padTokenId: 0, options);
            var sequences = new TokenSequences();
            sequences.Encode(1, AddTokens, TestContext.Current.CancellationToken);
            Thread[] users = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
            {
                for (int run = 0; run < 50; run++)
                    scorer.Score(sequences, (_, _, _) => { }, CancellationToken.None);
            }))];
            Array.ForEach(users, user => user.Start());
            Array.ForEach(users, user => user.Join());
        }
        Assert.Equal(200, counter.Count);
        Assert.InRange(counter.MostAtOnce, 1, most);

        static void AddTokens(int row, TokenSequences.Chunk chunk)
        {
            chunk.Reserve(64, out Span<int> ids, out Span<byte> typeIds);
            ids.Fill(5);
            typeIds.Clear();
            chunk.Add(64);
        }
    }

    [Fact]
    public void A_providers_own_settings_name_the_GPU_first()
    {
        var own = new Dictionary<string, string> { ["device_id"] = "3", ["gpu_mem_limit"] = "1" };
        Assert.Equal(own, Sessions.WithDevice(own, 1));
        Assert.Equal(3, CudaLibrary.DeviceOf(Sessions.WithDevice(own, 1), devices: 4));
        Assert.Equal(1, CudaLibrary.DeviceOf(Sessions.WithDevice(null, 1), devices: 4));
        Assert.Equal(0, CudaLibrary.DeviceOf(Sessions.WithDevice(null, null), devices: 4));
        // DirectML's preference among several GPUs counts only where none is named.
        Assert.Equal(["performance_preference"], Sessions.WithDevice(new Dictionary<string, string> { ["performance_preference"] = "high_performance" }, null).Keys);
        foreach (string device in (string[])["3", "-1", "first"])
        {
            own["device_id"] = device;
            string message = Assert.Throws<BertMLNetException>(() => CudaLibrary.DeviceOf(own, devices: 3)).Message;
            Assert.Equal($"there is no GPU {device}: CUDA sees 3", message);
        }
    }

    [Fact]
    public void A_GPU_number_alone_means_CUDA()
    {
        Assert.Equal(ExecutionProvider.Cuda, new ScoringOptions { GpuDeviceId = 0 }.WantedProvider);
        Assert.Equal(ExecutionProvider.Cpu, new ScoringOptions().WantedProvider);
    }

    private static string Error(TinyModel model, ScoringOptions? options = null) =>
        Assert.Throws<BertMLNetException>(() => PairClassifier.Load(model.Path, options)).Message;
}
