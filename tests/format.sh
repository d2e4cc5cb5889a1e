#!/bin/bash
# Check that clang-format finds nothing to change in our C files.
set -eu
cd "$(dirname "$0")/.."
command -v clang-format >/dev/null || exit 77
find src tests -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run -Werror
