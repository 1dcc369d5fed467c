"""BERT in plain PyTorch, written from the paper (Devlin et al., 2018) and google-research/bert's description of it.

It is the oracle of the .NET code: readable rather than fast, in float64, without dropout. Parameters live in one flat
dictionary under the names that Hugging Face's checkpoints use; linear weights are [out, in]. In the shape comments
B is the number of examples, S the longest example's tokens, H hidden_size, A the heads, D = H / A.
"""

import math

import torch

ACTIVATIONS = {
    "gelu": lambda x: 0.5 * x * (1 + torch.erf(x / math.sqrt(2))),
    "gelu_new": lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "relu": lambda x: x.clamp(min=0),
    "tanh": torch.tanh,
    "silu": lambda x: x * torch.sigmoid(x),
}


ARCHITECTURES = dict(
    pair="BertForSequenceClassification",
    value="BertForSequenceClassification",
    labels="BertForSequenceClassification",
    qa="BertForQuestionAnswering",
    tokens="BertForTokenClassification",
    mlm="BertForMaskedLM",
    pretraining="BertForPreTraining",
)


def configuration(sizes, activation, positions, longest):
    """The fields of config.json."""
    return dict(
        model_type="bert",
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
    )


def parameter_shapes(config, head):
    """Every parameter's shape, in checkpoint order."""
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    shapes = {}

    def linear(name, inputs, outputs):
        shapes[f"{name}.weight"] = (outputs, inputs)
        shapes[f"{name}.bias"] = (outputs,)

    def norm(name):
        shapes[f"{name}.weight"] = (hidden,)
        shapes[f"{name}.bias"] = (hidden,)

    shapes["bert.embeddings.word_embeddings.weight"] = (config["vocab_size"], hidden)
    shapes["bert.embeddings.position_embeddings.weight"] = (config["max_position_embeddings"], hidden)
    shapes["bert.embeddings.token_type_embeddings.weight"] = (config["type_vocab_size"], hidden)
    norm("bert.embeddings.LayerNorm")
    for i in range(config["num_hidden_layers"]):
        layer = f"bert.encoder.layer.{i}"
        for part in ("query", "key", "value"):
            linear(f"{layer}.attention.self.{part}", hidden, hidden)
        linear(f"{layer}.attention.output.dense", hidden, hidden)
        norm(f"{layer}.attention.output.LayerNorm")
        linear(f"{layer}.intermediate.dense", hidden, inner)
        linear(f"{layer}.output.dense", inner, hidden)
        norm(f"{layer}.output.LayerNorm")
    if head in ("pair", "value", "labels", "pretraining"):
        linear("bert.pooler.dense", hidden, hidden)
    if head in ("pair", "value", "labels", "tokens"):
        linear("classifier", hidden, len(config["id2label"]))
    elif head == "qa":
        linear("qa_outputs", hidden, 2)
    elif head in ("mlm", "pretraining"):
        linear("cls.predictions.transform.dense", hidden, hidden)
        norm("cls.predictions.transform.LayerNorm")
        shapes["cls.predictions.bias"] = (config["vocab_size"],)
    if head == "pretraining":
        linear("cls.seq_relationship", hidden, 2)
    return shapes


