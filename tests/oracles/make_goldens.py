#!/usr/bin/python3
"""Writes golden/: small models with their batches, logits, losses and gradients, and optimizer runs. See README.md."""

import json
from pathlib import Path

import numpy as np
import torch

import bert
import distilbert
import electra
from optimizers import optimizer_cases, train
from tensor_files import write_safetensors

GOLDEN = Path(__file__).parent / "golden"
LENGTHS = [3, 17, 40, 5]  # short and long rows together, up to max_position_embeddings

SQUARE = dict(hidden_size=16, num_attention_heads=4, intermediate_size=32, vocab_size=50)
NARROW = dict(hidden_size=12, num_attention_heads=3, intermediate_size=20, vocab_size=47)
CASES = [
    # name, head, sizes, activation, positions, labels, the encoder where it is not BERT
    ("pair-gelu", "pair", SQUARE, "gelu", "absolute", 2),
    ("qa-gelu", "qa", SQUARE, "gelu", "absolute", 2),
    ("mlm-gelu", "mlm", SQUARE, "gelu", "absolute", 2),
    ("pair-gelu-tanh-sinusoidal", "pair", NARROW, "gelu_new", "sinusoidal", 3),
    ("qa-relu-sinusoidal", "qa", NARROW, "relu", "sinusoidal", 2),
    ("mlm-silu", "mlm", NARROW, "silu", "absolute", 2),
    ("pair-tanh", "pair", NARROW, "tanh", "absolute", 2),
    ("pretraining-gelu", "pretraining", SQUARE, "gelu", "absolute", 2),
    ("tokens-gelu", "tokens", SQUARE, "gelu", "absolute", 5),
    ("tokens-gelu-tanh-sinusoidal", "tokens", NARROW, "gelu_new", "sinusoidal", 3),
    ("value-gelu", "value", SQUARE, "gelu", "absolute", 1),
    ("labels-gelu-tanh", "labels", NARROW, "gelu_new", "absolute", 4),
]
# Drawn from seeds of their own: encoders beside BERT.
ENCODER_CASES = [
    ("pair-distilbert", "pair", SQUARE, "gelu", "absolute", 3, distilbert),
    ("qa-distilbert-sinusoidal", "qa", dict(NARROW, vocab_size=50), "gelu", "sinusoidal", 2, distilbert),
    ("mlm-distilbert", "mlm", NARROW, "gelu_new", "absolute", 2, distilbert),
    ("pair-electra", "pair", dict(SQUARE, embedding_size=8), "gelu", "absolute", 3, electra),
    ("qa-electra", "qa", dict(NARROW, embedding_size=12, vocab_size=50), "relu", "absolute", 2, electra),
    ("mlm-electra", "mlm", dict(SQUARE, embedding_size=12), "gelu_new", "absolute", 2, electra),
    ("tokens-electra", "tokens", dict(SQUARE, embedding_size=8), "gelu", "absolute", 4, electra),
]
PROBLEMS = dict(value="regression", labels="multi_label_classification")
POOLINGS = ["mean", "cls", "max", "mean_sqrt_len", "pooler"]


def sinusoids(rows, width):
    """Row p holds sin(p / 10000^(2i/width)) at column 2i, the cosine at 2i + 1 (Vaswani et al., 2017)."""
    column = np.arange(width)
    angle = np.arange(rows)[:, None] / 10000 ** ((column - column % 2) / width)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


def draw_parameters(shapes, positions, random):
    """Wide enough that softmax is far from uniform; rounded to float32, which is what the file holds."""
    parameters = {}
    for name, shape in shapes.items():
        if name.endswith(("LayerNorm.weight", "layer_norm.weight")):
            value = 1 + 0.3 * random.standard_normal(shape)
        elif name.endswith("position_embeddings.weight") and positions == "sinusoidal":
            value = sinusoids(*shape)
        else:
            value = 0.4 * random.standard_normal(shape)
        parameters[name] = value.astype(np.float32)
    return parameters


def pad(packed):
    """[tokens] -> [examples, longest]; padding is filled with 0."""
    rows = torch.zeros(len(LENGTHS), max(LENGTHS), dtype=torch.as_tensor(packed).dtype)
    for row, part in zip(rows, np.split(packed, np.cumsum(LENGTHS)[:-1])):
        row[: len(part)] = torch.as_tensor(part)
    return rows


