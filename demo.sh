#!/usr/bin/env bash
# The main job on generated data, end to end: fine-tune, export ONNX, verify, score through ML.NET. See README.md.
set -euo pipefail
root=$(cd "$(dirname "$0")" && pwd)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

echo "Building the bertmlnet command ..."
dotnet build "$root/src/Cli" -c Release --nologo -v quiet
exec dotnet run --project "$root/src/Cli" -c Release --no-build -- demo "$@"
