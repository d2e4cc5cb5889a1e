#!/bin/bash
# build.sh COMPILER GENERATOR DIR: build everything optimized with COMPILER, no warning
# allowed. The sanitizer build of `dev` does not see what the optimizer finds out.
set -eu
compiler=$1 generator=$2 dir=$3
command -v "$compiler" >/dev/null || exit 77
[[ $generator != 'Unix Makefiles' ]] || command -v make >/dev/null || exit 77
cmake -S "$(dirname "$0")/.." -B "$dir" -G "$generator" -DCMAKE_C_COMPILER="$compiler" \
	-DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE=-O2 -DMDT_WERROR=ON -DMDT_TESTS=OFF >/dev/null
nice cmake --build "$dir" --parallel 2 >"$dir/build.log" 2>&1 || {
	tail -n 40 "$dir/build.log"
	exit 1
}
"$dir/src/cli/mdtrace" --version
# What few runs need is loaded by those (base/archive.h).
if readelf -d "$dir/src/cli/mdtrace" | grep 'NEEDED.*libarchive'; then
	exit 1
fi
