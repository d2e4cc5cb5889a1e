// SPDX-License-Identifier: MIT
#include <time.h>

#include "ioctl/value.h"
#include "md/level.h"
#include "md/super_rows.h"

enum {
	FEATURE_BITMAP_OFFSET = 1 << 0,
	FEATURE_RECOVERY_OFFSET = 1 << 1,
	FEATURE_RESHAPE_ACTIVE = 1 << 2,
	FEATURE_NEW_OFFSET = 1 << 6,
	FEATURE_JOURNAL = 1 << 9,
	FEATURE_PPLS = 1 << 10 | 1 << 11,
	CLUSTER_NAME_SIZE = 64,
	SECTOR = 512,
};

/* One `key=value (note)` while it is printed. */
struct cell {
	const struct mdt_super *super;
	const struct mdt_super_field_row *row;
	uint64_t value; /* 0 for a row that is more than one number */
	struct mdt_buf *buf;
	size_t note; /* where in buf the note begins */
	enum mdt_value_kind kind;
	bool brief;
};

static struct mdt_buf *note(struct cell *cell)
{
	cell->note = cell->buf->len;
	return cell->buf;
}

static struct mdt_buf *word(struct cell *cell)
{
	cell->kind = MDT_VALUE_WORD;
	return cell->buf;
}

/* ---- numbers ---- */

static bool print_dec(struct cell *cell)
{
	uint64_t value = cell->value;

	if (cell->row->is_signed && (int64_t)value < 0) {
		mdt_buf_addc(cell->buf, '-');
		value = -value;
	}
	mdt_buf_dec(cell->buf, value);
	return true;
}

static bool print_hex(struct cell *cell)
{
	mdt_buf_printf(word(cell), "%#llx", (unsigned long long)cell->value);
	return true;
}

static bool print_level(struct cell *cell)
{
	const char *name = mdt_level_name((int64_t)cell->value);

	if (!name)
		return print_dec(cell);
	mdt_buf_adds(word(cell), name);
	return true;
}

static bool print_layout(struct cell *cell)
{
	uint64_t level;

	print_dec(cell);
	if (mdt_super_find(cell->super, MDT_SB_LEVEL, &level))
		mdt_layout_print(note(cell), (int64_t)level, (uint32_t)cell->value);
	return true;
}

static bool print_time(struct cell *cell)
{
	time_t seconds = (time_t)cell->value;
	struct tm tm;

	print_dec(cell);
	if (seconds && gmtime_r(&seconds, &tm))
		mdt_buf_printf(note(cell), "%04d-%02d-%02dT%02d:%02d:%02dZ",
			       tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
			       tm.tm_min, tm.tm_sec);
	return true;
}

static bool print_resync(struct cell *cell)
{
	print_dec(cell);
	if (cell->value == UINT64_MAX)
		mdt_buf_adds(note(cell), "in sync");
	return true;
}

// super_1_load() in drivers/md/md.c refuses a superblock that is not where it says.
static bool print_super_offset(struct cell *cell)
{
	uint64_t offset = cell->super->offset;

	print_dec(cell);
	if (offset == MDT_OFFSET_UNKNOWN || offset / SECTOR == cell->value)
		return true;
	mdt_buf_printf(note(cell), "but it is at sector %llu: the kernel refuses it",
		       (unsigned long long)(offset / SECTOR));
	cell->brief = true;
	return true;
}

static bool print_csum(struct cell *cell)
{
	struct mdt_csum csum = mdt_super_csum(cell->super);

	mdt_buf_printf(word(cell), "0x%08llx", (unsigned long long)cell->value);
	note(cell);
	switch (csum.kind) {
	case MDT_CSUM_NONE:
		break;
	case MDT_CSUM_CORRECT:
		mdt_buf_adds(cell->buf, "correct");
		break;
	case MDT_CSUM_WRONG:
		mdt_buf_printf(cell->buf, "wrong, computed 0x%08x", csum.computed);
		break;
	case MDT_CSUM_ABSENT:
		mdt_buf_adds(cell->buf, "not enough bytes to check it");
		break;
	case MDT_CSUM_BAD_SIZE:
		mdt_buf_adds(cell->buf, "max_dev is too large to check it");
		break;
	}
	return true;
}

