#!/bin/bash
# build.sh COMPILER DIR: build everything optimized with COMPILER, no warning allowed. The
# sanitizer build of `dev` does not see what the optimizer finds out.
set -eu
compiler=$1 dir=$2
command -v "$compiler" >/dev/null || exit 77
cmake -S "$(dirname "$0")/.." -B "$dir" -G Ninja -DCMAKE_C_COMPILER="$compiler" \
	-DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE=-O2 -DMDT_WERROR=ON -DMDT_TESTS=OFF >/dev/null
nice ninja -C "$dir" -j2 --quiet
"$dir/src/cli/mdtrace" --version
