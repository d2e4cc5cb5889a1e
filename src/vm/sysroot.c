// SPDX-License-Identifier: MIT
#include "vm/sysroot.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MAX = 40 }; // as the kernel's MAXSYMLINKS

static const struct mdt_slice merged[] = {
	SLICE_INIT("/bin"),   SLICE_INIT("/sbin"),  SLICE_INIT("/lib"),
	SLICE_INIT("/lib32"), SLICE_INIT("/lib64"), SLICE_INIT("/libx32"),
};
static const struct mdt_slice usr = SLICE_INIT("/usr");

/* ---- components ---- */

// The next component of a path; false at its end.
static bool next_part(struct mdt_slice *path, struct mdt_slice *ret)
{
	size_t len = 0;

	while (path->len && path->str[0] == '/')
		*path = mdt_slice_skip(*path, 1);
	while (len < path->len && path->str[len] != '/')
		len++;
	*ret = mdt_slice_head(*path, len);
	*path = mdt_slice_skip(*path, len);
	return len != 0;
}

// Cut the last component off, but never what stands before @p from.
static void pop_part(struct mdt_buf *path, size_t from)
{
	while (path->len > from && path->str[path->len - 1] != '/')
		path->len--;
	if (path->len > from)
		path->len--;
}

static void push_part(struct mdt_buf *path, struct mdt_slice part, size_t from)
{
	if (mdt_slice_eq_cstr(part, "."))
		return;
	if (mdt_slice_eq_cstr(part, "..")) {
		pop_part(path, from);
		return;
	}
	mdt_buf_addc(path, '/');
	mdt_buf_add(path, part);
}

// The first component is one of those that are links into /usr.
static bool is_merged(struct mdt_slice path)
{
	array_for_each (dir, merged)
		if (mdt_slice_starts(path, *dir) &&
		    (path.len == dir->len || path.str[dir->len] == '/'))
			return true;
	return false;
}

void mdt_sysroot_name(struct mdt_slice path, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };
	struct mdt_slice part;

	while (next_part(&path, &part))
		push_part(&name, part, 0);
	if (is_merged(mdt_buf_slice(&name)))
		mdt_buf_add(ret, usr);
	mdt_buf_add(ret, mdt_buf_slice(&name));
	ret->failed |= name.failed;
}

/* ---- links ---- */

// The link's text and then what is left of the path. false: not a link.
static bool read_link(const char *path, struct mdt_slice rest, struct mdt_buf *ret)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target));

	if (len < 0)
		return false;
	mdt_buf_add(ret, mdt_slice_from(target, (size_t)len));
	mdt_buf_addc(ret, '/');
	mdt_buf_add(ret, rest);
	return true;
}

static bool terminate(struct mdt_buf *path)
{
	mdt_buf_addc(path, '\0');
	if (path->failed)
		return false;
	path->len--;
	return true;
}

/*
 * Follow a path whose beginning, root, is taken as it is. Where a component is a link,
 * its text takes the component's place.
 */
static bool follow(const char *root, struct mdt_slice path, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf even = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf odd = { 0 };
	unsigned int links = 0;
	struct mdt_slice part;
	size_t from;

	mdt_buf_adds(ret, root);
	while (ret->len && ret->str[ret->len - 1] == '/')
		ret->len--;
	from = ret->len;
	while (next_part(&path, &part)) {
		// The path is in the one, so the link goes to the other.
		struct mdt_buf *text = links % 2 ? &odd : &even;

		push_part(ret, part, from);
		if (!terminate(ret))
			return false;
		mdt_buf_clear(text);
		if (ret->len == from || !read_link(ret->str, path, text))
			continue;
		if (text->failed || links++ == LINKS_MAX)
			return false;
		pop_part(ret, from);
		if (text->str[0] == '/')
			ret->len = from;
		path = mdt_buf_slice(text);
	}
	mdt_buf_adds(ret, ret->len ? "" : "/");
	mdt_buf_addc(ret, '\0');
	return !ret->failed;
}

static bool find_as_it_is(const char *root, struct mdt_slice path, struct mdt_buf *ret)
{
	struct stat st;

	mdt_buf_clear(ret);
	return follow(root, path, ret) && stat(ret->str, &st) == 0;
}

bool mdt_sysroot_find(const char *root, struct mdt_slice path, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf other = { 0 };

	if (find_as_it_is(root, path, ret))
		return true;
	if (is_merged(path)) {
		mdt_buf_add(&other, usr);
		mdt_buf_add(&other, path);
	} else if (mdt_slice_starts(path, usr) &&
		   is_merged(mdt_slice_skip(path, usr.len))) {
		mdt_buf_add(&other, mdt_slice_skip(path, usr.len));
	} else {
		return false;
	}
	return !other.failed && find_as_it_is(root, mdt_buf_slice(&other), ret);
}
