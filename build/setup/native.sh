# libtorch, its BLAS and the C++ compiler: found, installed where that is allowed, or named. Sourced by build.sh.
# shellcheck shell=bash

incomplete=() # what is missing and was gone on without; then nothing is remembered as done

# Whether the targets asked for need the native parts; the others go on without.
needs_native() {
    local previous='' argument
    local targets=()
    for argument in "$@"; do
        if [ "$previous" = --target ]; then targets+=("$argument"); fi
        case $argument in
        --target=*) targets+=("${argument#--target=}") ;;
        --tree | --dryrun | --description | --showdescription | --version | --info) return 1 ;;
        esac
        previous=$argument
    done
    local target
    if [ ${#targets[@]} -eq 0 ]; then return 0; fi # the default target reproduces
    for target in "${targets[@]}"; do
        case ${target,,} in
        help | doctor | clean | format) ;;
        *) return 0 ;;
        esac
    done
    return 1
}

# As lacks, for a part that not every target needs: what, how to get it, the command line.
lacks_part() {
    local what=$1 how=$2
    shift 2
    if needs_native "$@"; then lacks "$what" "$how"; fi
    printf 'note: %s; not needed for this\n  fix: %s\n' "$what" "$how" >&2
    incomplete+=("$what")
}

# Prints where libtorch is, or returns 3.
locate_libtorch() {
    if [ -e build/native/locate-libtorch.sh ]; then
        bash build/native/locate-libtorch.sh
    elif [ -n "${LIBTORCH:-}" ]; then
        [ -e "$LIBTORCH" ] && printf 'ROOT=%s\n' "$LIBTORCH"
    elif [ -e /usr/include/torch ]; then
        printf 'ROOT=/usr/include/torch\n'
    else
        return 3
    fi
}

is_debian() {
    command -v apt-get >/dev/null && grep -Eq '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release 2>/dev/null
}

check_native() {
    if [ -n "${CXX:-}" ] && ! command -v "$CXX" >/dev/null; then
        lacks_part "CXX=$CXX: no such compiler" 'point it at a C++ compiler, or unset it and install g++' "$@"
        return 0
    fi
    if [ -n "${LIBTORCH:-}" ] && ! locate_libtorch >/dev/null; then
        lacks_part "LIBTORCH=$LIBTORCH: no libtorch there" 'point it at the folder that holds include/ and lib/, or unset it' "$@"
        return 0
    fi
    local missing=() packages=() located
    if ! locate_libtorch >/dev/null; then
        missing+=(libtorch)
        packages+=(libtorch-dev)
    fi
    # The reference BLAS that comes along otherwise is 10 to 30 times slower. An own LIBTORCH brings its own BLAS.
    if is_debian && [ -z "${LIBTORCH:-}${LIBTORCH_USE_PYTORCH:-}" ] && ! compgen -G '/usr/lib/*/openblas-openmp/libopenblas.so.0' >/dev/null; then
        missing+=(OpenBLAS)
        packages+=(libopenblas0-openmp)
    fi
    if [ -z "${CXX:-}" ] && ! command -v g++ >/dev/null; then
        missing+=('the C++ compiler g++')
        packages+=(g++)
    fi
    if [ ${#missing[@]} -gt 0 ]; then
        get_native "$(printf '%s, ' "${missing[@]}" | sed 's/, $//')" "${packages[@]}" -- "$@"
        if [ ${#incomplete[@]} -gt 0 ]; then return; fi
    fi
    located=$(locate_libtorch) || lacks 'libtorch is installed but was not found' 'set LIBTORCH to its folder'
    local line file
    while IFS= read -r line; do
        case $line in
        # The library itself: its folder may outlive it.
        LIB=/*) for file in "${line#LIB=}"/libtorch_cpu.*; do if [ -e "$file" ]; then paths+=("$file"); fi; done ;;
        *=/*) if [ -e "${line#*=}" ]; then paths+=("${line#*=}"); fi ;;
        esac
    done <<<"$located"
}

# Arguments: what is missing, in words; the packages; "--"; the command line.
get_native() {
    local what=$1 packages=()
    shift
    while [ "$1" != -- ]; do
        packages+=("$1")
        shift
    done
    shift
    local how="apt-get install ${packages[*]}"
    if ! is_debian; then
        how='install libtorch 1.13 or later and set LIBTORCH to its folder; install g++ 10 or later'
    elif [ "$(id -u)" != 0 ]; then
        how="sudo $how"
    elif [ "${MERGELAB_NO_INSTALL:-}" = 1 ]; then
        how="$how (MERGELAB_NO_INSTALL=1 forbids it here)"
    elif needs_native "$@"; then
        apt_install "${packages[@]}"
        return
    fi
    lacks_part "missing: $what" "$how" "$@"
}

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    local options=(-o DPkg::Lock::Timeout=300 --no-install-recommends)
    local package size
    for package in "$@"; do
        if [ -z "$(apt-cache madison "$package" 2>/dev/null)" ]; then
            say 'updating the package lists (apt-get update)'
            apt-get update -q >/dev/null </dev/null 9>&- || lacks 'apt-get update failed' "check the network; or install $* yourself"
            break
        fi
    done
    size=$(apt-get "${options[@]}" --assume-no install "$@" 2>/dev/null </dev/null | grep -E '^(Need to get|After this operation)' | tr '\n' ' ') || true
    say "installing $* with apt. ${size}(MERGELAB_NO_INSTALL=1 forbids it)"
    if ! apt-get "${options[@]}" -qq -y install "$@" >artifacts/cake/apt.log 2>&1 </dev/null 9>&-; then
        # The lists may be older than the mirror.
        if ! { apt-get update -q && apt-get "${options[@]}" -qq -y install "$@"; } >>artifacts/cake/apt.log 2>&1 </dev/null 9>&-; then
            tail -n 20 artifacts/cake/apt.log >&2
            lacks "$* could not be installed" 'see above (all of it: artifacts/cake/apt.log)'
        fi
    fi
}
