@echo off
rem Builds everything, runs every test project and ends with one line: N passed, N failed, N skipped.
setlocal
cd /d "%~dp0"
rem Where other work shares the processors, libtorch's waiting threads would take them from those that compute.
set OMP_WAIT_POLICY=PASSIVE
set DOTNET_CLI_UI_LANGUAGE=en
set DOTNET_NOLOGO=1
set DOTNET_CLI_TELEMETRY_OPTOUT=1
set ORT_DISABLE_TELEMETRY=1

dotnet build BertMLNet.sln -c Release --nologo -v minimal -tl:off -clp:NoSummary || exit /b 1

set "LOG=%TEMP%\bertmlnet-test-%RANDOM%.log"
dotnet test BertMLNet.sln -c Release --no-build --nologo -tl:off %* > "%LOG%" 2>&1
set STATUS=%ERRORLEVEL%
type "%LOG%"
powershell -NoProfile -Command "$n = 0, 0, 0; Select-String -Path $env:LOG -Pattern 'Failed: +(\d+), Passed: +(\d+), Skipped: +(\d+)' | ForEach-Object { foreach ($i in 0..2) { $n[$i] += [int]$_.Matches[0].Groups[$i + 1].Value } }; '{0} passed, {1} failed, {2} skipped' -f $n[1], $n[0], $n[2]"
del "%LOG%"
exit /b %STATUS%
