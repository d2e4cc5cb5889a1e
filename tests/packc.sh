#!/bin/bash
# packc.sh MDT_PACKC CC NAME: tests/pack/NAME.pack is a pack with a fault; mdt-packc must
# refuse it with the words in NAME.err. UPDATE=1 writes those in place of comparing.
set -u
packc=$(realpath "$1") cc=$2 name=$3
cd "$(dirname "$0")/pack" || exit 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

flags=(-gdwarf-4 -gstrict-dwarf -g3 -fno-eliminate-unused-debug-types)
"$cc" --version | grep -q clang && flags+=(-fdebug-macro -fstandalone-debug)

make_table() {
	"$packc" source "$name.pack" "$dir/pack.c" &&
		"$cc" "${flags[@]}" -c -o "$dir/pack.o" "$dir/pack.c" &&
		"$packc" table "$dir/table.c" "$dir" "$name.pack" -- "$dir/pack.o"
}

make_table 2>"$dir/err"
status=$?
if [[ ${UPDATE-} ]]; then
	cp "$dir/err" "$name.err"
	exit 0
fi
diff -u "$name.err" "$dir/err" || exit 1
[[ $status == 1 ]] || { echo "exit status $status, not 1"; exit 1; }
