#!/usr/bin/env bash
# The two training engines side by side: fine-tunes models/bertmlnet-mini-en on the first 200 pairs of MRPC's training file with
# each, three epochs without dropout from the same seed, and prints the losses and metrics of both. See docs/engines.md.
#
# usage: bench/engines.sh [--work DIR]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
shared=${BERTMLNET_SHARED:-$root/../shared}
work=${TMPDIR:-/tmp}/bertmlnet-engines
while [ $# -gt 0 ]; do
    case $1 in
        --work) work=$2 && shift 2 ;;
        *) echo "error: unknown option $1" >&2 && exit 1 ;;
    esac
done

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build "$root/src/Cli" -c Release --nologo -v quiet >&2
bertmlnet=$root/artifacts/bin/BertMLNet.Cli/release/bertmlnet
mkdir -p "$work"

# The model with its dropout rates set to 0: the engines draw different masks.
rm -rf "$work/start" "$work/onnxruntime" "$work/torchsharp"
cp -r "$root/models/bertmlnet-mini-en" "$work/start"
sed -i -E 's/("(hidden|attention_probs)_dropout_prob": )[0-9.]+/\10/' "$work/start/config.json"
head -n 201 "$shared/data/mrpc/train.tsv" > "$work/train.tsv"

for engine in onnxruntime torchsharp; do
    "$bertmlnet" train --task pair --model "$work/start" --train "$work/train.tsv" --validation "$shared/data/mrpc/dev.tsv" \
        --epochs 3 --batch-size 16 --learning-rate 1e-4 --seed 1 --engine "$engine" --device cpu --output "$work/$engine" >&2
done

node -e '
    const fs = require("node:fs");
    const [ours, theirs] = ["onnxruntime", "torchsharp"].map((engine) => JSON.parse(fs.readFileSync(`${process.argv[1]}/${engine}/training/metrics.json`)));
    console.log("| epoch | figure | onnxruntime | torchsharp | difference |\n|---|---|---|---|---|");
    ours.epochs.forEach((epoch, i) => {
        for (const figure of ["trainingLoss", "validationLoss", "accuracy", "f1", "matthews"]) {
            const other = theirs.epochs[i][figure], difference = Math.abs(epoch[figure] - other);
            console.log(`| ${epoch.epoch} | ${figure} | ${epoch[figure].toFixed(6)} | ${other.toFixed(6)} | ${difference.toExponential(1)} |`);
        }
    });
    console.log(`| | examples a second | ${ours.examplesPerSecond} | ${theirs.examplesPerSecond} | |`);' "$work"
