#!/bin/bash
# install.sh BUILD CC LDFLAGS: install into a new place and use it from there, as a stranger
# would. LDFLAGS is what the build links with (the sanitizers).
set -eu
build=$1 cc=$2 flags=$3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cmake --install "$build" --prefix "$dir" >/dev/null
libdir=$(dirname "$(find "$dir" -name libmdtrace.a)")
export PKG_CONFIG_PATH=$libdir/pkgconfig
status=0

complain() {
	echo "$1"
	status=1
}

for file in bin/mdtrace libexec/mdtrace/mdtrace-guest include/mdtrace/mdtrace.h include/mdtrace/base/error.h \
	share/man/man1/mdtrace.1 share/bash-completion/completions/mdtrace \
	share/fish/vendor_completions.d/mdtrace.fish share/zsh/site-functions/_mdtrace; do
	[[ -s $dir/$file ]] || complain "$file is not installed"
done
"$dir/bin/mdtrace" --version | grep -q "$(pkg-config --modversion mdtrace)" ||
	complain "the program and the pkg-config file differ in the version"

# The shared library exports what the headers declare, and nothing else.
nm -D --defined-only "$libdir/libmdtrace.so" | awk '$2 != "A" { print $3 }' |
	sed 's/@.*//' | sort -u >"$dir/exported"
find "$dir/include" -name '*.h' -exec cat {} + | tr '\n' ' ' |
	grep -oE 'MDT_API [^;{]*' | sed 's/^MDT_API //; s/(.*//; s/.*[ *]//; s/\[.*//' | grep -v '^$' | sort -u >"$dir/declared"
grep -v '^mdt_' "$dir/exported" && complain "these are exported, and are not mdt_*"
comm -13 "$dir/exported" "$dir/declared" | grep . && complain "these are declared, not exported"
comm -23 "$dir/exported" "$dir/declared" | grep . && complain "these are exported, not declared"

for header in $(cd "$dir/include/mdtrace" && find . -name '*.h'); do
	echo "#include <$header>" >"$dir/one.c"
	# shellcheck disable=SC2046
	"$cc" -std=gnu17 -Wall -Werror -fsyntax-only $(pkg-config --cflags mdtrace) "$dir/one.c" ||
		complain "$header does not compile by itself"
done

cat >"$dir/stranger.c" <<'END'
#include <mdtrace.h>
#include <stdio.h>

int main(void)
{
	struct mdt_error *err = mdt_error_at(MDT_ERR_SYNTAX, "log", 2, 3, "no");

	puts(err->message);
	mdt_error_destroy(err);
	return 0;
}
END
read -ra flags <<<"$flags"
read -ra cflags <<<"$(pkg-config --cflags mdtrace)"
read -ra libs <<<"$(pkg-config --libs mdtrace)"
read -ra private <<<"$(pkg-config --print-requires-private mdtrace | xargs pkg-config --libs)"
"$cc" "${cflags[@]}" "$dir/stranger.c" -o "$dir/shared" "${flags[@]}" "${libs[@]}"
"$cc" "${cflags[@]}" "$dir/stranger.c" -o "$dir/static" "${flags[@]}" \
	"${libs[@]/#-lmdtrace/-l:libmdtrace.a}" "${private[@]}"
[[ $(LD_LIBRARY_PATH=$libdir "$dir/shared") == 'log:2:3: no' ]] || complain "the shared library fails"
[[ $("$dir/static") == 'log:2:3: no' ]] || complain "the static library fails"
readelf -d "$dir/shared" | grep -q 'NEEDED.*libmdtrace.so.[0-9]' || complain "no soname was linked"

# And away again, all that is in the manifest.
manifest=$dir/manifest
find "$dir" -path "$dir/bin/*" -o -path "$dir/share/man/*" -type f >"$manifest"
cmake -DMANIFEST="$manifest" -P "$(dirname "$0")/../cmake/uninstall.cmake" >/dev/null 2>&1
[[ -e $dir/bin/mdtrace ]] && complain "uninstall leaves the program"
exit $status
