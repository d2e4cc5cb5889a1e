#!/bin/bash
# Check our shell scripts with shellcheck; what is expected of mdtrace is not ours.
set -eu
cd "$(dirname "$0")/.."
command -v shellcheck >/dev/null || exit 77
grep -rlE --exclude='*.out' '^#(!/bin/(ba)?sh| shellcheck shell=)' scripts tests .ci | xargs shellcheck -x
