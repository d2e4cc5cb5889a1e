#!/bin/bash
# table_size.sh CC TABLE.c: the table of ioctls is data that is read only, at most 700 KB of it,
# and has nothing for the loader to do when a program starts.
set -eu
cc=$1 table=$2
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

"$cc" -std=gnu17 -O2 -fPIC -Isrc -c -o "$dir/table.o" "$table"
read -r text data < <(size "$dir/table.o" | awk 'NR == 2 { print $1, $2 }')
((text <= 700 * 1024)) || { echo "$text bytes, more than 700 KB"; exit 1; }
((data == 0)) || { echo "$data bytes that are written at start"; exit 1; }
if readelf -rW "$dir/table.o" | grep -E 'R_[A-Z0-9_]+ .*(rodata|mdt_|text)'; then
	echo 'relocations'
	exit 1
fi
