using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BertMLNet.Modeling;

public sealed partial record BertConfig
{
    private const string PositionTableField = "position_embedding_table";

    /// <summary>Writes Hugging Face's <c>config.json</c>, whole or not at all.</summary>
    /// <exception cref="BertMLNetException">The file cannot be written.</exception>
    public void Save(string path, Head head) => AtomicFile.WriteAllText(path, ToJson(head));

    /// <summary>The configuration as Hugging Face's <c>config.json</c> for a model with the given head.</summary>
    public string ToJson(Head head)
    {
        ArgumentNullException.ThrowIfNull(head);
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteStartArray("architectures");
            json.WriteStringValue(head.Architecture);
            json.WriteEndArray();
            json.WriteNumber("attention_probs_dropout_prob", AttentionProbsDropoutProb);
            if (ClassifierDropout is { } dropout)
                json.WriteNumber("classifier_dropout", dropout);
            else
                json.WriteNull("classifier_dropout");
            json.WriteString("hidden_act", ActivationName);
            json.WriteNumber("hidden_dropout_prob", HiddenDropoutProb);
            json.WriteNumber("hidden_size", HiddenSize);
            if (head.HasLabels)
                WriteLabels(json);
            json.WriteNumber("initializer_range", InitializerRange);
            json.WriteNumber("intermediate_size", IntermediateSize);
            json.WriteNumber("layer_norm_eps", LayerNormEps);
            json.WriteNumber("max_position_embeddings", MaxPositionEmbeddings);
            json.WriteString("model_type", "bert");
            json.WriteNumber("num_attention_heads", NumAttentionHeads);
            json.WriteNumber("num_hidden_layers", NumHiddenLayers);
            json.WriteNumber("pad_token_id", PadTokenId);
            if (PositionEmbedding == PositionEmbedding.Sinusoidal)
                json.WriteString(PositionTableField, "sinusoidal");
            json.WriteString("position_embedding_type", "absolute");
            // The first of several problems is the one that a file means which does not say.
            if (head != Heads.Of(head.Architecture, problemType: null))
                json.WriteString("problem_type", head.ProblemType);
            if (string.Equals(head.Pipeline, ClassificationSettings.Task))
                Classification?.Write(json);
            if (string.Equals(head.Pipeline, AnsweringSettings.Task))
                Answering?.Write(json);
            json.WriteNumber("type_vocab_size", TypeVocabSize);
            json.WriteNumber("vocab_size", VocabSize);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }

    private string ActivationName => HiddenAct switch
    {
        Activation.GeluTanh => "gelu_new",
        Activation.Relu => "relu",
        Activation.Tanh => "tanh",
        Activation.Silu => "silu",
        _ => "gelu",
    };

    private void WriteLabels(Utf8JsonWriter json)
    {
        json.WriteStartObject("id2label");
        for (int i = 0; i < Labels.Count; i++)
            json.WriteString(i.ToString(System.Globalization.CultureInfo.InvariantCulture), Labels[i]);
        json.WriteEndObject();
        json.WriteStartObject("label2id");
        for (int i = 0; i < Labels.Count; i++)
            json.WriteNumber(Labels[i], i);
        json.WriteEndObject();
    }
}
