#!/bin/bash
# growth.sh MDTRACE [--all] [DIMENSION...]: what twice as much costs, in instructions. It fails
# where twice the work takes more than 2.6 times as many.
#
# The dimensions are those of growth/make.awk. Without --all and without names two of them at small
# sizes, which takes a few seconds; with --all each one for each command, which takes half an hour.
# The build must be one without sanitizers; without valgrind it is skipped.
set -u
mdtrace=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
shift
all='' dimensions=()
for word; do
	if [[ $word == --all ]]; then all=1; else dimensions+=("$word"); fi
done
grep -q __asan_init "$mdtrace" && exit 77
command -v valgrind >/dev/null || exit 77
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2
export LC_ALL=C
failed=0

# How many there are of each at first: enough that what the program does once does not hide it.
declare -A sizes=(
	[lines]=2000 [pids]=1000 [commands]=600 [descriptors]=1000 [threads]=1000 [forks]=500
	[unfinished]=1000 [arrays]=60 [cycles]=60 [living]=300 [members]=150 [listed]=150
	[nesting]=1000 [string]=200000 [ioctls]=2000 [hunks]=1500
)
commands=(
	'parse --stats' 'parse --format=json' 'annotate --color=never' 'annotate --format=json'
	'annotate --format=html' 'states' 'states --only-log' 'states --format=svg' 'why' 'replay -n'
	'diff' 'diff --format=html'
)
if [[ -z $all && ${#dimensions[@]} == 0 ]]; then
	dimensions=(arrays unfinished)
	sizes=([arrays]=25 [unfinished]=250)
	commands=('annotate --color=never' 'states' 'diff')
elif ((${#dimensions[@]} == 0)); then
	mapfile -t dimensions < <(printf '%s\n' "${!sizes[@]}" | sort)
fi

# log DIMENSION N
log() {
	awk -f "$here/growth/make.awk" -v what="$1" -v n="$2" >log
	[[ $command != diff* ]] || awk -f "$here/growth/make.awk" -v what="$1" -v n="$2" -v other=1 >other
}

# count DIMENSION N: the instructions of $command
count() {
	local words files=(log)
	log "$1" "$2"
	read -ra words <<<"$command"
	[[ $command != diff* ]] || files+=(other)
	(ulimit -v 8000000 && timeout 280 valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null \
		"$mdtrace" "${words[@]}" "${files[@]}" >out 2>err)
	(($? <= 1)) || { echo "$command: $1 $2 fails" && grep -v '^==' err | tail -n 5; } >&2
	awk '/I +refs:/ { gsub(",", "", $NF); print $NF }' err
}

for command in "${commands[@]}"; do
	start=$(count nothing 0)
	for dimension in "${dimensions[@]}"; do
		n=${sizes[$dimension]}
		one=$(count "$dimension" "$n")
		two=$(count "$dimension" $((2 * n)))
		ratio=$(awk -v start="$start" -v one="$one" -v two="$two" \
			'BEGIN { printf "%.2f", (one > start) ? (two - start) / (one - start) : 99 }')
		printf '%-24s %-12s %8d %12d %12d %6s\n' "$command" "$dimension" "$n" "$one" "$two" "$ratio"
		awk -v ratio="$ratio" 'BEGIN { exit !(ratio > 2.6) }' && failed=1 &&
			echo "$command: twice as many $dimension take $ratio times as many instructions"
	done
done
exit $failed
