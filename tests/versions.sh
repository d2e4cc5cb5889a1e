#!/bin/bash
# versions.sh MDTRACE: check that docs/mdadm-versions.md has what the program says of traces/.
set -eu
mdtrace=$(realpath "$1")
cd "$(dirname "$(realpath "$0")")/.."
status=0
table=$("$mdtrace" diff --matrix traces/mdadm-4.1 traces/mdadm-4.2 traces/mdadm-4.4) || status=$?
[[ $status == 1 ]] || { echo "mdtrace diff --matrix exits with $status"; exit 1; }
diff -u --label docs/mdadm-versions.md --label "what mdtrace prints" \
	<(sed -n '/^<!-- begin/,/^<!-- end/{/^<!--/!p}' docs/mdadm-versions.md) <(echo "$table")
