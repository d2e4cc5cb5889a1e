#!/bin/bash
# readme.sh MDTRACE FILE...: what the ```console blocks of a document show is what the program
# prints. A line `$ mdtrace ...` is run in the root of the tree; the lines below it are its output.
set -u
mdtrace=$(realpath "$1")
shift
cd "$(dirname "$0")/.." || exit 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
ln -s "$mdtrace" "$dir/mdtrace"
PATH=$dir:$PATH
commands=0 failed=0

# check COMMAND: its output against what stands in $dir/expected
check() {
	commands=$((commands + 1))
	bash -c "$1" >"$dir/out" 2>&1
	diff -u --label "$file" "$dir/expected" --label "$1" "$dir/out" || failed=1
}

for file; do
	command='' inside=0
	while IFS= read -r line; do
		case $line in
		'```console') inside=1 ;;
		'```'*)
			[[ $command ]] && check "$command"
			command='' inside=0
			;;
		'$ '*)
			((inside)) || continue
			[[ $command ]] && check "$command"
			command=${line#\$ }
			: >"$dir/expected"
			;;
		*) [[ $command ]] && printf '%s\n' "$line" >>"$dir/expected" ;;
		esac
	done <"$file"
done
echo "$commands commands"
((commands > 0 && failed == 0))
