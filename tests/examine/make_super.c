// SPDX-License-Identifier: MIT
// make_super FILE KEY=NUMBER... [name=TEXT]: a sparse file of `bytes` bytes with an md
// superblock where it belongs, for `mdadm --examine` to look at. Keys are the fields of
// struct mdt_super_spec. Exits 1 with the error when it cannot be made.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "md/super_make.h"

static const uint8_t uuid[16] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
				  0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe };

static uint16_t roles[MDT_SUPER_1_ROLES];
static struct mdt_super_disk disks[MDT_SUPER_0_DISKS];

static void set(struct mdt_super_spec *spec, struct mdt_slice key, uint64_t value)
{
	struct row {
		const char *key;
		void *at;
		size_t size;
	} rows[] = {
		{ "major", &spec->major, 4 },
		{ "minor", &spec->minor, 4 },
		{ "bytes", &spec->device_size, 8 },
		{ "level", &spec->level, 4 },
		{ "layout", &spec->layout, 4 },
		{ "chunk", &spec->chunk, 4 },
		{ "raid_disks", &spec->raid_disks, 4 },
		{ "number", &spec->dev_number, 4 },
		{ "role", &spec->role, 2 },
		{ "events", &spec->events, 8 },
		{ "resync", &spec->resync_offset, 8 },
		{ "size", &spec->size, 8 },
		{ "data_offset", &spec->data_offset, 8 },
		{ "devflags", &spec->devflags, 1 },
		{ "md_minor", &spec->md_minor, 4 },
		{ "features", &spec->feature_map, 4 },
	};

	array_for_each (it, rows) {
		if (mdt_slice_eq_cstr(key, it->key)) {
			memcpy(it->at, &value, it->size);
			return;
		}
	}
	fprintf(stderr, "make_super: no such key: %.*s\n", SLICE_FMT(key));
	exit(2);
}

static void read_argument(struct mdt_super_spec *spec, const char *argument)
{
	const char *equals = strchr(argument, '=');
	struct mdt_slice key = mdt_slice_from(argument, equals ? equals - argument : 0);
	uint64_t value;

	if (equals && mdt_slice_eq_cstr(key, "name")) {
		spec->name = mdt_slice_cstr(equals + 1);
	} else if (equals && mdt_slice_to_u64(mdt_slice_cstr(equals + 1), &value)) {
		set(spec, key, value);
	} else {
		fprintf(stderr, "make_super: not KEY=NUMBER: %s\n", argument);
		exit(2);
	}
}

/* The others: each slot has the device of its number, but that of this one. */
static void fill_others(struct mdt_super_spec *spec)
{
	for (uint32_t i = 0; i < spec->raid_disks; i++)
		roles[i] = spec->role == i ? MDT_ROLE_RAW_FAULTY : (uint16_t)i;
	spec->roles = roles;
	spec->role_count = spec->raid_disks;
	for (uint32_t i = 0; i < spec->raid_disks; i++)
		disks[i] = (struct mdt_super_disk){ i, 7, i, (int32_t)i, 6 };
	if (spec->dev_number >= spec->raid_disks)
		disks[spec->raid_disks] = (struct mdt_super_disk){
			spec->dev_number,
			7,
			spec->dev_number,
			(int32_t)spec->dev_number,
			spec->role == MDT_ROLE_RAW_FAULTY,
		};
	spec->disks = disks;
	spec->disk_count = spec->raid_disks + (spec->dev_number >= spec->raid_disks);
}

static bool write_at(FILE *file, uint64_t offset, const uint8_t *bytes, size_t len)
{
	return fseeko(file, (off_t)offset, SEEK_SET) == 0 &&
	       fwrite(bytes, len, 1, file) == 1;
}

/* The bitmap's superblock only when there is one. */
static int write_image(const char *path, const struct mdt_super_spec *spec,
		       const struct mdt_super_made *made)
{
	FILE *file = fopen(path, "w");
	struct mdt_bitmap_made bitmap;
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL;
	bool done = file && ftruncate(fileno(file), (off_t)spec->device_size) == 0 &&
		    write_at(file, made->offset, made->bytes, sizeof(made->bytes));

	if (done && spec->feature_map & 1) {
		err = mdt_super_make_bitmap(spec, made, 0, spec->events, SLICE(""),
					    &bitmap);
		done = !err &&
		       write_at(file, bitmap.offset, bitmap.bytes, sizeof(bitmap.bytes));
	}

	if (file && fclose(file))
		done = false;
	if (!done)
		perror(path);
	return done ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct mdt_super_spec spec = MDT_SUPER_SPEC_INIT;
	struct mdt_super_made made;
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL;

	if (argc < 2)
		return 2;
	spec.raid_disks = 2;
	spec.ctime = spec.utime = 1700000000;
	memcpy(spec.set_uuid.bytes, uuid, sizeof(uuid));
	memcpy(spec.device_uuid.bytes, uuid + 8, 8);
	for (int i = 2; i < argc; i++)
		read_argument(&spec, argv[i]);
	if (spec.raid_disks >= MDT_SUPER_0_DISKS)
		return 2;
	fill_others(&spec);
	err = mdt_super_make(&spec, SLICE(""), &made);
	if (err) {
		fprintf(stderr, "make_super: %s\n", err->message);
		return 1;
	}
	return write_image(argv[1], &spec, &made);
}
