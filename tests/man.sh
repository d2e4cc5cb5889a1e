#!/bin/bash
# man.sh MDTRACE: check that scdoc accepts every man page, that every command has one, and
# that it names every option of the command.
set -eu
mdtrace=$1
cd "$(dirname "$0")/../docs/man"
status=0

complain() {
	echo "$1"
	status=1
}

for page in *.scd; do
	scdoc <"$page" >/dev/null || complain "docs/man/$page: scdoc refuses it"
done

commands=$("$mdtrace" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[[ $commands ]] || complain "mdtrace help lists no command"
for command in $commands; do
	page=mdtrace-$command.1.scd
	case $command in
	help | version) page=mdtrace.1.scd ;;
	esac
	if [[ ! -e $page ]]; then
		complain "docs/man/$page: missing, yet 'mdtrace $command' exists"
		continue
	fi
	for option in $("$mdtrace" help "$command" | grep -oE '^  (-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
		[[ $option == --help || $option == --raw ]] || grep -qF -- "$option" "$page" ||
			complain "docs/man/$page: does not say what $option is"
	done
done
exit $status
