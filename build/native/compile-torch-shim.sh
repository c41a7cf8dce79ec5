#!/bin/sh
# compile-torch-shim.sh SOURCE OUTPUT LOCATION: compiles the shim against the libtorch that LOCATION
# (the output of locate-libtorch.sh) names. CXX and CXXFLAGS are respected.
set -eu
source=$1 output=$2 location=$3
told() { sed -n "s/^$1=//p" "$location"; }

includes=
IFS=:
for folder in $(told INCLUDE); do
    # A compiler's own default folder given again breaks its #include_next order.
    case $folder in /usr/include | /usr/local/include) continue ;; esac
    includes="$includes:-isystem:$folder"
done
set -- $includes
unset IFS
[ "${1:-}" = "" ] && [ $# -gt 0 ] && shift
lib=$(told LIB)

# C++20: what libtorch 2.13 and later ask for, and what older ones accept. No -Werror: new compilers warn about more.
# Without --disable-new-dtags a library that libtorch itself loads would not be searched for in the rpath.
${CXX:-g++} -std=c++20 -O2 -g0 -fPIC -shared -fvisibility=hidden -Wall -Wextra \
    -D_GLIBCXX_USE_CXX11_ABI="$(told CXX11_ABI)" "-ffile-prefix-map=$(dirname "$source")=/native" "$@" ${CXXFLAGS:-} \
    "$source" -o "$output.$$" \
    "-L$lib" "-Wl,-rpath,$lib" -Wl,--disable-new-dtags -ltorch -ltorch_cpu -lc10
mv -f "$output.$$" "$output"
