#!/bin/bash
# page.sh MDTRACE CASE: the web page of `annotate --format=html`, used in a real browser. Each
# function case_NAME is a test of its own.
# shellcheck disable=SC2317  # the cases are called by name
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/lib.sh" || exit 2
driver=$(dirname "$traces")/tests/page/drive.mjs

# drive CASE LOG...: use the page of these logs as tests/page/drive.mjs says
drive() {
	local case=$1 browser
	shift
	needs node
	browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || exit 77
	run 0 annotate --format=html "$@"
	mv out page.html
	timeout 100 node "$driver" "$browser" "$PWD/page.html" "$case" || fail "page: $case"
}

case_search() { drive search "$traces/mdadm-4.4/create.strace"; }
case_keys() { drive keys "$traces/mdadm-4.4/create.strace"; }
case_links() { drive links "$traces/mdadm-4.4/create.strace"; }
case_phone() { drive phone "$traces"/mdadm-4.4/{create,add}.strace; }
case_policy() { drive policy "$traces/notes/create.strace"; }

# What the page's policy allows is the page's script.
case_hash() {
	local hex hash
	run 0 annotate --format=html "$traces/notes/create.strace"
	hash=$(sed -n "s/.*script-src 'sha256-\([^']*\)'.*/\1/p" out)
	hex=$(sed -n '/^<script>/,/^<\/script>/p' out | sed '1s/<script>//; $d' | sha256sum | cut -c1-64)
	# shellcheck disable=SC2001,SC2059
	[[ $(printf "$(sed 's/../\\x&/g' <<<"$hex")" | base64) == "$hash" ]] ||
		fail "mdt_html_script_hash: $(printf "$(sed 's/../\\x&/g' <<<"$hex")" | base64), not $hash"
}

# long_log: ./log, of more lines than a page shows each with a link
long_log() {
	local i
	for ((i = 0; i < 10; i++)); do
		cat "$traces/mdadm-4.4/detail.strace"
	done | head -21000 >log
}

# A page of many lines takes less for each, and has them all.
case_large() {
	local size
	long_log
	run 0 annotate --format=html log
	size=$(wc -c <out)
	((size < 2 * $(wc -c <log))) || fail "page of $size bytes"
	[[ $(grep -c '<li id="L' out) == 21000 ]] || fail "$(grep -c '<li id="L' out) lines"
}

# It is many short lists, and a search looks at all of them.
case_long() {
	long_log
	EXPECTED=$(grep -c '= -1 ENOENT' log) drive long log
}

run_case
