#!/usr/bin/env bash
# Builds everything, runs every test project and ends with one line: N passed, N failed, N skipped.
# Arguments go to 'dotnet test', e.g. ./test.sh --filter FullyQualifiedName~Tokenizer
set -euo pipefail
cd "$(dirname "$0")"
# Where other work shares the processors, libtorch's waiting threads would take them from those that compute.
export OMP_WAIT_POLICY=PASSIVE
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 ORT_DISABLE_TELEMETRY=1

dotnet build BertMLNet.sln -c Release --nologo -v minimal -tl:off -clp:NoSummary

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
dotnet test BertMLNet.sln -c Release --no-build --nologo -tl:off "$@" | tee "$log" || status=$?

# Each project's own summary reads "Passed!  - Failed: 0, Passed: 12, Skipped: 1, Total: 13, ...".
awk '
    match($0, /Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+/) {
        split(substr($0, RSTART, RLENGTH), part, /[^0-9]+/)
        failed += part[2]; passed += part[3]; skipped += part[4]
    }
    END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }' "$log"
exit "$status"
