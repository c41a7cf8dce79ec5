#!/usr/bin/env pwsh
# The same as build.sh, for PowerShell 7: sets up what is missing, then hands over to Cake.
#   ./build.ps1 --target=Test
# On Linux and macOS it calls build.sh. On Windows it checks what can be checked and says what must be done by hand:
# neither libtorch nor the native part has been built there.
#Requires -Version 7.2
$ErrorActionPreference = 'Stop'

$root = $PSScriptRoot
$env:MERGELAB_FROM = (Get-Location -PSProvider FileSystem).ProviderPath

if (-not $IsWindows) {
    & bash (Join-Path $root 'build.sh') @args
    exit $LASTEXITCODE
}

function Stop-Lacking([string] $what, [string] $remedy) {
    [Console]::Error.WriteLine("error: $what`n  fix: $remedy")
    exit 3
}

Set-Location $root
$line = $args -join ' '
if ($line -eq '' -or $line -eq '--help' -or $line -eq '-h' -or $line -eq '--target=Help' -or $line -eq '--target Help') {
    Get-Content build/help.txt
    exit 0
}

# Invariant globalization makes string.Normalize a silent no-op.
Remove-Item Env:DOTNET_SYSTEM_GLOBALIZATION_INVARIANT -ErrorAction Ignore
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'

$wanted = (Get-Content global.json -Raw | ConvertFrom-Json).sdk.version
$how = 'install the .NET 10 SDK from https://dotnet.microsoft.com/download/dotnet/10.0'
if (-not (Get-Command dotnet -ErrorAction Ignore)) {
    Stop-Lacking "the .NET SDK is not installed (wanted: $wanted or a later 10.0)" $how
}
dotnet --version *> $null
if ($LASTEXITCODE -ne 0) {
    Stop-Lacking "no .NET SDK $wanted or later 10.0 (global.json)" $how
}

$needsNative = $line -notmatch '--(tree|dryrun|description)\b' -and $line -notmatch '--target[= ](doctor|clean|format)\b'
if ($needsNative) {
    if (-not $env:LIBTORCH -or -not (Test-Path $env:LIBTORCH)) {
        Stop-Lacking 'libtorch cannot be installed here by this script' 'use Debian 12 in WSL and ./build.sh there; or unpack libtorch and set LIBTORCH to its folder (not tested on Windows)'
    }
    if (-not (Get-Command ($env:CXX ?? 'g++') -ErrorAction Ignore)) {
        Stop-Lacking 'no C++ compiler was found' 'use Debian 12 in WSL and ./build.sh there; or install g++ (MSYS2) and set CXX (not tested on Windows)'
    }
}

New-Item -ItemType Directory -Force artifacts/cake > $null
$lock = $null
while ($null -eq $lock) {
    try { $lock = [IO.File]::Open("$root/artifacts/cake/setup.lock", 'OpenOrCreate', 'ReadWrite', 'None') }
    catch [IO.IOException] { Start-Sleep -Milliseconds 200 }
}
try {
    dotnet tool restore > artifacts/cake/tool-restore.log
    if ($LASTEXITCODE -ne 0) {
        Get-Content artifacts/cake/tool-restore.log
        Stop-Lacking 'Cake could not be restored' 'check the network and the NuGet sources (dotnet nuget list source)'
    }
    if (-not $env:LIBDUCKDB -and (Test-Path build/duckdb/package-lock.json)) {
        $stamp = 'build/duckdb/node_modules/.restored'
        $hash = (Get-FileHash build/duckdb/package-lock.json -Algorithm SHA256).Hash
        if (-not (Test-Path $stamp) -or (Get-Content $stamp) -ne $hash) {
            if (-not (Get-Command npm -ErrorAction Ignore)) {
                Stop-Lacking 'npm is not installed; it restores DuckDB''s library' 'install Node.js 18 or later (https://nodejs.org), or set LIBDUCKDB'
            }
            npm ci --prefix build/duckdb --ignore-scripts --no-audit --no-fund --loglevel=error
            if ($LASTEXITCODE -ne 0) { Stop-Lacking 'DuckDB''s library could not be restored' 'check the network; or set LIBDUCKDB' }
            Set-Content $stamp $hash
        }
    }
}
finally { $lock.Dispose() }

dotnet cake @args
exit $LASTEXITCODE
