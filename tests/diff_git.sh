#!/bin/bash
# diff_git.sh MDTRACE: let git call `mdtrace diff` as its external diff, as a driver of
# .gitattributes, and as a difftool.
set -eu
command -v git >/dev/null || exit 77
mdtrace=$(realpath "$1")
logs=$(dirname "$(realpath "$0")")/golden
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export HOME=$dir GIT_CONFIG_NOSYSTEM=1 LC_ALL=C TERM=dumb
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.org
export GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.org
cd "$dir"

# expect WORD: the last output must have it.
expect() {
	grep -qF -- "$1" out || { echo "$step: no '$1' in"; cat out; exit 1; }
}

git init -q .
cp "$logs/changed-old.strace" run.strace
git add run.strace
git commit -qm old
cp "$logs/changed-new.strace" run.strace

step="GIT_EXTERNAL_DIFF"
GIT_EXTERNAL_DIFF="$mdtrace diff" git --no-pager diff >out
expect "--- run.strace"
expect "STOP_ARRAY on md0 before SET_ARRAY_INFO gone"

step=".gitattributes"
echo '*.strace diff=mdtrace' >.gitattributes
git config diff.mdtrace.command "$mdtrace diff"
git --no-pager diff >out
expect "state 6 → 2 (MD_DISK_SYNC gone)"

step="git difftool"
git difftool -y --extcmd="$mdtrace diff" >out
expect "STOP_ARRAY on md0 before SET_ARRAY_INFO gone"

step="a file that is gone"
git rm -qf run.strace
git --no-pager diff HEAD >out
expect "no longer runs mdadm --create /dev/md0"

step="a file that was renamed"
git reset -q --hard
git mv run.strace other.strace
echo '900 ioctl(4, STOP_ARRAY) = 0' >>other.strace
git --no-pager diff -M HEAD >out
expect "+++ other.strace"
expect "new: STOP_ARRAY"