/* ---- bits ---- */

struct bit {
	uint8_t nr;
	const char *name; /* NULL ends a list */
};

// <linux/raid/md_p.h>.
static const struct bit feature_bits[] = {
	{ 0, "MD_FEATURE_BITMAP_OFFSET" },  { 1, "MD_FEATURE_RECOVERY_OFFSET" },
	{ 2, "MD_FEATURE_RESHAPE_ACTIVE" }, { 3, "MD_FEATURE_BAD_BLOCKS" },
	{ 4, "MD_FEATURE_REPLACEMENT" },    { 5, "MD_FEATURE_RESHAPE_BACKWARDS" },
	{ 6, "MD_FEATURE_NEW_OFFSET" },	    { 7, "MD_FEATURE_RECOVERY_BITMAP" },
	{ 8, "MD_FEATURE_CLUSTERED" },	    { 9, "MD_FEATURE_JOURNAL" },
	{ 10, "MD_FEATURE_PPL" },	    { 11, "MD_FEATURE_MULTIPLE_PPLS" },
	{ 12, "MD_FEATURE_RAID0_LAYOUT" },  { 0, NULL },
};

static const struct bit state_bits[] = {
	{ 0, "MD_SB_CLEAN" },	       { 1, "MD_SB_ERRORS" }, { 5, "MD_SB_CLUSTERED" },
	{ 8, "MD_SB_BITMAP_PRESENT" }, { 0, NULL },
};

static const struct bit disk_bits[] = {
	{ 0, "MD_DISK_FAULTY" },      { 1, "MD_DISK_ACTIVE" },
	{ 2, "MD_DISK_SYNC" },	      { 3, "MD_DISK_REMOVED" },
	{ 4, "MD_DISK_CLUSTER_ADD" }, { 5, "MD_DISK_CANDIDATE" },
	{ 9, "MD_DISK_WRITEMOSTLY" }, { 10, "MD_DISK_FAILFAST" },
	{ 18, "MD_DISK_JOURNAL" },    { 0, NULL },
};

static const struct bit device_bits[] = {
	{ 0, "WriteMostly1" },
	{ 1, "FailFast1" },
	{ 0, NULL },
};

// enum bitmap_state of drivers/md/md-bitmap.h.
static const struct bit bitmap_bits[] = {
	{ 1, "BITMAP_STALE" },
	{ 2, "BITMAP_WRITE_ERROR" },
	{ 15, "BITMAP_HOSTENDIAN" },
	{ 0, NULL },
};

static const struct bit *const bit_lists[] = {
	[FORMAT_FEATURE_BITS] = feature_bits, [FORMAT_STATE_BITS] = state_bits,
	[FORMAT_DISK_BITS] = disk_bits,	      [FORMAT_DEVICE_BITS] = device_bits,
	[FORMAT_BITMAP_BITS] = bitmap_bits,
};

static bool print_bits(struct cell *cell)
{
	uint64_t rest = cell->value;
	const char *bar = "";

	word(cell);
	for (const struct bit *it = bit_lists[cell->row->format]; it->name; it++) {
		if (!(rest >> it->nr & 1))
			continue;
		mdt_buf_printf(cell->buf, "%s%s", bar, it->name);
		rest &= ~(UINT64_C(1) << it->nr);
		bar = "|";
	}
	if (rest)
		mdt_buf_printf(cell->buf, "%s%#llx", bar, (unsigned long long)rest);
	else if (!*bar)
		mdt_buf_addc(cell->buf, '0');
	return true;
}

/* ---- more than a number ---- */

static void add_version(struct mdt_buf *buf, const struct mdt_super *super)
{
	mdt_buf_printf(buf, "%d.", super->major);
	if (super->minor < 0)
		mdt_buf_addc(buf, 'x');
	else
		mdt_buf_printf(buf, "%d", super->minor);
}

