"""ELECTRA in plain PyTorch, written from the paper (Clark et al., 2020) and the names in the published checkpoints.

It differs from BERT in its embeddings, which are narrower than the encoder and widened by a linear layer; in having no pooler,
a GELU layer of the classifier's own in its place; and in predicting tokens at the embeddings' width. See bert.py.
"""

import math

import torch

from bert import ACTIVATIONS

ARCHITECTURES = dict(
    pair="ElectraForSequenceClassification",
    qa="ElectraForQuestionAnswering",
    tokens="ElectraForTokenClassification",
    mlm="ElectraForMaskedLM",
)


def configuration(sizes, activation, positions, longest):
    """The fields of config.json."""
    return dict(
        model_type="electra",
        **sizes,
        num_hidden_layers=2,
        hidden_act=activation,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        max_position_embeddings=longest,
        type_vocab_size=2,
        layer_norm_eps=1e-12,
        pad_token_id=0,
        position_embedding_type=positions,
        summary_type="first",
        summary_use_proj=True,
        summary_activation="gelu",
        summary_last_dropout=0.1,
    )


def parameter_shapes(config, head):
    """Every parameter's shape, in checkpoint order."""
    narrow, hidden, inner = config["embedding_size"], config["hidden_size"], config["intermediate_size"]
    shapes = {}

    def linear(name, inputs, outputs):
        shapes[f"{name}.weight"] = (outputs, inputs)
        shapes[f"{name}.bias"] = (outputs,)

    def norm(name, width):
        shapes[f"{name}.weight"] = (width,)
        shapes[f"{name}.bias"] = (width,)

    for table, rows in (("word", "vocab_size"), ("position", "max_position_embeddings"), ("token_type", "type_vocab_size")):
        shapes[f"electra.embeddings.{table}_embeddings.weight"] = (config[rows], narrow)
    norm("electra.embeddings.LayerNorm", narrow)
    if narrow != hidden:
        linear("electra.embeddings_project", narrow, hidden)
    for i in range(config["num_hidden_layers"]):
        layer = f"electra.encoder.layer.{i}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            linear(f"{layer}.attention.{part}", hidden, hidden)
        norm(f"{layer}.attention.output.LayerNorm", hidden)
        linear(f"{layer}.intermediate.dense", hidden, inner)
        linear(f"{layer}.output.dense", inner, hidden)
        norm(f"{layer}.output.LayerNorm", hidden)
    if head == "pair":
        linear("classifier.dense", hidden, hidden)
        linear("classifier.out_proj", hidden, len(config["id2label"]))
    elif head == "tokens":
        linear("classifier", hidden, len(config["id2label"]))
    elif head == "qa":
        linear("qa_outputs", hidden, 2)
    else:
        linear("generator_predictions.dense", hidden, narrow)
        norm("generator_predictions.LayerNorm", narrow)
        shapes["generator_lm_head.bias"] = (config["vocab_size"],)
    return shapes


class Model:
    def __init__(self, config, parameters):
        self.config = config
        self.p = parameters
        self.activation = ACTIVATIONS[config["hidden_act"]]

    def linear(self, name, x):
        return x @ self.p[f"{name}.weight"].T + self.p[f"{name}.bias"]

    def norm(self, name, x):
        variance, mean = torch.var_mean(x, -1, unbiased=False, keepdim=True)
        scaled = (x - mean) / torch.sqrt(variance + self.config["layer_norm_eps"])
        return scaled * self.p[f"{name}.weight"] + self.p[f"{name}.bias"]

    def attention(self, layer, x, mask):
        """[B, S, H] -> [B, S, H]; mask [B, S] is 1 at real tokens, and all else is attended to not at all."""
        batch, length, hidden = x.shape
        heads = self.config["num_attention_heads"]

        def split(part):  # [B, S, H] -> [B, A, S, D]
            return self.linear(f"{layer}.self.{part}", x).reshape(batch, length, heads, hidden // heads).transpose(1, 2)

        scores = split("query") @ split("key").transpose(-1, -2) / math.sqrt(hidden // heads)
        scores = scores + (1 - mask.to(x.dtype))[:, None, None, :] * -10000.0
        context = torch.softmax(scores, -1) @ split("value")
        return self.linear(f"{layer}.output.dense", context.transpose(1, 2).reshape(batch, length, hidden))

    def encoder(self, ids, types, mask):
        """[B, S] ids, token types and mask (1 real, 0 padding) -> [B, S, H]."""
        x = self.p["electra.embeddings.word_embeddings.weight"][ids]
        x = x + self.p["electra.embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = self.norm("electra.embeddings.LayerNorm", x + self.p["electra.embeddings.token_type_embeddings.weight"][types])
        if self.config["embedding_size"] != self.config["hidden_size"]:
            x = self.linear("electra.embeddings_project", x)
        for i in range(self.config["num_hidden_layers"]):
            layer = f"electra.encoder.layer.{i}"
            x = self.norm(f"{layer}.attention.output.LayerNorm", x + self.attention(f"{layer}.attention", x, mask))
            inner = self.activation(self.linear(f"{layer}.intermediate.dense", x))
            x = self.norm(f"{layer}.output.LayerNorm", x + self.linear(f"{layer}.output.dense", inner))
        return x

    def pair_logits(self, x):
        """[B, S, H] -> [B, labels]: a GELU layer on the first token's vector, whatever hidden_act is, and the classifier."""
        return self.linear("classifier.out_proj", ACTIVATIONS["gelu"](self.linear("classifier.dense", x[:, 0])))

    def label_logits(self, x):
        """[B, S, H] -> [B, S, labels]."""
        return self.linear("classifier", x)

    def span_logits(self, x):
        """[B, S, H] -> [B, S, 2]: start and end logits."""
        return self.linear("qa_outputs", x)

    def token_logits(self, x):
        """[masked, H] -> [masked, vocabulary]; the output matrix is the word embedding table. GELU, whatever hidden_act is."""
        x = self.norm("generator_predictions.LayerNorm", ACTIVATIONS["gelu"](self.linear("generator_predictions.dense", x)))
        return x @ self.p["electra.embeddings.word_embeddings.weight"].T + self.p["generator_lm_head.bias"]
