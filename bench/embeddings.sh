#!/usr/bin/env bash
# embeddings.sh SICK.tsv: Spearman's correlation of the cosine of two sentences' vectors with how related people find them, of the model
# that ships with the command, untrained, and of one of its size with random weights. SICK.tsv has the columns sentence1, sentence2, score.
# Needs python3; the command is bertmlnet on the path, or $BERTMLNET.
set -euo pipefail
data=$1
bertmlnet=${BERTMLNET:-bertmlnet}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"$bertmlnet" import --from bertmlnet-mini-en --output "$work/mini" --no-onnx >"$work/log" 2>&1
mkdir "$work/random"
cp "$work"/mini/*.json "$work/mini/vocab.txt" "$work/random/"
# Weights as BERT's are drawn before training: normal with a deviation of 0.02, norms at one, biases at zero.
python3 - "$work/mini/model.safetensors" "$work/random/model.safetensors" <<'PY'
import json, random, struct, sys
raw = open(sys.argv[1], "rb").read()
size = int.from_bytes(raw[:8], "little")
tensors = {k: v for k, v in json.loads(raw[8:8 + size]).items() if k != "__metadata__"}
draw = random.Random(1)
data = bytearray(raw[8 + size:])
for name, tensor in sorted(tensors.items()):
    start, end = tensor["data_offsets"]
    count = (end - start) // 4
    if name.endswith(".bias"):
        values = [0.0] * count
    elif "LayerNorm" in name:
        values = [1.0] * count
    else:
        values = [draw.gauss(0, 0.02) for _ in range(count)]
    data[start:end] = struct.pack(f"<{count}f", *values)
open(sys.argv[2], "wb").write(raw[:8 + size] + data)
PY
for model in mini random; do
    for pooling in mean cls max; do
        for column in sentence1 sentence2; do
            "$bertmlnet" embed --model "$work/$model" --pooling "$pooling" --normalize --input "$data" --text "$column" \
                --output "$work/$column.jsonl" >"$work/log" 2>&1
        done
        python3 - "$model" "$pooling" "$data" "$work/sentence1.jsonl" "$work/sentence2.jsonl" <<'PY'
import csv, json, sys
model, pooling, data, first, second = sys.argv[1:]
scores = [float(row["score"]) for row in csv.DictReader(open(data), delimiter="\t", quoting=csv.QUOTE_NONE)]
vectors = [[json.loads(line)["embedding"] for line in open(path)] for path in (first, second)]
cosines = [sum(a * b for a, b in zip(x, y)) for x, y in zip(*vectors)]
def ranks(values):
    order, result = sorted(range(len(values)), key=values.__getitem__), [0.0] * len(values)
    i = 0
    while i < len(order):
        j = i
        while j + 1 < len(order) and values[order[j + 1]] == values[order[i]]:
            j += 1
        for k in order[i:j + 1]:
            result[k] = (i + j) / 2
        i = j + 1
    return result
def pearson(x, y):
    mx, my = sum(x) / len(x), sum(y) / len(y)
    cov = sum((a - mx) * (b - my) for a, b in zip(x, y))
    return cov / (sum((a - mx) ** 2 for a in x) * sum((b - my) ** 2 for b in y)) ** 0.5
print(f"{model} {pooling}: Spearman {pearson(ranks(scores), ranks(cosines)):.3f} of {len(scores)} pairs")
PY
    done
done
