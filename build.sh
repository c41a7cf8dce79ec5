#!/usr/bin/env bash
# Sets up what is missing on this machine, then hands over to Cake: ./build.sh --target=Test
# `./build.sh --help` lists the targets; without arguments it is Reproduce. Quiet, and done in a moment, when there is nothing to set up.
set -euo pipefail

export MERGELAB_FROM="$PWD" # relative paths among the arguments are meant from here
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
cd "$root"

case "${*:-}" in
--help | -h | --target=[Hh]elp | '--target '[Hh]elp)
    cat build/help.txt
    exit 0
    ;;
esac

# Invariant globalization makes string.Normalize a silent no-op, and container images like to set it.
unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# shellcheck source=build/setup/say.sh
. build/setup/say.sh
# shellcheck source=build/setup/state.sh
. build/setup/state.sh

find_dotnet
if ! is_set_up; then
    # shellcheck source=build/setup/parts.sh
    . build/setup/parts.sh
    set_up "$@"
fi
# What `dotnet cake` would start. Started directly, a Ctrl-C or a signal to this process reaches Cake, and a process start is saved.
cake=$(cake_folder)/tools/net10.0/any/Cake.dll
if [ -e "$cake" ]; then exec dotnet "$cake" "$@"; fi
exec dotnet cake "$@"
