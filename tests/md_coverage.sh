#!/bin/bash
# md_coverage.sh MDTRACE: scripts/md-errors finds the refusals of a source, and the rules that
# scripts/md-errors.rows and docs/coverage-md.md name are rules of the model.
set -eu
mdtrace=$(realpath "$1")
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

mkdir -p "$dir/5.99/drivers/md"
cat >"$dir/5.99/drivers/md/md.c" <<'END'
static int unreached(int a)
{
	return -ENODEV;
}

static int hot_remove_disk(struct mddev *mddev)
{
	if (!mddev->pers)
		return -ENODEV;
	/* -EIO is no result here */
	return 0;
}

static int md_ioctl(struct block_device *bdev,
		    unsigned int cmd)
{
	int err = 0;

	switch (cmd) {
	case HOT_REMOVE_DISK:
		err = hot_remove_disk(mddev);
		break;
	case ANOTHER:
		if (!capable(A) ||
		    !capable(B))
			return -EACCES;
	}
	return err;
}
END
printf 'md.c\t%s\t%s\t%s\n' hot_remove_disk ENODEV 'if (!mddev->pers)' \
	md_ioctl EACCES 'if (!capable(A) || !capable(B))' | diff -u - <(scripts/md-errors "$dir/5.99")

scripts/md-coverage "$dir/5.99" >"$dir/out"
grep -qx '## 5.99' "$dir/out"
# shellcheck disable=SC2016  # Markdown
grep -qF '| md.c `hot_remove_disk` | ENODEV | `if (!mddev->pers)` | `remove-stopped` |' "$dir/out"
grep -qx '2 places: 2 have rules, 0 have none, for the reason that is said.' "$dir/out"
sed -i 's/ENODEV/ECHILD/' "$dir/5.99/drivers/md/md.c"
! scripts/md-coverage "$dir/5.99" >"$dir/out" 2>"$dir/err" || { echo 'a place without a row is no failure'; exit 1; }
grep -qF 'hot_remove_disk: ECHILD: if (!mddev->pers): no row' "$dir/err"

# Each row is used by a kernel that was read, and names rules that there are.
status=0
while IFS=$'\t' read -r function _ _ says; do
	[[ $function != '#'* ]] || continue
	text=${says#- }
	[[ $says == -* ]] || text=\`${says//, /\`, \`}\`
	grep -qF "$text |" docs/coverage-md.md || { echo "docs/coverage-md.md has no '$text'"; status=1; }
done <scripts/md-errors.rows
for rule in $(awk -F '\t' '!/^#/ && $4 !~ /^- / { gsub(/,/, "", $4); print $4 }' scripts/md-errors.rows | tr ' ' '\n' | sort -u); do
	"$mdtrace" conform --plan --sequences=1 --length=1 --flip="$rule" >/dev/null || { echo "$rule"; status=1; }
done
exit "$status"
