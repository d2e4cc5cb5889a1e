// SPDX-License-Identifier: MIT
// Superblocks that are read from disks: which of their fields may differ, and when.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "md/superblock.h"
#include "params.h"
#include "replayed.h"

enum { LEN = 4096 };

// Real ones: see traces/payload.
static const unsigned char real[] = {
#include "data/super-1.2-loop0.inc"
};

// Where fields of struct mdp_superblock_1 are (linux/raid/md_p.h).
enum {
	SET_UUID = 16,
	LEVEL = 72,
	DEV_NUMBER = 160,
	UTIME = 192,
	EVENTS = 200,
	RESYNC_OFFSET = 208,
	CSUM = 216,
	PAD3 = 224,
	DEV_ROLES = 256,
};

static void add_read(struct mdt_buf *buf, const unsigned char *bytes, size_t len,
		     bool cut)
{
	mdt_buf_adds(buf, "pread64(4, \"");
	for (size_t i = 0; i < len; i++)
		mdt_buf_printf(buf, "\\x%02x", bytes[i]);
	mdt_buf_printf(buf, "\"%s, 4096, 4096) = 4096\n", cut ? "..." : "");
}

static const struct {
	size_t at;	// which byte differs; 0: none
	bool fix_csum;	// and the checksum goes with it
	bool synced;	// a resync ran
	bool made;	// the plan has a prologue
	size_t log_len; // how much the log has; 0: all
	const char *kernel;
	enum mdt_verdict_kind kind;
	const char *field; // whose check is not equal; NULL: none
	enum mdt_check_kind check;
} cases[] = {
	{ 0, false, false, false, 0, "6.1", MDT_VERDICT_CONFIRMED, NULL, 0 },
	{ UTIME, true, false, false, 0, "6.1", MDT_VERDICT_CONFIRMED, "utime",
	  MDT_CHECK_SET_ASIDE },
	/* a checksum that is wrong, whatever else differs */
	{ UTIME, false, false, false, 0, "6.1", MDT_VERDICT_DIFFERS, "sb_csum",
	  MDT_CHECK_DIFFERS },
	{ CSUM, false, false, false, 0, "6.1", MDT_VERDICT_DIFFERS, "sb_csum",
	  MDT_CHECK_DIFFERS },
	{ LEVEL, true, true, true, 0, "6.1", MDT_VERDICT_DIFFERS, "level",
	  MDT_CHECK_DIFFERS },
	{ DEV_NUMBER, true, true, true, 0, "6.1", MDT_VERDICT_DIFFERS, "dev_number",
	  MDT_CHECK_DIFFERS },
	{ EVENTS, true, false, false, 0, "6.1", MDT_VERDICT_DIFFERS, "events",
	  MDT_CHECK_DIFFERS },
	{ EVENTS, true, true, false, 0, "6.1", MDT_VERDICT_CONFIRMED, "events",
	  MDT_CHECK_SET_ASIDE },
	{ RESYNC_OFFSET, true, false, false, 0, "6.1", MDT_VERDICT_DIFFERS,
	  "resync_offset", MDT_CHECK_DIFFERS },
	{ RESYNC_OFFSET, true, true, false, 0, "6.1", MDT_VERDICT_CONFIRMED,
	  "resync_offset", MDT_CHECK_SET_ASIDE },
	{ SET_UUID, true, true, false, 0, "6.1", MDT_VERDICT_DIFFERS, "set_uuid",
	  MDT_CHECK_DIFFERS },
	{ SET_UUID, true, false, true, 0, "6.1", MDT_VERDICT_CONFIRMED, "set_uuid",
	  MDT_CHECK_SET_ASIDE },
	{ DEV_ROLES + 2, true, true, true, 0, "6.1", MDT_VERDICT_DIFFERS, "dev_roles[1]",
	  MDT_CHECK_DIFFERS },
	/* behind all that has a name, in a part that the checksum does not cover */
	{ LEN - 1, false, true, true, 0, "6.1", MDT_VERDICT_DIFFERS, "dev_roles[1919]",
	  MDT_CHECK_DIFFERS },
	/* 7.2 writes a logical_block_size there */
	{ PAD3, true, false, false, 0, "7.2.1", MDT_VERDICT_DRIFT, "pad3",
	  MDT_CHECK_DRIFT },
	{ PAD3, true, false, false, 0, "6.12.1", MDT_VERDICT_DIFFERS, "pad3",
	  MDT_CHECK_DIFFERS },
	/* only as far as the log has it */
	{ EVENTS, true, false, false, 100, "6.1", MDT_VERDICT_CONFIRMED,
	  "the rest of the data", MDT_CHECK_NOT_IN_LOG },
	{ LEVEL, true, false, false, 100, "6.1", MDT_VERDICT_DIFFERS, "level",
	  MDT_CHECK_DIFFERS },
};

static void plan_of(size_t i, bool executed, const unsigned char *bytes, size_t len,
		    struct mdt_buf *ret)
{
	if (executed)
		mdt_buf_printf(ret,
			       "# mdtrace: executed 1\n# mdtrace: guest kernel \"%s\"\n",
			       cases[i].kernel);
	else
		mdt_buf_adds(ret, "# mdtrace: plan 1\n");
	if (cases[i].made)
		mdt_buf_adds(ret, "# mdtrace: prologue \"p\"\nclose(9) = 0\n");
	mdt_buf_adds(ret, "# mdtrace: log \"x\"\n"
			  "openat(AT_FDCWD, \"/dev/loop0\", O_RDONLY) = 4\n");
	if (executed && cases[i].synced)
		mdt_buf_adds(ret,
			     "# mdtrace: kernel 6 \"md: resync of RAID array md0\"\n");
	add_read(ret, bytes, len, len != LEN);
}

static const struct mdt_check *find(const struct mdt_verdict *verdict, const char *field)
{
	for (size_t i = 0; i < verdict->check_count; i++)
		if (mdt_slice_eq_cstr(verdict->checks[i].field, field))
			return &verdict->checks[i];
	return NULL;
}

ParameterizedTestParameters(verdict_disk, superblock)
{
	return index_params(cases);
}

ParameterizedTest(size_t *i, verdict_disk, superblock)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf plan = { 0 }, executed = { 0 };
	size_t len = cases[*i].log_len ? cases[*i].log_len : LEN;
	static unsigned char log[LEN], ran[LEN];
	const struct mdt_verdict *verdict;
	const struct mdt_check *check;
	struct replayed it;

	memcpy(log, real, sizeof(real) < LEN ? sizeof(real) : LEN);
	cr_assert(mdt_super_fill_csum(log, LEN));
	memcpy(ran, log, LEN);
	if (cases[*i].at)
		ran[cases[*i].at] ^= 0x11;
	if (cases[*i].fix_csum)
		cr_assert(mdt_super_fill_csum(ran, LEN));
	plan_of(*i, false, log, len, &plan);
	plan_of(*i, true, ran, LEN, &executed);
	replayed_init(&it, mdt_buf_slice(&plan), mdt_buf_slice(&executed), NULL);
	cr_assert_eq(it.verdicts.fault.len, 0);
	verdict = &it.verdicts.all[it.verdicts.count - 1];
	cr_expect_eq(verdict->kind, cases[*i].kind, "%zu: %s", *i,
		     mdt_verdict_name(verdict->kind));
	if (cases[*i].field) {
		check = find(verdict, cases[*i].field);
		cr_assert(check, "%zu: no %s", *i, cases[*i].field);
		cr_expect_eq(check->kind, cases[*i].check, "%zu: %s", *i,
			     mdt_check_name(check->kind));
	}
	replayed_deinit(&it);
}