class Model:
    def __init__(self, config, parameters):
        self.config = config
        self.p = parameters
        self.activation = ACTIVATIONS[config["hidden_act"]]

    def linear(self, name, x):
        return x @ self.p[f"{name}.weight"].T + self.p[f"{name}.bias"]

    def norm(self, name, x):
        centred = x - x.mean(-1, keepdim=True)
        variance = (centred**2).mean(-1, keepdim=True)
        scaled = centred / torch.sqrt(variance + self.config["layer_norm_eps"])
        return scaled * self.p[f"{name}.weight"] + self.p[f"{name}.bias"]

    def embeddings(self, ids, types):
        """[B, S] ids and token types -> [B, S, H]."""
        word = self.p["bert.embeddings.word_embeddings.weight"][ids]
        position = self.p["bert.embeddings.position_embeddings.weight"][: ids.shape[1]]
        kind = self.p["bert.embeddings.token_type_embeddings.weight"][types]
        return self.norm("bert.embeddings.LayerNorm", word + position + kind)

    def attention(self, layer, x, bias):
        """[B, S, H] -> [B, S, H]; bias [B, 1, 1, S] is 0 at real tokens and -10000 at padding."""
        batch, length, hidden = x.shape
        heads = self.config["num_attention_heads"]

        def split(part):  # [B, S, H] -> [B, A, S, D]
            y = self.linear(f"{layer}.attention.self.{part}", x)
            return y.reshape(batch, length, heads, hidden // heads).transpose(1, 2)

        query, key, value = split("query"), split("key"), split("value")
        scores = query @ key.transpose(-1, -2) / math.sqrt(hidden // heads) + bias  # [B, A, S, S]
        context = torch.softmax(scores, -1) @ value  # [B, A, S, D]
        context = context.transpose(1, 2).reshape(batch, length, hidden)
        return self.linear(f"{layer}.attention.output.dense", context)

    def encoder(self, ids, types, mask):
        """[B, S] ids, token types and mask (1 real, 0 padding) -> [B, S, H]."""
        x = self.embeddings(ids, types)
        bias = (1 - mask.to(x.dtype))[:, None, None, :] * -10000.0
        for i in range(self.config["num_hidden_layers"]):
            layer = f"bert.encoder.layer.{i}"
            x = self.norm(f"{layer}.attention.output.LayerNorm", x + self.attention(layer, x, bias))
            inner = self.activation(self.linear(f"{layer}.intermediate.dense", x))
            x = self.norm(f"{layer}.output.LayerNorm", x + self.linear(f"{layer}.output.dense", inner))
        return x

    def pair_logits(self, x):
        """[B, S, H] -> [B, labels], from the pooled [CLS] vector."""
        return self.linear("classifier", self.pooled(x))

    def label_logits(self, x):
        """[B, S, H] -> [B, S, labels], of every token."""
        return self.linear("classifier", x)

    def sentence_logits(self, x):
        """[B, S, H] -> [B, 2], from the pooled [CLS] vector: do the two texts belong together?"""
        return self.linear("cls.seq_relationship", self.pooled(x))

    def pooled(self, x):
        """[B, S, H] -> [B, H]."""
        return torch.tanh(self.linear("bert.pooler.dense", x[:, 0]))

    def span_logits(self, x):
        """[B, S, H] -> [B, S, 2]: start and end logits."""
        return self.linear("qa_outputs", x)

    def token_logits(self, x):
        """[masked, H] -> [masked, vocabulary]; the output matrix is the word embedding table."""
        x = self.activation(self.linear("cls.predictions.transform.dense", x))
        x = self.norm("cls.predictions.transform.LayerNorm", x)
        return x @ self.p["bert.embeddings.word_embeddings.weight"].T + self.p["cls.predictions.bias"]


def embedding(model, x, mask, pooling):
    """[B, S, H], mask [B, S] -> [B, H]: one vector of each text's tokens."""
    real = mask[:, :, None].to(x.dtype)
    if pooling == "pooler":
        return model.pooled(x)
    if pooling == "cls":
        return x[:, 0]
    if pooling == "max":
        return x.masked_fill(real == 0, -math.inf).amax(1)
    total, count = (x * real).sum(1), real.sum(1)
    return total / (count if pooling == "mean" else count.sqrt())


def cross_entropy(logits, target):
    """-log softmax(logits)[target] of each row: [N, classes], [N] -> [N]."""
    return torch.logsumexp(logits, -1) - logits.gather(-1, target[:, None])[:, 0]


def pair_loss(logits, classes, weights):
    """Each example's cross-entropy times its weight, summed."""
    return (cross_entropy(logits, classes) * weights).sum()


def value_loss(logits, values, weights):
    """Each example's squared error times its weight, summed; logits [B, 1], values [B]."""
    return ((logits[:, 0] - values) ** 2 * weights).sum()


def several_labels_loss(logits, values, weights):
    """The mean over an example's labels of their binary cross-entropies, times its weight, summed; logits, values [B, labels]."""
    losses = torch.nn.functional.binary_cross_entropy_with_logits(logits, values, reduction="none")
    return (losses.mean(1) * weights).sum()


def span_loss(logits, starts, ends, allowed):
    """Each example's mean of start and end cross-entropy over its allowed tokens, summed; allowed [B, S]."""
    barred = logits.masked_fill(~allowed[:, :, None], -math.inf)
    return (cross_entropy(barred[:, :, 0], starts) + cross_entropy(barred[:, :, 1], ends)).sum() / 2


def token_loss(logits, ids):
    """The masked tokens' cross-entropies, summed."""
    return cross_entropy(logits, ids).sum()


def label_loss(logits, classes):
    """The cross-entropies of the tokens that have a class, summed: [tokens, labels], [tokens] with -1 for none."""
    known = classes >= 0
    return cross_entropy(logits[known], classes[known]).sum()
