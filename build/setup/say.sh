# Messages of the set-up, all on standard error. Sourced by build.sh.
# shellcheck shell=bash

say() {
    printf 'set-up: %s\n' "$*" >&2
}

# What the machine lacks, and how to get it: two arguments, one message, exit code 3.
lacks() {
    printf 'error: %s\n  fix: %s\n' "$1" "$2" >&2
    exit 3
}
