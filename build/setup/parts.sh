# The set-up itself: SDK, Cake, native parts, DuckDB's library. Sourced by build.sh when something may be missing.
# shellcheck shell=bash

# shellcheck source=build/setup/native.sh
. build/setup/native.sh

paths=() # what must still exist the next time

set_up() {
    mkdir -p artifacts/cake
    # Descriptor 9 holds the lock. What may leave a server behind (dotnet does) must not inherit it.
    if command -v flock >/dev/null; then
        exec 9>artifacts/cake/setup.lock
        if ! flock -n 9; then
            say 'another set-up is running in this clone: waiting for it'
            flock 9
            if is_set_up; then
                exec 9>&-
                return
            fi
        fi
    fi
    check_icu
    check_sdk
    check_native "$@"
    restore_cake
    restore_duckdb "$@"
    compile_script
    if [ ${#incomplete[@]} -eq 0 ]; then save_state "${paths[@]}"; fi
    exec 9>&-
}

check_sdk() {
    local wanted version how
    wanted=$(sed -n 's/.*"version": *"\([0-9.]*\)".*/\1/p' global.json)
    how='install the .NET 10 SDK from https://dotnet.microsoft.com/download/dotnet/10.0, or: curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0'
    command -v dotnet >/dev/null || lacks "the .NET SDK is not installed (wanted: $wanted or a later 10.0)" "$how"
    if ! version=$(dotnet --version 2>/dev/null 9>&-); then
        local there
        there=$(dotnet --list-sdks 2>/dev/null 9>&- | cut -d' ' -f1 | paste -sd' ') || true
        lacks "no .NET SDK $wanted or later 10.0 (global.json); installed: ${there:-none}" "$how"
    fi
    paths+=("$(command -v dotnet)")
    say ".NET SDK $version"
}

# Without ICU .NET does not even start.
check_icu() {
    [ "$(uname -s)" = Linux ] || return 0
    local library
    for library in /usr/lib/*/libicuuc.so.* /usr/lib/libicuuc.so.* /usr/lib64/libicuuc.so.* /usr/local/lib/libicuuc.so.*; do
        if [ -e "$library" ]; then return; fi
    done
    # Without -q: grep would end at the first match, and the broken pipe would count as a failure.
    if ldconfig -p 2>/dev/null | grep libicuuc >/dev/null; then return; fi
    lacks 'libicu is not installed; .NET needs it for text' 'apt-get install libicu72 (Debian 12) or libicu74 (Ubuntu 24.04)'
}

restore_cake() {
    local log=artifacts/cake/tool-restore.log
    if ! dotnet tool restore >"$log" 2>&1 9>&-; then
        cat "$log" >&2
        lacks "Cake could not be restored" 'check the network and the NuGet sources (dotnet nuget list source), then run again'
    fi
    if [ -e "$(cake_folder)" ]; then paths+=("$(cake_folder)"); fi
    say "Cake ${cake_version:?}"
}

restore_duckdb() {
    if [ -n "${LIBDUCKDB:-}" ]; then
        [ -e "$LIBDUCKDB" ] || lacks "LIBDUCKDB=$LIBDUCKDB: no such file or folder" 'point it at DuckDB'\''s library, or unset it'
        return
    fi
    [ -e build/duckdb/package-lock.json ] || return 0
    local stamp=build/duckdb/node_modules/.restored lock
    lock=$(sha256sum <build/duckdb/package-lock.json)
    if [ "$(cat "$stamp" 2>/dev/null || true)" != "$lock" ]; then
        local how='install Node.js 18 or later with npm (apt-get install npm, or https://nodejs.org), or set LIBDUCKDB to a libduckdb.so'
        if ! command -v npm >/dev/null; then
            lacks_part "npm is not installed; it restores DuckDB's library" "$how" "$@"
            return 0
        fi
        say "restoring DuckDB's library"
        if ! npm ci --prefix build/duckdb --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >&2 9>&-; then
            lacks_part "DuckDB's library could not be restored" 'check the network and npm'\''s settings, then run again; or set LIBDUCKDB' "$@"
            return 0
        fi
        printf '%s\n' "$lock" >"$stamp"
    fi
    paths+=("$stamp")
}

# Two first runs at once collide in Cake's script cache, so the first compile belongs under the lock.
compile_script() {
    local log=artifacts/cake/first-run.log
    say 'compiling the build script'
    if ! dotnet cake --target=Help >"$log" 2>&1 9>&-; then
        cat "$log" >&2
        printf 'error: the build script does not compile\n  fix: see above\n' >&2
        exit 1
    fi
    paths+=(artifacts/cake/cache artifacts/cake/graph)
}
