// SPDX-License-Identifier: MIT
/*
 * How right derived arguments are: logs that have the bytes lose them, and what is then
 * derived is held against them, field by field. Twice: as the logs are, and as strace
 * writes them without -s, texts cut after 32 bytes.
 *
 * MDT_DERIVE_LOGS=GLOB takes other logs, and prints what was found in them.
 */
#include <criterion/criterion.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "derive/arguments.h"
#include "strace/reader.h"
#include "strace/source.h"
#include "strace/write.h"
#include "trace/request.h"

enum { TEXT_MAX = 32, COMMANDS = 16, TOLD = 40 };

// Bytes behind an address, by the line of the call.
struct had {
	const struct mdt_ioctl *row;
	unsigned long line;
	unsigned char bytes[72];
};

/** A log without its payloads, and what they were. */
struct stripped {
	struct mdt_buf text;
	struct had *had;
	size_t count;
};

/** What came of the fields of one command. */
struct score {
	const char *name;
	size_t calls, known, known_wrong, presumed, presumed_wrong, unknown;
};

struct scores {
	struct score rows[COMMANDS];
	size_t count, told;
	bool tells;
};

/* ---- taking the bytes away ---- */

struct taking {
	uint32_t argument; // the node that is taken; 0: none
	bool cuts;
};

static bool take(void *data, struct mdt_ref ref, struct mdt_buf *ret)
{
	const struct taking *taking = data;
	struct mdt_buf bytes = { 0 };
	bool is_long;

	if (taking->argument && ref.at == taking->argument) {
		mdt_buf_adds(ret, "0x7ffd7ac0");
		return true;
	}
	if (!taking->cuts || mdt_ref_node(ref)->kind != MDT_NODE_STRING ||
	    !mdt_ref_bytes(ref, &bytes))
		return false;
	is_long = bytes.len > TEXT_MAX;
	if (is_long) {
		mdt_bytes_text(mdt_slice_head(mdt_buf_slice(&bytes), TEXT_MAX), false,
			       ret);
		mdt_buf_adds(ret, "...");
	}
	mdt_buf_deinit(&bytes);
	return is_long;
}

// The row of md's whose bytes the event has, all of them; or NULL.
static const struct mdt_ioctl *payload_of(const struct mdt_event *event,
					  struct mdt_buf *ret)
{
	struct mdt_ref argument = mdt_event_arg(event, 2);
	const struct mdt_ioctl *row;

	if (!mdt_slice_eq_cstr(event->name, "ioctl") || !mdt_ref_ok(argument))
		return NULL;
	row = mdt_request_row(mdt_ioctl_builtin(), mdt_event_arg(event, 1), true);
	if (!row || strcmp(row->pack, "md") != 0 || !mdt_ioctl_has_payload(row))
		return NULL;
	if (mdt_ref_node(argument)->kind == MDT_NODE_CHANGE)
		argument = mdt_ref_next(argument, mdt_ref_first(argument));
	mdt_buf_clear(ret);
	return mdt_ref_bytes(argument, ret) ? row : NULL;
}

static void strip_event(struct stripped *it, const struct mdt_event *event, bool cuts)
{
	struct mdt_buf bytes = { 0 };
	const struct mdt_ioctl *row = payload_of(event, &bytes);
	struct taking taking = { row ? mdt_event_arg(event, 2).at : 0, cuts };
	const struct mdt_replace replace = { take, &taking };

	if (event->kind == MDT_EVENT_CALL)
		mdt_write_event(event, &replace, &it->text);
	else
		mdt_buf_add(&it->text, event->raw);
	mdt_buf_addc(&it->text, '\n');
	if (row && bytes.len == row->type->size && bytes.len <= sizeof(it->had->bytes) &&
	    (mdt_event_succeeded(event) || row->arg == MDT_ARG_IN)) {
		struct had *had;

		it->had = realloc(it->had, (it->count + 1) * sizeof(*it->had));
		cr_assert_not_null(it->had);
		had = &it->had[it->count++];
		*had = (struct had){ .row = row, .line = event->line };
		memcpy(had->bytes, bytes.str, bytes.len);
	}
	mdt_buf_deinit(&bytes);
}

static void strip(const char *path, bool cuts, struct stripped *ret)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_event event;
	bool got;

	*ret = (struct stripped){ 0 };
	cr_assert_null(mdt_reader_create(path, &reader));
	for (;;) {
		cr_assert_null(mdt_reader_next(reader, &event, &got));
		if (!got)
			break;
		strip_event(ret, &event, cuts);
	}
	cr_assert_null(mdt_buf_error(&ret->text));
}

/* ---- comparing ---- */

