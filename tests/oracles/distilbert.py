"""DistilBERT in plain PyTorch, written from the paper (Sanh et al., 2019) and the names in the published checkpoints.

It differs from BERT in its embeddings, which have no token types; in having no pooler, a ReLU layer of the classifier's own
in its place; and in all names. What it computes else is BERT's, and written anew here under those names. See bert.py.
"""

import math

import torch

from bert import ACTIVATIONS

ARCHITECTURES = dict(pair="DistilBertForSequenceClassification", qa="DistilBertForQuestionAnswering", mlm="DistilBertForMaskedLM")


def configuration(sizes, activation, positions, longest):
    """The fields of config.json."""
    return dict(
        model_type="distilbert",
        vocab_size=sizes["vocab_size"],
        dim=sizes["hidden_size"],
        n_heads=sizes["num_attention_heads"],
        n_layers=2,
        hidden_dim=sizes["intermediate_size"],
        activation=activation,
        dropout=0.0,
        attention_dropout=0.0,
        seq_classif_dropout=0.0,
        qa_dropout=0.0,
        max_position_embeddings=longest,
        sinusoidal_pos_embds=positions == "sinusoidal",
        pad_token_id=0,
        tie_weights_=True,
    )


def parameter_shapes(config, head):
    """Every parameter's shape, in checkpoint order."""
    dim = config["dim"]
    shapes = {
        "distilbert.embeddings.word_embeddings.weight": (config["vocab_size"], dim),
        "distilbert.embeddings.position_embeddings.weight": (config["max_position_embeddings"], dim),
    }

    def linear(name, inputs, outputs):
        shapes[f"{name}.weight"] = (outputs, inputs)
        shapes[f"{name}.bias"] = (outputs,)

    def norm(name):
        shapes[f"{name}.weight"] = (dim,)
        shapes[f"{name}.bias"] = (dim,)

    norm("distilbert.embeddings.LayerNorm")
    for i in range(config["n_layers"]):
        layer = f"distilbert.transformer.layer.{i}"
        for part in ("q_lin", "k_lin", "v_lin", "out_lin"):
            linear(f"{layer}.attention.{part}", dim, dim)
        norm(f"{layer}.sa_layer_norm")
        linear(f"{layer}.ffn.lin1", dim, config["hidden_dim"])
        linear(f"{layer}.ffn.lin2", config["hidden_dim"], dim)
        norm(f"{layer}.output_layer_norm")
    if head == "pair":
        linear("pre_classifier", dim, dim)
        linear("classifier", dim, len(config["id2label"]))
    elif head == "qa":
        linear("qa_outputs", dim, 2)
    else:
        linear("vocab_transform", dim, dim)
        norm("vocab_layer_norm")
        shapes["vocab_projector.bias"] = (config["vocab_size"],)
    return shapes


class Model:
    def __init__(self, config, parameters):
        self.config = config
        self.p = parameters
        self.activation = ACTIVATIONS[config["activation"]]

    def linear(self, name, x):
        return x @ self.p[f"{name}.weight"].T + self.p[f"{name}.bias"]

    def norm(self, name, x):
        variance, mean = torch.var_mean(x, -1, unbiased=False, keepdim=True)
        return (x - mean) / torch.sqrt(variance + 1e-12) * self.p[f"{name}.weight"] + self.p[f"{name}.bias"]

    def attention(self, layer, x, mask):
        """[B, S, H] -> [B, S, H]; mask [B, S] is 1 at real tokens, and all else is attended to not at all."""
        batch, length, dim = x.shape
        heads = self.config["n_heads"]

        def split(part):  # [B, S, H] -> [B, A, S, D]
            return self.linear(f"{layer}.{part}", x).reshape(batch, length, heads, dim // heads).transpose(1, 2)

        scores = split("q_lin") / math.sqrt(dim // heads) @ split("k_lin").transpose(-1, -2)
        scores = scores.masked_fill(mask[:, None, None, :] == 0, torch.finfo(scores.dtype).min)
        context = torch.softmax(scores, -1) @ split("v_lin")
        return self.linear(f"{layer}.out_lin", context.transpose(1, 2).reshape(batch, length, dim))

    def encoder(self, ids, types, mask):
        """[B, S] ids and mask (1 real, 0 padding) -> [B, S, H]; types are not looked at."""
        words = self.p["distilbert.embeddings.word_embeddings.weight"][ids]
        x = words + self.p["distilbert.embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = self.norm("distilbert.embeddings.LayerNorm", x)
        for i in range(self.config["n_layers"]):
            layer = f"distilbert.transformer.layer.{i}"
            x = self.norm(f"{layer}.sa_layer_norm", x + self.attention(f"{layer}.attention", x, mask))
            inner = self.activation(self.linear(f"{layer}.ffn.lin1", x))
            x = self.norm(f"{layer}.output_layer_norm", x + self.linear(f"{layer}.ffn.lin2", inner))
        return x

    def pair_logits(self, x):
        """[B, S, H] -> [B, labels]: a ReLU layer on the first token's vector, and the classifier."""
        return self.linear("classifier", self.linear("pre_classifier", x[:, 0]).clamp(min=0))

    def span_logits(self, x):
        """[B, S, H] -> [B, S, 2]: start and end logits."""
        return self.linear("qa_outputs", x)

    def token_logits(self, x):
        """[masked, H] -> [masked, vocabulary]; the output matrix is the word embedding table."""
        x = self.norm("vocab_layer_norm", self.activation(self.linear("vocab_transform", x)))
        return x @ self.p["distilbert.embeddings.word_embeddings.weight"].T + self.p["vocab_projector.bias"]
