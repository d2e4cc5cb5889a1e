#!/bin/bash
# rooms.sh [SRC]: check that every room of src/ includes only what the table in
# src/README.md allows. Prints each violation as file:line; exits 1 if there is one.
set -eu
src=${1:-$(dirname "$0")/../src}
cd "$src"

# "room: room room ..." from the rows of the table
rules=$(tr -d '`' <README.md | sed -n 's/^| \([a-z]*\) |.*|\(.*\)|$/\1:\2/p' | sed 1d)
[[ $rules ]] || { echo "rooms.sh: no table in src/README.md" >&2; exit 2; }
status=0

allowed_in() {
	sed -n "s/^$1://p" <<<"$rules"
}

for dir in */; do
	room=${dir%/}
	if ! grep -q "^$room:" <<<"$rules"; then
		echo "src/$room: has no row in src/README.md"
		status=1
		continue
	fi
	allowed=" $room $(allowed_in "$room") "
	while IFS=: read -r file line text; do
		target=${text#*\"}
		target=${target%%\"*}
		other=${target%%/*}
		if [[ $target != */* ]]; then
			echo "src/$file:$line: \"$target\" needs its room: \"$room/$target\""
		elif [[ $allowed != *" $other "* ]]; then
			echo "src/$file:$line: $room may not include $other: \"$target\""
		else
			continue
		fi
		status=1
	done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$room" --include='*.[ch]')
done
exit $status
