#!/bin/bash
# completion.sh MDTRACE DIR SHELL: have SHELL read its completion script, DIR/mdtrace.SHELL,
# and press Tab in a few places.
# shellcheck disable=SC2317  # the functions are called by name
set -u
script=$2/mdtrace.$3
status=0
PATH=$(dirname "$(realpath "$1")"):$PATH
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
touch log.strace c1.log other.txt
mkdir folder
export LC_ALL=C

# told LINE FOUND EXPECTED
told() {
	[[ "$2" == "$3" ]] && return
	echo "$shell: '$1' completes to '$2', not to '$3'"
	status=1
}

# expect LINE REPLY...: the last word of LINE is being completed
expect_bash() {
	local line=$1
	shift
	read -ra COMP_WORDS <<<"${line//=/ = }"
	[[ $line == *[=\ ] ]] && COMP_WORDS+=("")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	_mdtrace
	told "$line" "$(printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd ' ')" "$*"
}

# fish names the option with its value
expect_fish() {
	local line=$1 found
	shift
	found=$(fish --no-config -c "source '$script'; complete -C '$line'" | cut -f1 |
		sed 's/^--[a-z]*=\(.\)/\1/; s,/$,,' | sort | paste -sd ' ')
	told "$line" "$found" "$*"
}

# What stands in the line after Tab, by a terminal of zsh's own; so one reply only.
expect_zsh() {
	local line=$1 word=${1##*[ =]} found
	shift
	found=$(zsh -f -c '
		zmodload zsh/zpty
		zpty z zsh -f -i
		zpty -w z "PS1=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -D -u; source $1; "
		zpty -w z "bindkey \"^I\" complete-word; show() { print -r -- \"<\$BUFFER>\"; BUFFER=; zle redisplay }"
		zpty -w z "zle -N show; bindkey \"^X\" show; print re\"\"ady"
		zpty -r z out "*ready*"
		zpty -n -w z "$2"$'"'\\t\\x18'"'
		zpty -r z out "*<*>*"
		print -r -- "$out"
		zpty -d z' zsh "$script" "$line" | tr -d '\r' | sed -n 's/.*<\(mdtrace .*\)>.*/\1/p' | tail -n 1)
	found=${found#"${line%"$word"}"}
	told "$line" "${found% }" "$1"
}

shell=$3
command -v "$shell" >/dev/null || exit 77
if [[ $shell == bash ]]; then
	# shellcheck source=/dev/null
	source "$script" || exit 1
	compopt() { :; }
fi
expect() { "expect_$shell" "$@"; }

expect 'mdtrace hel' help
expect 'mdtrace help ver' version
equals='='
[[ $shell == fish ]] && equals=
expect 'mdtrace annotate --form' "--format$equals"
expect 'mdtrace annotate --format=js' json
expect 'mdtrace annotate oth' other.txt
expect 'mdtrace annotate c1' c1.log
expect 'mdtrace annotate --only=md c1' c1.log
expect 'mdtrace decode ADD_NEW_DI' ADD_NEW_DISK
expect 'mdtrace explain STOP_ARRAY_R' STOP_ARRAY_RO
expect 'mdtrace explain other' other.txt
[[ $shell == zsh ]] || expect 'mdtrace annotate ' c1.log folder log.strace other.txt
exit $status
