#!/usr/bin/env bash
# The main job on generated data, end to end: fine-tune, export ONNX, verify, score through ML.NET. See README.md.
set -euo pipefail
root=$(cd "$(dirname "$0")" && pwd)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# Without libtorch, which is half a gigabyte and which ONNX Runtime trains without.
echo "Building the bertmlnet command; the first time this downloads its packages, some 230 MB ..."
dotnet build "$root/src/Cli" -c Release -p:TorchDevice=none --nologo -v quiet
exec dotnet run --project "$root/src/Cli" -c Release --no-build -p:TorchDevice=none -- demo "$@"
