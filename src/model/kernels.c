// SPDX-License-Identifier: MIT
#include "model/kernels.h"

static const struct {
	const char *name;
	unsigned int major, minor;
	enum mdt_kernel_how how;
} releases[] = {
#define X(major, minor, how) { #major "." #minor, major, minor, MDT_KERNEL_##how },
	MDT_KERNEL_RELEASES(X)
#undef X
};

const char *mdt_kernel_name(enum mdt_kernel kernel)
{
	return releases[kernel].name;
}

enum mdt_kernel_how mdt_kernel_how(enum mdt_kernel kernel)
{
	return releases[kernel].how;
}

enum mdt_kernel mdt_kernel_newest(void)
{
	unsigned int ret = MDT_KERNELS - 1;

	while (ret && releases[ret].how == MDT_KERNEL_AHEAD)
		ret--;
	return (enum mdt_kernel)ret;
}

struct mdt_kernels mdt_kernels_join(struct mdt_kernels a, struct mdt_kernels b)
{
	if (b.since < a.since)
		a.since = b.since;
	if (!b.before || (a.before && b.before > a.before))
		a.before = b.before;
	return a;
}

void mdt_kernels_text(struct mdt_kernels kernels, struct mdt_buf *ret)
{
	const char *first = mdt_kernel_name(kernels.since);

	if (!kernels.before) {
		if (kernels.since)
			mdt_buf_printf(ret, "%s and later", first);
		return;
	}
	if (!kernels.since)
		mdt_buf_printf(ret, "before %s", mdt_kernel_name(kernels.before));
	else if (kernels.before == kernels.since + 1)
		mdt_buf_adds(ret, first);
	else
		mdt_buf_printf(ret, "%s to %s", first,
			       mdt_kernel_name((enum mdt_kernel)(kernels.before - 1)));
}

/* ---- versions ---- */

// Kernels of distributions whose md is newer than their number says: what is in the
// release that uname -r prints, and where the kernel is from.
static const struct {
	const char *mark, *also, *name;
} distributions[] = {
	{ ".el7", "", "RHEL 7 or a rebuild of it" },
	{ ".el8", "", "RHEL 8 or a rebuild of it" },
	{ ".el9", "", "RHEL 9 or a rebuild of it" },
	{ ".el10", "", "RHEL 10 or a rebuild of it" },
	{ "uek.", "", "Oracle's UEK" },
	{ "-150", "-default", "SUSE Linux Enterprise or Leap" },
	{ "+synology", "", "Synology" },
};

static const char *distribution_of(struct mdt_slice version)
{
	array_for_each (it, distributions)
		if (mdt_slice_find(version, mdt_slice_cstr(it->mark)) &&
		    mdt_slice_find(version, mdt_slice_cstr(it->also)))
			return it->name;
	return NULL;
}

static bool eat_number(struct mdt_slice *text, unsigned int *ret)
{
	size_t len = 0;
	uint64_t value;

	while (len < text->len && text->str[len] >= '0' && text->str[len] <= '9')
		len++;
	if (!len || len > 4 || !mdt_slice_to_dec(mdt_slice_head(*text, len), &value))
		return false;
	*ret = (unsigned int)value;
	*text = mdt_slice_skip(*text, len);
	return true;
}

// `6.1`, and then nothing or one of `.`, `-` and `+`.
static bool read_version(struct mdt_slice version, unsigned int *major,
			 unsigned int *minor)
{
	if (!eat_number(&version, major) || !mdt_slice_starts(version, SLICE(".")))
		return false;
	version = mdt_slice_skip(version, 1);
	return eat_number(&version, minor) &&
	       (!version.len || version.str[0] == '.' || version.str[0] == '-' ||
		version.str[0] == '+');
}

bool mdt_kernel_match(struct mdt_slice version, struct mdt_kernel_match *ret)
{
	unsigned int major, minor, i = MDT_KERNELS;

	if (!read_version(version, &major, &minor))
		return false;
	while (--i)
		if (major > releases[i].major ||
		    (major == releases[i].major && minor >= releases[i].minor))
			break;
	ret->kernel = (enum mdt_kernel)i;
	ret->fit = MDT_KERNEL_FITS;
	if (distribution_of(version))
		ret->fit = MDT_KERNEL_DISTRIBUTION;
	else if (major == releases[i].major && minor == releases[i].minor)
		return true;
	else
		ret->fit = i ? MDT_KERNEL_NEWER : MDT_KERNEL_OLDER;
	if (ret->fit == MDT_KERNEL_NEWER && i != MDT_KERNELS - 1)
		ret->fit = MDT_KERNEL_FITS; // 5.20, which never was, is 5.19
	if (ret->fit == MDT_KERNEL_NEWER)
		ret->kernel = mdt_kernel_newest();
	return true;
}

bool mdt_kernel_find(struct mdt_slice version, enum mdt_kernel *ret)
{
	struct mdt_kernel_match match;

	if (!mdt_kernel_match(version, &match))
		return false;
	*ret = match.kernel;
	return true;
}

// Of a release that is in the list.
static void add_how(enum mdt_kernel kernel, struct mdt_buf *ret)
{
	const char *name = mdt_kernel_name(kernel);

	switch (mdt_kernel_how(kernel)) {
	case MDT_KERNEL_RUN:
		break;
	case MDT_KERNEL_READ:
		mdt_buf_printf(ret, "%s: rules from its sources, not run", name);
		break;
	case MDT_KERNEL_AHEAD:
		mdt_buf_printf(
			ret,
			"%s: newest known: %s; of %s only what was announced, not run",
			name, mdt_kernel_name(mdt_kernel_newest()), name);
		break;
	}
}

void mdt_kernel_note(struct mdt_slice version, const struct mdt_kernel_match *match,
		     struct mdt_buf *ret)
{
	const char *name = mdt_kernel_name(match->kernel);

	switch (match->fit) {
	case MDT_KERNEL_FITS:
		add_how(match->kernel, ret);
		break;
	case MDT_KERNEL_OLDER:
		mdt_buf_printf(
			ret,
			"%.*s: older than all that is known; the rules of %s are a guess",
			SLICE_FMT(version), name);
		break;
	case MDT_KERNEL_NEWER:
		mdt_buf_printf(ret, "%.*s: newest known: %s, whose rules are a guess",
			       SLICE_FMT(version), name);
		break;
	case MDT_KERNEL_DISTRIBUTION:
		mdt_buf_printf(
			ret,
			"%.*s: a kernel of %s, whose md is not that of its number; the rules of %s are a guess",
			SLICE_FMT(version), distribution_of(version), name);
		break;
	}
}