def make_case(seed, name, head, sizes, activation, positions, labels, encoder=bert):
    random = np.random.default_rng(seed)
    config = dict(
        architectures=[encoder.ARCHITECTURES[head]],
        **encoder.configuration(sizes, activation, positions, max(LENGTHS)),
        id2label={str(i): f"label {i}" for i in range(labels)},
        label2id={f"label {i}": i for i in range(labels)},
    )
    if head in PROBLEMS:
        config["problem_type"] = PROBLEMS[head]
    parameters = draw_parameters(encoder.parameter_shapes(config, head), positions, random)
    tensors = {key: torch.tensor(value, dtype=torch.float64, requires_grad=True) for key, value in parameters.items()}
    model = encoder.Model(config, tensors)

    tokens = sum(LENGTHS)
    ids = random.integers(1, config["vocab_size"], tokens)
    types = np.concatenate([np.arange(n) >= (n + 1) // 2 for n in LENGTHS]).astype(np.int64)
    mask = pad(np.ones(tokens, dtype=np.int64))
    real = mask.bool()
    batch = dict(lengths=LENGTHS, inputIds=ids.tolist(), tokenTypeIds=types.tolist())

    # Each head's targets, its logits in the order a training engine gives them, and the sum of its losses.
    if head == "pair":
        classes = random.integers(0, labels, len(LENGTHS))
        weights = np.array([1.0, 0.5, 2.0, 1.25])
        batch.update(classes=classes.tolist(), weights=weights.tolist())
        scale = 1 / weights.sum()

        def run(hidden):
            logits = model.pair_logits(hidden)
            return logits, bert.pair_loss(logits, torch.as_tensor(classes), torch.as_tensor(weights))
    elif head in ("value", "labels"):
        weights = np.array([1.0, 0.5, 2.0, 1.25])
        values = random.normal(3, 1, len(LENGTHS)) if head == "value" else random.integers(0, 2, (len(LENGTHS), labels)).astype(float)
        values = values.astype(np.float32)
        batch.update(values=values.flatten().tolist(), weights=weights.tolist())
        scale = 1 / weights.sum()

        def run(hidden):
            logits = model.pair_logits(hidden)
            loss = bert.value_loss if head == "value" else bert.several_labels_loss
            return logits, loss(logits, torch.as_tensor(values, dtype=torch.float64), torch.as_tensor(weights))
    elif head == "qa":
        # The passage (type 1) but for its last token, [SEP], and [CLS], which answers the shortest row's question.
        last = np.cumsum(LENGTHS) - 1
        allowed = types == 1
        allowed[last] = False
        allowed[last + 1 - LENGTHS] = True
        starts, ends = np.array([0, 10, 21, 3]), np.array([0, 14, 38, 3])
        batch.update(starts=starts.tolist(), ends=ends.tolist(), allowed=allowed.tolist())
        scale = 1 / len(LENGTHS)

        def run(hidden):
            logits = model.span_logits(hidden)
            return logits[real], bert.span_loss(logits, torch.as_tensor(starts), torch.as_tensor(ends), pad(allowed))
    elif head == "tokens":
        # [CLS], [SEP] and some pieces of words have no class.
        last = np.cumsum(LENGTHS) - 1
        classes = np.where(random.random(tokens) < 0.3, -1, random.integers(0, labels, tokens))
        classes[last] = classes[last + 1 - LENGTHS] = -1
        batch.update(classes=classes.tolist())
        scale = 1 / (classes >= 0).sum()

        def run(hidden):
            logits = model.label_logits(hidden)[real]
            return logits, bert.label_loss(logits, torch.as_tensor(classes))
    else:
        first = np.cumsum(LENGTHS) - LENGTHS
        maskable = np.setdiff1d(np.arange(tokens), first) if head == "pretraining" else tokens
        masked = np.sort(random.choice(maskable, 11, replace=False))
        originals = random.integers(1, config["vocab_size"], len(masked))
        batch.update(positions=masked.tolist(), ids=originals.tolist())
        scale = 1 / len(masked)
        if head == "pretraining":
            # Nothing is asked of the second row's texts.
            classes, weights = np.array([1, 0, 0, 1]), np.array([3.0, 0.0, 4.0, 1.0])
            batch.update(classes=classes.tolist(), weights=weights.tolist())

        def run(hidden):
            logits = model.token_logits(hidden[real][torch.as_tensor(masked)])
            loss = bert.token_loss(logits, torch.as_tensor(originals))
            if head == "pretraining":
                sentences = model.sentence_logits(hidden)
                loss = loss + bert.pair_loss(sentences, torch.as_tensor(classes), torch.as_tensor(weights))
                logits = torch.cat([logits.flatten(), sentences.flatten()])
            return logits, loss

    # The scale is handed to engines as a float32.
    scale = float(np.float32(scale))

    def scaled_run():
        logits, loss = run(model.encoder(pad(ids), pad(types), mask))
        return logits, loss * scale

    logits, loss = scaled_run()
    loss.backward()
    batch.update(lossScale=scale, loss=loss.item(), logits=logits.detach().flatten().tolist())

    folder = GOLDEN / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "batch.json").write_text(json.dumps(batch, separators=(",", ":")) + "\n")
    write_safetensors(folder / "model.safetensors", parameters)
    fixed = {key for key in tensors if positions == "sinusoidal" and key.endswith("position_embeddings.weight")}
    write_safetensors(
        folder / "gradients.safetensors",
        {key: tensor.grad.numpy() for key, tensor in tensors.items() if key not in fixed},
    )
    if head == "pair":
        # Only BERT has a pooler that is not its classifier's.
        poolings = [name for name in POOLINGS if name != "pooler" or encoder is bert]
        with torch.no_grad():
            hidden = model.encoder(pad(ids), pad(types), mask)
            vectors = {pooling: bert.embedding(model, hidden, mask, pooling) for pooling in poolings}
        embeddings = {pooling: vector.flatten().tolist() for pooling, vector in vectors.items()}
        (folder / "embeddings.json").write_text(json.dumps(embeddings, separators=(",", ":")) + "\n")
    training = train({key: tensor for key, tensor in tensors.items() if key not in fixed}, lambda: scaled_run()[1])
    (folder / "training.json").write_text(json.dumps(training, separators=(",", ":")) + "\n")
    print(f"{name}: loss {loss.item():.6f}, after training {training['losses'][-1]:.6f}")


def main():
    torch.set_num_threads(1)
    for seed, case in [*enumerate(CASES), *enumerate(ENCODER_CASES, start=10)]:
        make_case(seed, *case)
    (GOLDEN / "adamw.json").write_text(json.dumps(optimizer_cases(), separators=(",", ":")) + "\n")


main()
