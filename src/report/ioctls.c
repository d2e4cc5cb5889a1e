// SPDX-License-Identifier: MIT
#include "report/ioctls.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/map.h"

void mdt_ioctl_strace(const struct mdt_ioctl *row, struct mdt_buf *ret)
{
	static const char *const dirs[] = { "0", "_IOC_WRITE", "_IOC_READ",
					    "_IOC_READ|_IOC_WRITE" };

	if (row->is_history || row->varies)
		return;
	mdt_buf_printf(ret, "{ \"%s\", \"%s\", %s, 0x%04" PRIx32 ", 0x%02" PRIx32 " },\n",
		       row->header, row->name, dirs[mdt_ioctl_dir(row->number)],
		       row->number & 0xffff, mdt_ioctl_size(row->number));
}

struct family {
	const char *pack;
	size_t names, numbers, layouts, scalars, plain, unsaid;
	struct mdt_map headers;
};

static struct family *family_of(struct mdt_map *families, const char *pack)
{
	struct mdt_slice name = mdt_slice_cstr(pack);
	struct family *family = mdt_map_find_text(families, name);

	if (family)
		return family;
	family = calloc(1, sizeof(*family));
	if (family && !mdt_map_set_text(families, name, family)) {
		free(family);
		return NULL;
	}
	if (family)
		family->pack = pack;
	return family;
}

static bool is_layout(const struct mdt_type *type)
{
	while (type->kind == MDT_TYPE_ARRAY)
		type = type->item;
	return type->kind == MDT_TYPE_STRUCT || type->kind == MDT_TYPE_UNION;
}

static bool count_row(const struct mdt_ioctl_table *table, size_t i,
		      struct family *family)
{
	const struct mdt_ioctl *row = mdt_ioctl_at(table, i);

	family->names++;
	family->numbers += !i || table->numbers[i - 1] != row->number;
	if (row->type && is_layout(row->type))
		family->layouts++;
	else if (row->type)
		family->scalars++;
	else if (row->arg == MDT_ARG_UNSAID)
		family->unsaid++;
	else
		family->plain++;
	return mdt_map_set_text(&family->headers, mdt_slice_cstr(row->header), family);
}

static int by_names(const void *a, const void *b)
{
	const struct mdt_map_entry *x = a, *y = b;
	const struct family *fx = x->value, *fy = y->value;

	if (fx->names != fy->names)
		return fx->names > fy->names ? -1 : 1;
	return strcmp(fx->pack, fy->pack);
}

static void put_family(const char *name, const struct family *f, size_t headers,
		       struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "| %s | %zu | %zu | %zu | %zu | %zu | %zu | %zu |\n", name,
		       headers, f->names, f->numbers, f->layouts, f->scalars, f->plain,
		       f->unsaid);
}

static void put_families(struct mdt_map *families, struct mdt_buf *ret)
{
	struct family all = { 0 };
	size_t headers = 0;

	qsort(families->entries, families->live, sizeof(*families->entries), by_names);
	mdt_map_for_each(it, families)
	{
		struct family *f = it->value;

		put_family(f->pack, f, f->headers.live, ret);
		all.names += f->names;
		all.numbers += f->numbers;
		all.layouts += f->layouts;
		all.scalars += f->scalars;
		all.plain += f->plain;
		all.unsaid += f->unsaid;
		headers += f->headers.live;
	}
	put_family("all", &all, headers, ret);
}

struct mdt_error *mdt_ioctl_coverage(const struct mdt_ioctl_table *table,
				     struct mdt_buf *ret)
{
	static const char head[] =
		"# What the table of ioctls covers\n\n"
		"Made by `mdtrace list --format=coverage`. A pack is a file in "
		"`decoders/`; what no pack has, and why, is in `decoders/left-out`. A "
		"number that several packs have counts where its best name is.\n\n"
		"strace 7.2 names 3,353 ioctls and decodes the arguments of a few hundred, "
		"none of md's; syzkaller describes 1,930 commands by hand, and none of "
		"md's.\n\n"
		"| pack | headers with commands | names | numbers | with a struct | with "
		"another type | without memory | nothing said |\n"
		"|---|--:|--:|--:|--:|--:|--:|--:|\n";
	struct mdt_map families = { 0 };
	bool ok = true;

	for (size_t i = 0; ok && i < table->count; i++) {
		struct family *family =
			family_of(&families, mdt_ioctl_at(table, i)->pack);

		ok = family && count_row(table, i, family);
	}
	mdt_buf_adds(ret, head);
	if (ok)
		put_families(&families, ret);
	mdt_map_for_each(it, &families)
	{
		mdt_map_deinit(&((struct family *)it->value)->headers);
		free(it->value);
	}
	mdt_map_deinit(&families);
	return ok ? mdt_buf_error(ret) : &mdt_enomem;
}
