# Whether the set-up was done for these files and variables, and is still there. Sourced by build.sh.
# shellcheck shell=bash

state=artifacts/cake/setup.stamp

# An SDK that its install script put under the home folder is often not on the PATH.
find_dotnet() {
    command -v dotnet >/dev/null && return
    local folder
    for folder in "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/share/dotnet /usr/lib/dotnet; do
        if [ -n "$folder" ] && [ -x "$folder/dotnet" ]; then
            export DOTNET_ROOT="$folder" PATH="$folder:$PATH"
            return
        fi
    done
}

# Where NuGet puts the tool, unless its configuration says otherwise.
cake_version=$(sed -n 's/.*"cake.tool": *{ *"version": *"\([^"]*\)".*/\1/p' .config/dotnet-tools.json)
cake_folder() {
    printf '%s/cake.tool/%s' "${NUGET_PACKAGES:-${HOME:-}/.nuget/packages}" "$cake_version"
}

# Everything that decides what the set-up does.
state_key() {
    local files=(global.json cake.config build.cake build.sh build/bootstrap.cake build/setup/*.sh .config/dotnet-tools.json)
    local file
    for file in build/duckdb/package-lock.json build/native/locate-libtorch.sh; do
        if [ -e "$file" ]; then files+=("$file"); fi
    done
    sha256sum "${files[@]}"
    local name
    for name in PATH LIBTORCH LIBTORCH_USE_PYTORCH LIBDUCKDB CXX NUGET_PACKAGES; do
        printf '%s=%s\n' "$name" "${!name:-}"
    done
}

# The stamp holds the key and, marked with "has ", every path that must still exist.
is_set_up() {
    [ -e "$state" ] || return 1
    local line known=
    while IFS= read -r line; do
        case $line in
        "has "*) [ -e "${line#has }" ] || return 1 ;;
        *) known+="$line"$'\n' ;;
        esac
    done <"$state"
    [ "$known" = "$(state_key)"$'\n' ]
}

# Arguments: the paths that must still exist the next time.
save_state() {
    {
        state_key
        printf 'has %s\n' "$@"
    } >"$state.tmp"
    mv "$state.tmp" "$state"
}
