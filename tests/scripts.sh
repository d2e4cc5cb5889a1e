#!/bin/bash
# Check our shell scripts with shellcheck.
set -eu
cd "$(dirname "$0")/.."
command -v shellcheck >/dev/null || exit 77
grep -rlE '^#(!/bin/(ba)?sh| shellcheck shell=)' scripts tests .ci | xargs shellcheck -x