static bool print_version(struct cell *cell)
{
	add_version(word(cell), cell->super);
	return true;
}

static bool print_byte_order(struct cell *cell)
{
	mdt_buf_adds(word(cell), "big-endian");
	return cell->super->big_endian;
}

static bool print_uuid(struct cell *cell)
{
	struct mdt_uuid uuid;

	if (!mdt_super_uuid(cell->super, &uuid))
		return false;
	mdt_uuid_print(word(cell), &uuid);
	return true;
}

static bool print_raw_uuid(struct cell *cell)
{
	struct mdt_uuid uuid;

	if (!mdt_super_holds(cell->super->bytes, cell->row->offset, sizeof(uuid.bytes)))
		return false;
	memcpy(uuid.bytes, cell->super->bytes.str + cell->row->offset,
	       sizeof(uuid.bytes));
	mdt_uuid_print(word(cell), &uuid);
	return true;
}

static bool print_text(struct cell *cell, struct mdt_slice text)
{
	cell->kind = MDT_VALUE_TEXT;
	mdt_buf_add(cell->buf, text);
	return true;
}

static bool print_name(struct cell *cell)
{
	struct mdt_slice name;

	return mdt_super_name(cell->super, &name) && print_text(cell, name);
}

static bool print_cluster(struct cell *cell)
{
	struct mdt_slice name;

	return mdt_super_text_at(cell->super, cell->row->offset, CLUSTER_NAME_SIZE,
				 &name) &&
	       name.len && print_text(cell, name);
}

static bool print_role(struct cell *cell)
{
	struct mdt_role role;

	if (!mdt_super_role(cell->super, &role))
		return false;
	if (role.kind == MDT_ROLE_ACTIVE) {
		mdt_buf_printf(cell->buf, "%u", role.slot);
		mdt_buf_adds(note(cell), mdt_role_name(role.kind));
	} else {
		mdt_buf_adds(word(cell), mdt_role_name(role.kind));
		if (cell->super->kind == MDT_SUPER_1)
			mdt_buf_printf(note(cell), "%#x", role.raw);
	}
	return true;
}

static bool (*const printers[])(struct cell *cell) = {
	[FORMAT_DEC] = print_dec,
	[FORMAT_HEX] = print_hex,
	[FORMAT_LEVEL] = print_level,
	[FORMAT_LAYOUT] = print_layout,
	[FORMAT_TIME] = print_time,
	[FORMAT_RESYNC] = print_resync,
	[FORMAT_SUPER_OFFSET] = print_super_offset,
	[FORMAT_CSUM] = print_csum,
	[FORMAT_FEATURE_BITS] = print_bits,
	[FORMAT_STATE_BITS] = print_bits,
	[FORMAT_DISK_BITS] = print_bits,
	[FORMAT_DEVICE_BITS] = print_bits,
	[FORMAT_BITMAP_BITS] = print_bits,
	[FORMAT_VERSION] = print_version,
	[FORMAT_BYTE_ORDER] = print_byte_order,
	[FORMAT_UUID] = print_uuid,
	[FORMAT_RAW_UUID] = print_raw_uuid,
	[FORMAT_NAME] = print_name,
	[FORMAT_CLUSTER] = print_cluster,
	[FORMAT_ROLE] = print_role,
};

/* ---- the walk ---- */

static bool has_feature(const struct mdt_super *super, uint64_t mask)
{
	uint64_t map;

	return mdt_super_find(super, MDT_SB_FEATURE_MAP, &map) && map & mask;
}

static bool is_shown(const struct cell *cell)
{
	const struct mdt_super *super = cell->super;

	switch (cell->row->show) {
	case SHOW_ALWAYS:
		return true;
	case SHOW_NONZERO:
		return cell->value != 0;
	case SHOW_IN_RESHAPE:
		return super->minor == 91 || has_feature(super, FEATURE_RESHAPE_ACTIVE);
	case SHOW_WITH_BITMAP:
		return has_feature(super, FEATURE_BITMAP_OFFSET) &&
		       !has_feature(super, FEATURE_PPLS);
	case SHOW_WITH_RECOVERY:
		return has_feature(super, FEATURE_RECOVERY_OFFSET | FEATURE_JOURNAL);
	case SHOW_WITH_NEW_OFFSET:
		return has_feature(super, FEATURE_NEW_OFFSET);
	case SHOW_NEVER:
		return false;
	}
	unreachable();
}

