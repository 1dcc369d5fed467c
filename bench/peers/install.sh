#!/usr/bin/env bash
# Installs the peers that the benchmarks compare with. Nothing else needs them: neither building nor testing.
set -euo pipefail
cd "$(dirname "$0")"

if ! /usr/bin/python3 -c 'import torch' 2>/dev/null; then
    apt-get update
    apt-get install -y python3-torch python3-numpy libopenblas0-pthread
fi
# The packages carry their native libraries; their install scripts would only fetch more of them.
for peer in transformers-js tokenizers; do
    npm ci --prefix "$peer" --ignore-scripts --no-audit --no-fund
done
