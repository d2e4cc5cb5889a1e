#!/bin/bash
# version.sh MDTRACE CASE: what `mdtrace version` says of itself and of this machine. Each
# function case_NAME is a test of its own.
# shellcheck disable=SC2317,SC2329  # the cases are called by name
# shellcheck source=tests/lib.sh
source "$(dirname "$0")/lib.sh" || exit 2

# fake NAME ANSWER: bin/NAME prints it
fake() {
	mkdir -p bin
	printf '#!/bin/sh\necho "%s"\n' "$2" >"bin/$1"
	chmod +x "bin/$1"
}

case_short() {
	run 0 version
	prints '^mdtrace [0-9]+\.[0-9]+\.[0-9]+$'
	[[ $(wc -l <out) == 1 ]] || fail "$(<out)"
	mv out long
	run 0 --version
	cmp out long || fail '--version says something else'
	run 0 -V
	cmp out long || fail '-V says something else'
}

case_verbose() {
	run 0 version --verbose
	prints '^compiler +(gcc|clang) [0-9]+\.'
	prints '^build type +'
	prints '^flags +'
	prints '^glibc +[0-9]+\.[0-9]+$'
	prints '^elfutils +[0-9]+\.[0-9]+'
	prints '^PCRE2 +10\.[0-9]+'
	prints '^libkmod +/.*libkmod\.so'
	prints '^ncurses +ncurses [0-9]+\.'
	prints '^libarchive +libarchive [0-9]+\.'
	prints '^kernels +'
}

case_programs() {
	fake strace 'strace -- version 6.9'
	fake qemu-system-x86_64 'QEMU emulator version 9.1.2 (Debian 1:9.1.2+ds-1)'
	PATH=$PWD/bin:$PATH run 0 --version --verbose
	prints "^strace +6\.9, $PWD/bin/strace\$"
	prints "^QEMU +9\.1\.2, $PWD/bin/qemu-system-x86_64\$"
	fake strace 'what?'
	PATH=$PWD/bin:$PATH run 0 --version --verbose
	prints "^strace +version not known, $PWD/bin/strace\$"
}

case_no_programs() {
	mkdir bin
	ln -s "$(command -v timeout)" bin/timeout
	PATH=$PWD/bin run 0 version -v
	prints '^strace +not found$'
	prints '^QEMU +not found$'
}

run_case
