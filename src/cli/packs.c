// SPDX-License-Identifier: MIT
#include "cli/packs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "vm/file.h"
#include "vm/guest_path.h"

static const char *const format_names[] = { "text", "json", NULL };

const struct option_row table_option_rows[] = {
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct table_options, format),
	  .help = "text, or one JSON object a line" },
	PACK_ROW(struct table_options, packs),
	{ 0 },
};

/* ---- one pack more ---- */

static bool make_room(struct packs *packs)
{
	struct pack_origin *origins =
		realloc(packs->origins, (packs->len + 1) * sizeof(*origins));
	struct mdt_pack **items;

	if (!origins)
		return false;
	packs->origins = origins;
	items = realloc(packs->items, (packs->len + 1) * sizeof(*items));
	if (!items)
		return false;
	packs->items = items;
	return true;
}

static struct mdt_error *load(struct packs *packs, const char *path,
			      enum mdt_pack_role role)
{
	struct pack_origin origin = { .overrides = role == MDT_PACK_OVERRIDES };
	struct mdt_error *err;

	if (!make_room(packs))
		return &mdt_enomem;
	origin.path = strdup(path);
	if (!origin.path)
		return &mdt_enomem;
	err = mdt_pack_create(packs->table, path, role, &packs->items[packs->len]);
	if (err) {
		free(origin.path);
		return err;
	}
	packs->origins[packs->len] = origin;
	packs->table = mdt_pack_table(packs->items[packs->len++]);
	return NULL;
}

struct mdt_error *packs_load(const struct strings *paths, struct packs *ret)
{
	struct mdt_error *err = NULL;

	ret->table = mdt_ioctl_builtin();
	for (size_t i = 0; !err && i < paths->len; i++)
		err = load(ret, paths->items[i], MDT_PACK_OVERRIDES);
	return err;
}

// The last one first: it may borrow from those before it.
void packs_deinit(struct packs *packs)
{
	while (packs->len) {
		mdt_pack_destroy(packs->items[--packs->len]);
		free(packs->origins[packs->len].path);
	}
	free(packs->items);
	free(packs->origins);
}

const struct pack_origin *packs_origin(const struct packs *packs,
				       const struct mdt_ioctl *row)
{
	for (size_t i = 0; i < packs->len; i++)
		if (mdt_pack_has(packs->items[i], row))
			return &packs->origins[i];
	return NULL;
}

/* ---- the default places ---- */

static int is_pack_name(const struct dirent *entry)
{
	struct mdt_slice name = mdt_slice_cstr(entry->d_name);

	return name.str[0] != '.' &&
	       (mdt_slice_ends(name, SLICE(".o")) || mdt_slice_ends(name, SLICE(".ko")));
}

// A folder or a pipe of such a name is not meant.
static struct mdt_error *load_file(struct packs *packs, const char *folder,
				   const char *name)
{
	_cleanup_(mdt_freep) char *path = NULL;
	struct stat st;

	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		path = NULL;
		return &mdt_enomem;
	}
	if (stat(path, &st))
		return mdt_error_os(errno, "%s", path);
	return S_ISREG(st.st_mode) ? load(packs, path, MDT_PACK_ADDS) : NULL;
}

static void tell(struct mdt_error *err)
{
	cli_say("%s (this pack is left out)", err->message);
	mdt_error_destroy(err);
}

static void load_folder(struct packs *packs, const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_pack_name, alphasort);

	if (count < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			cli_report(mdt_error_os(errno, "%s", folder));
		return;
	}
	for (int i = 0; i < count; i++) {
		struct mdt_error *err = load_file(packs, folder, entries[i]->d_name);

		if (err)
			tell(err);
		free(entries[i]);
	}
	free(entries);
}

static void load_below(struct packs *packs, const char *dir, const char *rest)
{
	_cleanup_(mdt_freep) char *folder = NULL;

	if (asprintf(&folder, "%s/%s", dir, rest) < 0)
		folder = NULL;
	else
		load_folder(packs, folder);
}

// What is not absolute does not count (XDG Base Directory Specification).
static void load_own(struct packs *packs)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (data && data[0] == '/')
		load_below(packs, data, "mdtrace/packs");
	else if (home && home[0] == '/')
		load_below(packs, home, ".local/share/mdtrace/packs");
}

static bool is_same_folder(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

static void load_installed(struct packs *packs)
{
	static const char everyone[] = "/usr/share/mdtrace/packs";
	_cleanup_(mdt_freep) char *dir = mdt_program_dir();
	_cleanup_(mdt_freep) char *folder = NULL;
	const char *place = MDT_PACKS_INSTALLED;

	if (place[0] != '/' && dir && asprintf(&folder, "%s/%s", dir, place) < 0)
		folder = NULL;
	if (folder)
		place = folder;
	if (place[0] == '/' && !is_same_folder(place, everyone))
		load_folder(packs, place);
	load_folder(packs, everyone);
}

static void load_listed(struct packs *packs, struct mdt_slice list)
{
	while (list.len) {
		const char *colon = memchr(list.str, ':', list.len);
		size_t len = colon ? (size_t)(colon - list.str) : list.len;
		_cleanup_(mdt_freep) char *folder = strndup(list.str, len);

		if (folder && len)
			load_folder(packs, folder);
		list = mdt_slice_from(list.str + len + (colon != NULL),
				      list.len - len - (colon != NULL));
	}
}

void packs_read_defaults(struct packs *packs)
{
	const char *listed = getenv("MDTRACE_PACKS");

	if (packs->has_defaults)
		return;
	packs->has_defaults = true;
	if (listed) {
		load_listed(packs, mdt_slice_cstr(listed));
		return;
	}
	load_own(packs);
	load_installed(packs);
}
