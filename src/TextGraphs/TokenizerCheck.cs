using BertMLNet.Export;
using BertMLNet.Export.Onnx;
using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.TextGraphs;

/// <summary>Compares the tokenizer inside a graph with the model's own, on texts of the kinds in which tokenizers differ.</summary>
public static class TokenizerCheck
{
    /// <summary>The kinds of text that have other tokens inside a graph.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="config">The model's configuration.</param>
    /// <exception cref="BertMLNetException">The tokenizer cannot be put into a graph.</exception>
    public static IReadOnlyList<string> Differences(WordPieceTokenizer tokenizer, BertConfig config)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(config);
        (string Kind, string Text)[] probes = [.. Probes(tokenizer)];
        int[][] actual = Ids(tokenizer, config, [.. probes.Select(probe => probe.Text)]);
        var options = new EncodeOptions { MaxLength = config.LongestClassified };
        return [.. probes.Where((probe, i) => !tokenizer.Encode(probe.Text, "", options).Ids.SequenceEqual(actual[i])).Select(probe => probe.Kind)];
    }

    /// <summary>The ids, without padding, that the tokenizer inside a graph gives for texts, each paired with an empty one.</summary>
    private static int[][] Ids(WordPieceTokenizer tokenizer, BertConfig config, string[] texts)
    {
        var graph = new GraphBuilder();
        PaddedSequences sequences = PairTexts.AddInputs(graph, tokenizer, config);
        graph.Output(TensorNames.HuggingFace.InputIds, sequences.InputIds);
        graph.Output(TensorNames.HuggingFace.AttentionMask, sequences.AttentionMask);
        using SessionOptions options = Sessions.Options();
        ExtensionOperators.Register(options);
        using InferenceSession session = Sessions.Open(OnnxModelWriter.ToBytes(graph), options);
        using OrtValue first = TextGraph.ToTensor(texts), second = TextGraph.ToTensor([.. texts.Select(_ => "")]);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(
            run,
            new Dictionary<string, OrtValue> { [TensorNames.Sentence1] = first, [TensorNames.Sentence2] = second },
            [TensorNames.HuggingFace.InputIds, TensorNames.HuggingFace.AttentionMask]);
        long[] ids = results[0].GetTensorDataAsSpan<long>().ToArray(), mask = results[1].GetTensorDataAsSpan<long>().ToArray();
        int columns = ids.Length / texts.Length;
        return
        [
            .. Enumerable.Range(0, texts.Length).Select(row => Enumerable.Range(row * columns, columns)
                .Where(i => mask[i] == 1).Select(i => (int)ids[i]).ToArray()),
        ];
    }

    private static IEnumerable<(string Kind, string Text)> Probes(WordPieceTokenizer tokenizer)
    {
        // Words that the vocabulary has, so that what stands between them is seen.
        string[] known = [.. Enumerable.Range(0, tokenizer.Vocabulary.Count).Select(id => tokenizer.Vocabulary[id])
            .Where(token => token.Length is >= 2 and <= 12 && token.All(char.IsAsciiLetterLower)).Take(2)];
        (string a, string b) = known is [var one, var two] ? (one, two) : ("an", "on");
        yield return ("words", $"{a} {b}, {a}!");
        yield return ("accents", $"{a} \u00C9t\u00E9 na\u00EFve \u0100 \u0159eka {b}");
        yield return ("capitals beyond Latin", $"{a} \u0391\u03B2 \u0414\u0430 {b}");
        yield return ("Chinese characters", $"{a} \u4E2D\u6587{b}\u5B57 {a}");
        yield return ("Hangul and kana", $"{a} \uD55C\uAD6D \u304C\u3071 {b}");
        yield return ("symbols", $"{a}+{b} 100% \u20AC7 \u00A9 \u00BD \u2192 {a}");
        yield return ("punctuation of other scripts", $"{a}\uFF0C{b}\u3002 {a}\u060C{b}");
        yield return ("control characters", $"{a}\u0001{b} {a}\t{b}\r\n{a}\u007F{b}");
        yield return ("the character NUL", $"{a}\0 {b}");
        yield return ("format characters and private use", $"{a}\u200B{b} {a}\uFEFF{b} {a}\uE000{b}");
        yield return ("line and paragraph separators", $"{a}\u2028{b} {a}\u2029{b}");
        yield return ("long words", $"{a} {new string('a', 100)} {new string('a', 101)} {b}");
        yield return ("words that are known in part", $"{a}\u0E5B\u0E5B {b}");
        foreach (string special in new[] { tokenizer.SpecialTokens.Separator, tokenizer.SpecialTokens.Unknown })
            yield return ($"the token {special} in a text", $"{a} {special} {b}");
        foreach (AddedToken added in tokenizer.AddedTokens.Where(token => token.Special).Take(3))
            yield return ($"the token {added.Content} in a text", $"{a} {added.Content} {b}");
    }
}
