// SPDX-License-Identifier: MIT
#include "guest/map.h"

#include <linux/major.h>
#include <stdlib.h>

void guest_map_deinit(struct guest_map *map)
{
	free(map->rows);
	*map = (struct guest_map){ 0 };
}

bool guest_map_add(struct guest_map *map, const struct guest_map_row *row)
{
	if (!mdt_grow((void **)&map->rows, &map->cap, map->len, sizeof(*map->rows)))
		return false;
	map->rows[map->len++] = *row;
	return true;
}

static const struct guest_device *from_of(const struct guest_map_row *row,
					  enum guest_map_way way)
{
	return way == GUEST_TO_KERNEL ? &row->log : &row->real;
}

static const struct guest_device *to_of(const struct guest_map_row *row,
					enum guest_map_way way)
{
	return way == GUEST_TO_KERNEL ? &row->real : &row->log;
}

void guest_map_dev(const struct guest_map *map, enum guest_map_way way, uint32_t *major,
		   uint32_t *minor)
{
	for (size_t i = 0; i < map->len; i++) {
		const struct guest_device *from = from_of(&map->rows[i], way);
		const struct guest_device *to = to_of(&map->rows[i], way);

		if (from->major != *major || from->minor != *minor)
			continue;
		*major = to->major;
		*minor = to->minor;
		return;
	}
}

static bool is_word(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)(c - '0') < 10 ||
	       c == '_';
}

// The row whose name stands at `at` as a word of its own.
static const struct guest_map_row *row_at(const struct guest_map *map,
					  enum guest_map_way way, struct mdt_slice text,
					  size_t at)
{
	if (at && is_word(text.str[at - 1]))
		return NULL;
	for (size_t i = 0; i < map->len; i++) {
		struct mdt_slice name = from_of(&map->rows[i], way)->name;
		struct mdt_slice rest = mdt_slice_skip(text, at);

		if (name.len && mdt_slice_starts(rest, name) &&
		    (rest.len == name.len || !is_word(rest.str[name.len])))
			return &map->rows[i];
	}
	return NULL;
}

void guest_map_text(const struct guest_map *map, enum guest_map_way way,
		    struct mdt_slice text, struct mdt_buf *ret)
{
	size_t at = 0;

	while (at < text.len && map->len) {
		const struct guest_map_row *row = row_at(map, way, text, at);

		if (row) {
			mdt_buf_add(ret, to_of(row, way)->name);
			at += from_of(row, way)->name.len;
		} else {
			mdt_buf_addc(ret, text.str[at++]);
		}
	}
	mdt_buf_add(ret, mdt_slice_skip(text, at));
}

// The device in `MAJOR,MINOR)`. @return How many bytes it takes, 0: it is none.
static size_t read_unknown(struct mdt_slice text, uint32_t *major, uint32_t *minor)
{
	const char *end = text.len ? memchr(text.str, ')', text.len) : NULL;
	const char *comma = end ? memchr(text.str, ',', (size_t)(end - text.str)) : NULL;
	uint64_t a, b;

	if (!comma ||
	    !mdt_slice_to_dec(mdt_slice_head(text, (size_t)(comma - text.str)), &a) ||
	    !mdt_slice_to_dec(mdt_slice_from(comma + 1, (size_t)(end - comma) - 1), &b) ||
	    a > UINT32_MAX || b > UINT32_MAX)
		return 0;
	*major = (uint32_t)a;
	*minor = (uint32_t)b;
	return (size_t)(end - text.str);
}

void guest_map_message(const struct guest_map *map, struct mdt_slice text,
		       struct mdt_buf *ret)
{
	static const struct mdt_slice mark = SLICE_INIT("unknown-block(");
	const char *at = map->len ? mdt_slice_find(text, mark) : NULL;
	size_t before = at ? (size_t)(at - text.str) + mark.len : text.len, len = 0;
	uint32_t major, minor;

	guest_map_text(map, GUEST_TO_LOG, mdt_slice_head(text, before), ret);
	text = mdt_slice_skip(text, before);
	len = read_unknown(text, &major, &minor);
	if (len) {
		guest_map_dev(map, GUEST_TO_LOG, &major, &minor);
		mdt_buf_printf(ret, "%u,%u", major, minor);
	}
	guest_map_text(map, GUEST_TO_LOG, mdt_slice_skip(text, len), ret);
}

