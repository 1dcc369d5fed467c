@echo off
rem The main job on generated data, end to end: fine-tune, export ONNX, verify, score through ML.NET. See README.md.
setlocal
set DOTNET_NOLOGO=1
set DOTNET_CLI_TELEMETRY_OPTOUT=1

rem Without libtorch, which is half a gigabyte and which ONNX Runtime trains without.
echo Building the bertmlnet command; the first time this downloads its packages, some 230 MB ...
dotnet build "%~dp0src\Cli" -c Release -p:TorchDevice=none --nologo -v quiet || exit /b 1
dotnet run --project "%~dp0src\Cli" -c Release --no-build -p:TorchDevice=none -- demo %*
exit /b %ERRORLEVEL%
