#!/bin/bash
# completion.sh FILE: source the completion and press Tab in a few places.
set -u
# shellcheck source=/dev/null
source "$1" || exit 1
status=0
# shellcheck disable=SC2317  # _mdtrace calls it; the real one only works under readline
compopt() { :; }

# expect LINE REPLY...: the last word of LINE is being completed
expect() {
	local line=$1
	shift
	read -ra COMP_WORDS <<<"${line//=/ = }"
	[[ $line == *[=\ ] ]] && COMP_WORDS+=("")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	_mdtrace
	[[ "${COMPREPLY[*]}" == "$*" ]] && return
	echo "'$line' completes to '${COMPREPLY[*]}', not to '$*'"
	status=1
}

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
touch log.strace other.txt
mkdir folder
expect 'mdtrace hel' help
expect 'mdtrace help ver' version
expect 'mdtrace version --h' --help
expect 'mdtrace --ver' --version
if grep -q 'annotate)' "$1"; then
	expect 'mdtrace annotate --form' --format=
	expect 'mdtrace annotate --format=js' json
	expect 'mdtrace annotate --format js' json
	expect 'mdtrace annotate ' log.strace folder
	expect 'mdtrace annotate oth' other.txt
fi
exit $status
