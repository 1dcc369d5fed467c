#!/usr/bin/python3
"""Measures PyTorch's fine-tuning step on the CPU, set up well: the peer of BertMLNet's training engine.

Rows are JSON lines with "ids" and "typeIds", as `bertmlnet tokenize --json` writes them. The model starts from random weights,
which costs the same time as any others. A step is: forward with dropout, loss, backward, clipping, AdamW.

Prints one JSON object: versions, threads, every step's seconds, and pairs per second at the median.
"""

import argparse
import json
import os
import statistics
import sys
import time

THREADS_ENV = "BERTMLNET_PEER_READY"
if THREADS_ENV not in os.environ:
    # OpenMP and OpenBLAS read these when they load. Passive waiting keeps their threads from spinning against each
    # other, and OpenBLAS chooses its kernels freely.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OPENBLAS_")}
    environment.update({THREADS_ENV: "1", "OMP_WAIT_POLICY": "PASSIVE"})
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)

import torch
import torch.nn.functional as F
from torch import nn


class Layer(nn.Module):
    """One encoder layer; hidden states are [batch, length, hidden]."""

    def __init__(self, hidden, heads, inner, dropout):
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.qkv = nn.Linear(hidden, 3 * hidden)
        self.attention_output = nn.Linear(hidden, hidden)
        self.attention_norm = nn.LayerNorm(hidden, eps=1e-12)
        self.intermediate = nn.Linear(hidden, inner)
        self.output = nn.Linear(inner, hidden)
        self.output_norm = nn.LayerNorm(hidden, eps=1e-12)

    def forward(self, x, bias):
        batch, length, hidden = x.shape
        size = hidden // self.heads
        query, key, value = self.qkv(x).view(batch, length, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        scores = torch.matmul(query, key.transpose(-1, -2)) * size**-0.5 + bias
        weights = F.dropout(torch.softmax(scores, -1), self.dropout, self.training)
        context = torch.matmul(weights, value).transpose(1, 2).reshape(batch, length, hidden)
        x = self.attention_norm(x + F.dropout(self.attention_output(context), self.dropout, self.training))
        inner = F.gelu(self.intermediate(x))
        return self.output_norm(x + F.dropout(self.output(inner), self.dropout, self.training))


class Classifier(nn.Module):
    def __init__(self, vocabulary, layers, hidden, heads, inner, labels=2, positions=512, dropout=0.1):
        super().__init__()
        self.dropout = dropout
        self.words = nn.Embedding(vocabulary, hidden)
        self.positions = nn.Embedding(positions, hidden)
        self.types = nn.Embedding(2, hidden)
        self.norm = nn.LayerNorm(hidden, eps=1e-12)
        self.layers = nn.ModuleList(Layer(hidden, heads, inner, dropout) for _ in range(layers))
        self.pooler = nn.Linear(hidden, hidden)
        self.classifier = nn.Linear(hidden, labels)

    def forward(self, ids, types, mask):
        x = self.words(ids) + self.positions.weight[: ids.shape[1]] + self.types(types)
        x = F.dropout(self.norm(x), self.dropout, self.training)
        bias = (1 - mask)[:, None, None, :] * -10000.0
        for layer in self.layers:
            x = layer(x, bias)
        pooled = F.dropout(torch.tanh(self.pooler(x[:, 0])), self.dropout, self.training)
        return self.classifier(pooled)


def read_rows(path, limit):
    with open(path, encoding="utf-8") as file:
        return [(row["ids"][:limit], row["typeIds"][:limit]) for row in map(json.loads, file)]


def make_batches(rows, size, pad):
    """Batches of the rows in their order, padded to the longest row or to a fixed length."""
    for start in range(0, len(rows) - size + 1, size):
        chosen = rows[start : start + size]
        length = pad or max(len(ids) for ids, _ in chosen)
        ids, types = torch.zeros(size, length, dtype=torch.long), torch.zeros(size, length, dtype=torch.long)
        mask = torch.zeros(size, length)
        for i, (row_ids, row_types) in enumerate(chosen):
            ids[i, : len(row_ids)] = torch.tensor(row_ids)
            types[i, : len(row_types)] = torch.tensor(row_types)
            mask[i, : len(row_ids)] = 1
        yield ids, types, mask, torch.arange(size) % 2


def loaded_blas():
    """The BLAS library that this process has loaded: Debian's libblas.so.3 may be any of several."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = {line.split()[-1] for line in maps if "blas" in line}
    return sorted(os.path.basename(os.path.dirname(path)) + "/" + os.path.basename(path) for path in paths)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", required=True, help="JSON lines with ids and typeIds")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--intermediate", type=int, default=1024)
    parser.add_argument("--vocabulary", type=int, default=30522)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--pad", default="longest", help="'longest' in the batch, or a length, e.g. 128")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--warmup", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    pad = None if arguments.pad == "longest" else int(arguments.pad)
    batches = list(make_batches(read_rows(arguments.rows, pad or 512), arguments.batch_size, pad))
    model = Classifier(arguments.vocabulary, arguments.layers, arguments.hidden, arguments.heads, arguments.intermediate)
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    groups = [dict(params=matrices, weight_decay=0.01), dict(params=vectors, weight_decay=0.0)]
    optimizer = torch.optim.AdamW(groups, lr=2e-5, foreach=True)

    seconds = []
    for step in range(arguments.warmup + arguments.steps):
        ids, types, mask, labels = batches[step % len(batches)]
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(ids, types, mask), labels).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step >= arguments.warmup:
            seconds.append(time.perf_counter() - start)

    median = statistics.median(seconds)
    print(json.dumps(dict(
        peer=f"PyTorch {torch.__version__}",
        blas=loaded_blas(),
        threads=torch.get_num_threads(),
        layers=arguments.layers,
        hidden=arguments.hidden,
        batchSize=arguments.batch_size,
        pad=arguments.pad,
        seconds=[round(s, 4) for s in seconds],
        medianSeconds=round(median, 4),
        pairsPerSecond=round(arguments.batch_size / median, 2),
    )))


main()
