@echo off
rem The main job on generated data, end to end: fine-tune, export ONNX, verify, score through ML.NET. See README.md.
setlocal
set DOTNET_NOLOGO=1
set DOTNET_CLI_TELEMETRY_OPTOUT=1

echo Building the bertmlnet command ...
dotnet build "%~dp0src\Cli" -c Release --nologo -v quiet || exit /b 1
dotnet run --project "%~dp0src\Cli" -c Release --no-build -- demo %*
exit /b %ERRORLEVEL%
