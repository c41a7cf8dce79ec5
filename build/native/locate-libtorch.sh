#!/bin/sh
# Prints where libtorch is, as KEY=VALUE lines: SOURCE, INCLUDE (folders, separated by ':'), LIB, VERSION, CXX11_ABI.
# Looks, in this order, where tch-rs looks:
#   LIBTORCH                 a folder with include/ and lib/ (LIBTORCH_INCLUDE and LIBTORCH_LIB override either)
#   LIBTORCH_USE_PYTORCH=1   the torch package of $PYTHON (python3)
#   the system               /usr, /usr/local, and Homebrew's prefix
# Ends with 3 and the reason on standard error when there is none, or when the place named by the environment is not one.
set -u

lacking() {
    echo "libtorch not found: $1" >&2
    echo "  either: apt-get install libtorch-dev libopenblas0-openmp" >&2
    echo "  or:     LIBTORCH=<folder with include/ and lib/, e.g. an unpacked libtorch zip>" >&2
    echo "  or:     LIBTORCH_USE_PYTORCH=1 with a Python that has torch" >&2
    exit 3
}

absolute() { (cd "$1" 2>/dev/null && pwd -P); }

# The folder under $1 (a lib root) that holds the library, else nothing.
lib_in() {
    for folder in "$1" "$1/$(uname -m)-linux-gnu"; do
        for library in libtorch_cpu.so libtorch_cpu.dylib; do
            [ -e "$folder/$library" ] && { absolute "$folder"; return; }
        done
    done
}

version_in() {
    for header in "$1/torch/csrc/api/include/torch/version.h" "$1/torch/headeronly/version.h"; do
        [ -r "$header" ] || continue
        found=$(sed -n 's/^ *#define TORCH_VERSION_\(MAJOR\|MINOR\|PATCH\) \([0-9][0-9]*\).*/\2/p' "$header" | tr '\n' '.')
        [ -n "$found" ] && { echo "${found%.}"; return; }
    done
}

# report SOURCE INCLUDE_ROOT LIB_ROOT [CXX11_ABI]; returns 1 where that is no libtorch, with the reason in $reason.
report() {
    include=$(absolute "$2") || include=
    [ -n "$include" ] && [ -r "$include/torch/csrc/api/include/torch/version.h" ] || { reason="no torch headers in $2 ($1)"; return 1; }
    lib=$(lib_in "$3")
    [ -n "$lib" ] || { reason="no libtorch_cpu library in $3 ($1)"; return 1; }
    version=$(version_in "$include")
    [ -n "$version" ] || { reason="no version in $include/torch/csrc/api/include/torch/version.h ($1)"; return 1; }
    echo "SOURCE=$1"
    echo "INCLUDE=$include:$include/torch/csrc/api/include"
    echo "LIB=$lib"
    echo "VERSION=$version"
    echo "CXX11_ABI=${4:-1}"
}

reason=
if [ -n "${LIBTORCH:-}${LIBTORCH_INCLUDE:-}${LIBTORCH_LIB:-}" ]; then
    include_root=${LIBTORCH_INCLUDE:-${LIBTORCH:-/usr}}
    lib_root=${LIBTORCH_LIB:-${LIBTORCH:-/usr}}
    [ -d "$include_root/include" ] && include_root=$include_root/include
    [ -d "$lib_root/lib" ] && lib_root=$lib_root/lib
    # libtorch zips before 2.7 say in their file name alone which string ABI they have; their build-hash folder does not.
    report LIBTORCH "$include_root" "$lib_root" "${LIBTORCH_CXX11_ABI:-1}" || lacking "$reason"
    exit 0
fi

if [ "${LIBTORCH_USE_PYTORCH:-0}" = 1 ]; then
    python=${PYTHON:-python3}
    told=$("$python" -c 'import os, torch; print(os.path.dirname(torch.__file__)); print(int(torch._C._GLIBCXX_USE_CXX11_ABI))' 2>&1) ||
        lacking "LIBTORCH_USE_PYTORCH=1, but $python cannot import torch"
    folder=$(echo "$told" | sed -n 1p)
    report LIBTORCH_USE_PYTORCH "$folder/include" "$folder/lib" "$(echo "$told" | sed -n 2p)" || lacking "$reason"
    exit 0
fi

for prefix in /usr /usr/local /opt/homebrew/opt/pytorch /usr/local/opt/pytorch; do
    report system "$prefix/include" "$prefix/lib" && exit 0
done
lacking "nothing under /usr, /usr/local or Homebrew, and LIBTORCH is not set"