// MAJOR:MINOR and nothing else, up to the line's end.
static bool read_dev(struct mdt_slice text, uint32_t *major, uint32_t *minor, size_t *len)
{
	uint64_t a, b;
	const char *colon;

	*len = text.len;
	while (*len && text.str[*len - 1] == '\n')
		--*len;
	colon = *len ? memchr(text.str, ':', *len) : NULL;
	if (!colon ||
	    !mdt_slice_to_dec(mdt_slice_head(text, (size_t)(colon - text.str)), &a) ||
	    !mdt_slice_to_dec(mdt_slice_skip(mdt_slice_head(text, *len),
					     (size_t)(colon - text.str) + 1),
			      &b))
		return false;
	*major = (uint32_t)a;
	*minor = (uint32_t)b;
	return a <= UINT32_MAX && b <= UINT32_MAX;
}

void guest_map_attribute(const struct guest_map *map, enum guest_map_way way,
			 struct mdt_slice text, struct mdt_buf *ret)
{
	uint32_t major, minor;
	size_t len;

	if (!map->len || !read_dev(text, &major, &minor, &len)) {
		guest_map_text(map, way, text, ret);
		return;
	}
	guest_map_dev(map, way, &major, &minor);
	mdt_buf_dec(ret, major);
	mdt_buf_addc(ret, ':');
	mdt_buf_dec(ret, minor);
	mdt_buf_add(ret, mdt_slice_skip(text, len));
}

// The part of a path up to the next slash.
static struct mdt_slice component(struct mdt_slice path)
{
	const char *end = path.len ? memchr(path.str, '/', path.len) : NULL;

	return end ? mdt_slice_head(path, (size_t)(end - path.str)) : path;
}

// The partition that the next component names, when this one is its disk.
static const struct guest_map_row *
partition_at(const struct guest_map *map, struct mdt_slice disk, struct mdt_slice next)
{
	for (size_t i = 0; i < map->len; i++)
		if (map->rows[i].parent.len && mdt_slice_eq(map->rows[i].parent, disk) &&
		    mdt_slice_eq(map->rows[i].log.name, next))
			return &map->rows[i];
	return NULL;
}

void guest_map_path(const struct guest_map *map, struct mdt_slice path,
		    struct mdt_buf *ret)
{
	if (!map->len || !mdt_slice_starts(path, SLICE("/sys/"))) {
		mdt_buf_add(ret, path);
		return;
	}
	while (path.len) {
		struct mdt_slice here = component(path);
		struct mdt_slice rest = mdt_slice_skip(path, here.len + 1);

		if (!partition_at(map, here, component(rest))) {
			guest_map_text(map, GUEST_TO_KERNEL, here, ret);
			if (here.len < path.len)
				mdt_buf_addc(ret, '/');
		}
		path = rest;
	}
}

// drivers/scsi/sd.c sd_probe(), sd_major(): sixteen minors a disk, letters count from a.
static void add_sd_name(uint32_t major, uint32_t minor, struct mdt_buf *ret)
{
	uint32_t disk = minor / 16;

	if (major != SCSI_DISK0_MAJOR)
		disk += 16 * (major - SCSI_DISK1_MAJOR + 1);
	mdt_buf_adds(ret, "sd");
	if (disk >= 26)
		mdt_buf_addc(ret, (char)('a' + disk / 26 - 1));
	mdt_buf_addc(ret, (char)('a' + disk % 26));
	if (minor % 16)
		mdt_buf_dec(ret, minor % 16);
}

void guest_map_name(struct mdt_slice path, uint32_t major, uint32_t minor,
		    struct mdt_buf *ret)
{
	struct mdt_slice dev = SLICE("/dev/"), name = path;
	const char *slash;

	while ((slash = name.len ? memchr(name.str, '/', name.len) : NULL))
		name = mdt_slice_skip(name, (size_t)(slash - name.str) + 1);
	if (!mdt_slice_starts(path, dev) || name.len + dev.len != path.len) {
		if (major == SCSI_DISK0_MAJOR ||
		    (major >= SCSI_DISK1_MAJOR && major <= SCSI_DISK7_MAJOR)) {
			add_sd_name(major, minor, ret);
			return;
		}
		if (mdt_slice_starts(path, SLICE("/dev/mapper/"))) {
			mdt_buf_adds(ret, "dm-");
			mdt_buf_dec(ret, minor);
			return;
		}
	}
	mdt_buf_add(ret, name);
}
