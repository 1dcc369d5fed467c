#!/usr/bin/env bash
# Measures whole jobs against the peers, in turns, and prints a table: bench/run.sh --help. See bench/README.md.
set -euo pipefail
bench=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$bench")
shared=${BERTMLNET_SHARED:-$root/../shared}
work=${BERTMLNET_BENCH_WORK:-${TMPDIR:-/tmp}/bertmlnet-bench}

if [ "${1:-}" = --install ]; then
    shift
    "$bench/peers/install.sh"
fi
[ -d "$shared/data" ] || { echo "error: $shared/data: no such folder; set BERTMLNET_SHARED to the folder with data/ and vocab/ (see bench/README.md)" >&2; exit 1; }

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 ORT_DISABLE_TELEMETRY=1
dotnet build "$bench/Bench" -c Release --nologo -v quiet >&2
dotnet publish "$root/src/Cli" -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true -o "$work/cli" --nologo -v quiet >&2
exec "$root/artifacts/bin/BertMLNet.Bench/release/bertmlnet-bench" duels --data "$shared" --peers "$bench/peers" \
    --cli "$work/cli/bertmlnet" --work "$work" "$@"
