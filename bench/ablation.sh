#!/usr/bin/env bash
# What a pre-trained model is worth: fine-tunes it, and the same model with random weights, on MRPC, SICK (classes and relatedness), parts
# of SQuAD (answers, and reranking passages) and of GoEmotions, or on the entities of SNIPS and WNUT 2017, with the same settings and
# several seeds, scores each dev file once, and prints means and standard deviations.
# The epoch is chosen on a seeded tenth of train; dev is not looked at before.
#
# usage: bench/ablation.sh [--model DIR] [--work DIR] [--seeds "1 2 3"] [--starts "pretrained random"]
#     [--tasks "mrpc sick squad relatedness emotions reranking snips wnut17"] [--rows N]
# With --rows, so many rows of each table alone, to see that it runs.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
shared=${BERTMLNET_SHARED:-$root/../shared}
model=$root/models/bertmlnet-mini-en
work=${TMPDIR:-/tmp}/bertmlnet-ablation
seeds="1 2 3"
tasks="mrpc sick squad"
rows=
starts="pretrained random"
while [ $# -gt 0 ]; do
    case $1 in
        --model | --work | --seeds | --tasks | --starts | --rows) declare "${1#--}=$2" && shift 2 ;;
        *) echo "error: unknown option $1" >&2 && exit 1 ;;
    esac
done

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build "$root/src/Cli" -c Release --nologo -v quiet >&2
bertmlnet=$root/artifacts/bin/BertMLNet.Cli/release/bertmlnet
mkdir -p "$work"

# Every sixteenth article of SQuAD's training file: about a sixteenth of its questions.
squad_part() {
    node -e '
        const fs = require("node:fs"), zlib = require("node:zlib");
        const squad = JSON.parse(zlib.gunzipSync(fs.readFileSync(process.argv[1])));
        squad.data = squad.data.filter((_, i) => i % 16 === 0);
        fs.writeFileSync(process.argv[2], JSON.stringify(squad));' "$shared/data/squad/train-v1.1.json.gz" "$work/squad-part.json"
}

# Every fourth text of GoEmotions' training file, and all of its dev file, with a header.
emotions() { # train|dev step
    { printf 'sentence1\tlabel\n' && zcat "$shared/data/emotions/$1.tsv.gz" | awk -F'\t' -v step="$2" 'NR % step == 0 { print $1 "\t" $2 }'; } > "$work/emotions-$1.tsv"
}

# Questions spread over all articles, each with its own passage (1) and with others of the same article (0).
reranking() { # train|dev questions passages
    node -e '
        const fs = require("node:fs"), zlib = require("node:zlib");
        const [from, to, questions, passages] = process.argv.slice(1);
        const articles = JSON.parse(zlib.gunzipSync(fs.readFileSync(from))).data.filter((article) => article.paragraphs.length >= 10);
        const lines = ["group\tsentence1\tsentence2\tlabel"];
        const plain = (text) => text.trim().replace(/\s+/g, " ");
        for (let i = 0; i < Number(questions); i++) {
            const { paragraphs } = articles[i % articles.length];
            const own = (7 * i + Math.floor(i / articles.length)) % paragraphs.length;
            const { qas } = paragraphs[own];
            const question = plain(qas[i % qas.length].question);
            for (let k = 0; k < Number(passages); k++) {
                const passage = paragraphs[(own + k) % paragraphs.length].context;
                lines.push([i, question, plain(passage), k === 0 ? 1 : 0].join("\t"));
            }
        }
        fs.writeFileSync(to, lines.join("\n") + "\n");' "$shared/data/squad/$1-v1.1.json.gz" "$work/reranking-$1.tsv" "$2" "$3"
}

run() { # task start seed
    local out=$work/$1-$2-$3 from=() settings dev limit=() read=() rate=2e-4
    [ -n "$rows" ] && limit=(--max-rows "$rows")
    [ "$2" = random ] && from=(--from-scratch)
    case $1 in
        mrpc | sick)
            settings=(--task pair --train "$shared/data/$1/train.tsv" --epochs 5)
            dev=$shared/data/$1/dev.tsv
            ;;
        relatedness)
            settings=(--task pair --problem value --train "$shared/data/sick/train-relatedness.tsv" --epochs 5)
            read=(--label score)
            dev=$shared/data/sick/dev-relatedness.tsv
            ;;
        emotions)
            [ -f "$work/emotions-dev.tsv" ] || { emotions train 4 && emotions dev 1; }
            settings=(--task pair --problem labels --label-names "$shared/data/emotions/labels.txt" --train "$work/emotions-train.tsv"
                --max-length 64 --epochs 4)
            dev=$work/emotions-dev.tsv
            ;;
        reranking)
            [ -f "$work/reranking-dev.tsv" ] || { reranking train 1000 4 && reranking dev 100 10; }
            settings=(--task pair --problem value --loss logistic --train "$work/reranking-train.tsv" --max-length 192 --epochs 2)
            read=(--group group)
            dev=$work/reranking-dev.tsv
            ;;
        squad)
            [ -f "$work/squad-part.json" ] || squad_part
            settings=(--task qa --train "$work/squad-part.json" --fix-offsets --max-length 256 --epochs 2)
            dev=$shared/data/squad/dev-v1.1.json.gz
            limit=()
            ;;
        snips | wnut17)
            settings=(--task entities --train "$shared/data/entities/$1/train.conll" --epochs "$([ "$1" = snips ] && echo 3 || echo 5)")
            dev=$shared/data/entities/$1/dev.conll
            rate=5e-4
            limit=()
            ;;
    esac
    if [ ! -f "$out.json" ]; then
        rm -rf "$out"
        "$bertmlnet" train --model "$model" "${from[@]}" "${settings[@]}" "${read[@]}" "${limit[@]}" --batch-size 16 --learning-rate "$rate" --seed "$3" --output "$out" >&2
        "$bertmlnet" evaluate --model "$out" --data "$dev" "${read[@]}" "${limit[@]}" --json > "$out.json.new"
        mv "$out.json.new" "$out.json"
    fi
}

for seed in $seeds; do
    for task in $tasks; do
        for start in $starts; do
            run "$task" "$start" "$seed"
        done
    done
done

node -e '
    const fs = require("node:fs");
    const [work, tasks, starts, seeds] = process.argv.slice(1);
    const spread = (values) => {
        const mean = values.reduce((a, b) => a + b, 0) / values.length;
        const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, values.length - 1));
        return `${mean.toFixed(3)} ± ${deviation.toFixed(3)}`;
    };
    const figures = {
        relatedness: ["pearson", "spearman"], emotions: ["microF1", "macroF1"], reranking: ["mrr", "ndcg10"],
    };
    console.log(`| dev set | figure | ${starts.split(" ").join(" | ")} |`);
    console.log(`|---|---|${"---|".repeat(starts.split(" ").length)}`);
    for (const task of tasks.split(" ")) {
        const read = (start) => seeds.split(" ").map((seed) => JSON.parse(fs.readFileSync(`${work}/${task}-${start}-${seed}.json`)));
        for (const figure of figures[task] ?? ["accuracy", "exactMatch", "precision", "recall", "f1"])
            if (figure in read(starts.split(" ")[0])[0])
                console.log(`| ${task} | ${figure} | ${starts.split(" ").map((start) => spread(read(start).map((result) => result[figure]))).join(" | ")} |`);
    }' "$work" "$tasks" "$starts" "$seeds"