static bool print_row(struct cell *cell)
{
	const struct mdt_super_field_row *row = cell->row;

	if (row->size && !mdt_super_load_row(cell->super, row, &cell->value))
		return false;
	cell->brief =
		row->brief == BRIEF_YES || (row->brief == BRIEF_IF_SET && cell->value);
	return is_shown(cell) && printers[row->format](cell);
}

static bool print_missing(struct cell *cell)
{
	const struct mdt_super *super = cell->super;

	if (!super->missing)
		return false;
	cell->brief = true;
	mdt_buf_dec(cell->buf, super->missing);
	mdt_buf_adds(note(cell), "of ");
	mdt_buf_dec(cell->buf, super->super_size);
	mdt_buf_adds(cell->buf, " bytes");
	return true;
}

bool mdt_super_next(const struct mdt_super *super, size_t *pos, struct mdt_buf *scratch,
		    struct mdt_super_row *ret)
{
	const struct mdt_super_form *form = &mdt_super_forms[super->kind];
	struct cell cell = { 0 };
	bool found = false;

	while (!found && *pos <= form->count) {
		mdt_buf_clear(scratch);
		cell = (struct cell){ .super = super, .buf = scratch, .note = SIZE_MAX };
		if (*pos < form->count)
			cell.row = &form->rows[*pos];
		found = cell.row ? print_row(&cell) : print_missing(&cell);
		++*pos;
	}
	if (!found)
		return false;
	*ret = (struct mdt_super_row){
		.key = cell.row ? cell.row->key : "missing",
		.value = mdt_slice_head(mdt_buf_slice(scratch), cell.note),
		.kind = cell.kind,
		.note = mdt_slice_skip(mdt_buf_slice(scratch), cell.note),
		.brief = cell.brief,
	};
	return true;
}

/* ---- one line ---- */

static void add_head(struct mdt_buf *buf, const struct mdt_super *super)
{
	switch (super->kind) {
	case MDT_SUPER_NONE:
		break;
	case MDT_SUPER_UNKNOWN:
		mdt_buf_adds(buf, "md superblock of unknown version");
		break;
	case MDT_SUPER_0:
	case MDT_SUPER_1:
		mdt_buf_adds(buf, "md ");
		add_version(buf, super);
		mdt_buf_adds(buf, " superblock");
		break;
	case MDT_SUPER_BITMAP:
		mdt_buf_adds(buf, "md bitmap superblock");
		break;
	case MDT_SUPER_ZEROED:
		mdt_buf_adds(buf, "no md superblock: zeros");
		break;
	}
}

static void add_pair(struct mdt_buf *buf, const struct mdt_super_row *row)
{
	mdt_buf_adds(buf, row->key);
	mdt_buf_addc(buf, '=');
	if (row->kind == MDT_VALUE_TEXT)
		mdt_bytes_text(row->value, false, buf);
	else
		mdt_buf_add(buf, row->value);
	if (!row->note.len)
		return;
	mdt_buf_adds(buf, " (");
	mdt_buf_add(buf, row->note);
	mdt_buf_addc(buf, ')');
}

void mdt_super_print(struct mdt_buf *buf, const struct mdt_super *super)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf scratch = { 0 };
	const char *before = ": ";
	struct mdt_super_row row;
	size_t pos = 0;

	add_head(buf, super);
	while (mdt_super_next(super, &pos, &scratch, &row)) {
		if (!row.brief)
			continue;
		mdt_buf_adds(buf, before);
		add_pair(buf, &row);
		before = ", ";
	}
	if (scratch.failed)
		buf->failed = true;
}