static struct score *score_of(struct scores *scores, const char *name)
{
	for (size_t i = 0; i < scores->count; i++)
		if (strcmp(scores->rows[i].name, name) == 0)
			return &scores->rows[i];
	cr_assert_lt(scores->count, (size_t)COMMANDS);
	scores->rows[scores->count].name = name;
	return &scores->rows[scores->count++];
}

static void tell(struct scores *scores, const char *path, const struct had *had,
		 const struct mdt_member *member, const struct mdt_derived *derived,
		 const struct mdt_derived_field *field)
{
	uint32_t is, was;

	if (scores->told++ >= TOLD && !scores->tells)
		return;
	memcpy(&was, had->bytes + member->offset, sizeof(was));
	memcpy(&is, derived->bytes.str + member->offset, sizeof(is));
	fprintf(stderr, "%s:%lu: %s.%s is %d, %s: %d (%.*s)\n", path, had->line,
		had->row->name, member->name, (int)was, mdt_trust_name(field->trust),
		(int)is, SLICE_FMT(field->why));
}

static void compare(struct scores *scores, const char *path, const struct had *had,
		    const struct mdt_derived *derived)
{
	struct score *score = score_of(scores, had->row->name);
	const struct mdt_type *type = had->row->type;

	score->calls++;
	for (uint32_t i = 0; i < type->count; i++) {
		const struct mdt_member *it = &type->members[i];
		const struct mdt_derived_field *field =
			derived ? mdt_derived_field_at(derived, it->offset,
						       it->type->size)
				: NULL;
		bool is_wrong =
			field && memcmp(derived->bytes.str + it->offset,
					had->bytes + it->offset, it->type->size) != 0;

		score->unknown += !field;
		if (!field)
			continue;
		if (field->trust == MDT_TRUST_KNOWN) {
			score->known++;
			score->known_wrong += is_wrong;
		} else {
			score->presumed++;
			score->presumed_wrong += is_wrong;
		}
		if (is_wrong)
			tell(scores, path, had, it, derived, field);
	}
}

static void score_log(struct scores *scores, const char *path, bool cuts)
{
	struct mdt_derived_log log = { 0 };
	struct stripped it;

	strip(path, cuts, &it);
	cr_assert_null(mdt_derive_arguments_memory(path, mdt_buf_slice(&it.text), &log));
	for (size_t i = 0; i < it.count; i++)
		compare(scores, path, &it.had[i], mdt_derived_find(&log, it.had[i].line));
	mdt_derived_log_deinit(&log);
	mdt_buf_deinit(&it.text);
	free(it.had);
}

static struct scores score_logs(const char *pattern, bool cuts)
{
	struct scores scores = { .tells = getenv("MDT_DERIVE_LOGS") };
	glob_t found;

	cr_assert_eq(glob(pattern, GLOB_BRACE, NULL, &found), 0, "%s", pattern);
	for (size_t i = 0; i < found.gl_pathc; i++)
		score_log(&scores, found.gl_pathv[i], cuts);
	globfree(&found);
	return scores;
}

static void print(const struct scores *scores)
{
	for (size_t i = 0; i < scores->count; i++) {
		const struct score *it = &scores->rows[i];

		fprintf(stderr,
			"%-16s %5zu calls: %5zu fields determined, %zu wrong; %5zu "
			"presumed, %zu wrong; %zu unknown\n",
			it->name, it->calls, it->known, it->known_wrong, it->presumed,
			it->presumed_wrong, it->unknown);
	}
}

/*
 * Of each command's fields that are shown, 95 of 100 are equal, and none of those that
 * are shown without a mark is wrong. Commands count each for itself: most of a log of
 * mdadm --detail are GET_DISK_INFO.
 */
static void check(bool cuts)
{
	const char *pattern = getenv("MDT_DERIVE_LOGS");
	char path[4096];
	struct scores scores;

	snprintf(path, sizeof(path), "%s/traces/payload/{*.strace,*/*.xz}",
		 MDT_SOURCE_DIR);
	scores = score_logs(pattern ? pattern : path, cuts);
	print(&scores);
	cr_assert_gt(scores.count, (size_t)0);
	for (size_t i = 0; i < scores.count; i++) {
		const struct score *it = &scores.rows[i];
		size_t shown = it->known + it->presumed;

		cr_expect_eq(it->known_wrong, (size_t)0, "%s", it->name);
		cr_expect_leq((it->known_wrong + it->presumed_wrong) * 20, shown, "%s",
			      it->name);
	}
}

Test(derive_arguments, whole)
{
	check(false);
}

Test(derive_arguments, cut)
{
	check(true);
}
