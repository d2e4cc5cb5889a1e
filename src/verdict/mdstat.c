// SPDX-License-Identifier: MIT
/*
 * /proc/mdstat, array by array. An array has its line (md0 : active raid1 loop1[1]
 * loop0[0]), one of blocks, and perhaps one of a sync and one of a bitmap; see
 * md_seq_show() in drivers/md/md.c. The order of arrays and of their members is that of
 * lists in the kernel, and means nothing.
 */
#include "verdict/parts.h"

// An array's lines, taken apart; slices of the text.
struct block {
	struct mdt_slice name, state, level, members, blocks, super, disks, sync, bitmap;
};

static bool next_line(struct mdt_slice *rest, struct mdt_slice *ret)
{
	const char *end = rest->len ? memchr(rest->str, '\n', rest->len) : NULL;
	size_t len = end ? (size_t)(end - rest->str) : rest->len;

	if (!rest->len)
		return false;
	*ret = mdt_slice_head(*rest, len);
	*rest = mdt_slice_skip(*rest, len + (end != NULL));
	return true;
}

static bool next_word(struct mdt_slice *rest, struct mdt_slice *ret)
{
	size_t len = 0;

	*rest = mdt_slice_trim(*rest);
	while (len < rest->len && rest->str[len] != ' ')
		len++;
	*ret = mdt_slice_head(*rest, len);
	*rest = mdt_slice_skip(*rest, len);
	return len != 0;
}

// The text between two places of one string.
static struct mdt_slice between(const char *from, struct mdt_slice until)
{
	return mdt_slice_trim(mdt_slice_from(from, (size_t)(until.str - from)));
}

// md0 : active (auto-read-only) raid1 loop1[1](F) loop0[0]
static bool read_head(struct mdt_slice line, struct block *ret)
{
	struct mdt_slice rest = line, word;
	uint32_t minor;

	if (!next_word(&rest, &ret->name) || !mdt_md_name_parse(ret->name, &minor) ||
	    !next_word(&rest, &word) || !mdt_slice_eq(word, SLICE(":")))
		return false;
	rest = mdt_slice_trim(rest);
	ret->state = ret->level = rest;
	ret->state.len = ret->level.len = 0;
	while (next_word(&rest, &word)) {
		if (memchr(word.str, '[', word.len)) {
			ret->members = mdt_slice_from(
				word.str, (size_t)(rest.str + rest.len - word.str));
			break;
		}
		if (mdt_slice_starts(word, SLICE("raid")) ||
		    mdt_slice_eq(word, SLICE("linear")) ||
		    mdt_slice_eq(word, SLICE("multipath")) ||
		    mdt_slice_eq(word, SLICE("faulty")))
			ret->level = word;
		else
			ret->state =
				between(ret->state.str, mdt_slice_skip(word, word.len));
	}
	return true;
}

// 40896 blocks super 1.2 [2/2] [UU]
static void read_blocks(struct mdt_slice line, struct block *ret)
{
	struct mdt_slice rest = line, word, start;

	if (!next_word(&rest, &ret->blocks) || !next_word(&rest, &word))
		return;
	start = mdt_slice_trim(rest);
	ret->super = start;
	while (next_word(&rest, &word)) {
		if (word.str[0] == '[') {
			ret->super = between(start.str, word);
			ret->disks = mdt_slice_from(
				word.str, (size_t)(start.str + start.len - word.str));
			return;
		}
	}
}

static bool has(struct mdt_slice line, const char *text)
{
	return mdt_slice_find(line, mdt_slice_cstr(text)) != NULL;
}

static void read_more(struct mdt_slice line, struct block *ret)
{
	struct mdt_slice text = mdt_slice_trim(line);

	if (mdt_slice_starts(text, SLICE("bitmap:")))
		ret->bitmap = text;
	else if (has(text, "resync") || has(text, "recovery") || has(text, "reshape") ||
		 has(text, "check"))
		ret->sync = text;
	else if (has(text, " blocks"))
		read_blocks(text, ret);
}

/*
 * The lines of the array @p name; of the empty name, the next one.
 * @param[in,out] rest Moves behind them.
 * @param[out] whole Its lines end before the text does.
 */
static bool next_block(struct mdt_slice *rest, struct block *ret, bool *whole)
{
	struct mdt_slice line, ahead;

	do {
		*ret = (struct block){ 0 };
		if (!next_line(rest, &line))
			return false;
	} while (!read_head(line, ret));
	*whole = false;
	for (ahead = *rest; next_line(&ahead, &line); *rest = ahead) {
		struct block other = { 0 };

		*whole = !mdt_slice_trim(line).len || read_head(line, &other) ||
			 mdt_slice_starts(line, SLICE("unused devices"));
		if (*whole)
			return true;
		read_more(line, ret);
	}
	return true;
}

static bool find_block(struct mdt_slice text, struct mdt_slice name, struct block *ret)
{
	bool whole;

	while (next_block(&text, ret, &whole))
		if (mdt_slice_eq(ret->name, name))
			return true;
	return false;
}

/* ---- comparing ---- */

static bool has_member(struct mdt_slice members, struct mdt_slice name)
{
	struct mdt_slice word;

	while (next_word(&members, &word))
		if (mdt_slice_eq(word, name))
			return true;
	return false;
}

static bool same_members(struct mdt_slice a, struct mdt_slice b)
{
	struct mdt_slice word, rest = a;

	if (a.len != b.len)
		return false;
	while (next_word(&rest, &word))
		if (!has_member(b, word))
			return false;
	return true;
}

// `[=>...]  resync = 12.3% (..) finish=..`: which sync it is.
static struct mdt_slice sync_word(struct mdt_slice line)
{
	static const char *const words[] = { "resync", "recovery", "reshape", "check" };

	array_for_each (word, words)
		if (has(line, *word))
			return mdt_slice_cstr(*word);
	return (struct mdt_slice){ 0 };
}

static void check(struct mdt_compare *compare, const struct block *log, const char *part,
		  struct mdt_slice expected, struct mdt_slice actual)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf field = { 0 };
	struct mdt_compared it = { .of = MDT_OF_MDSTAT,
				   .name = mdt_slice_cstr(part),
				   .expected = expected,
				   .actual = actual };

	mdt_buf_add(&field, log->name);
	mdt_buf_addc(&field, ' ');
	mdt_buf_adds(&field, part);
	it.field = mdt_buf_slice(&field);
	if (field.failed)
		compare->failed_memory = true;
	else if (expected.len || actual.len)
		mdt_check_texts(compare, &it);
}

static void compare_block(struct mdt_compare *compare, const struct block *log,
			  const struct block *ran)
{
	struct mdt_slice members = ran->members;

	if (same_members(log->members, ran->members))
		members = log->members;
	check(compare, log, "state", log->state, ran->state);
	check(compare, log, "level", log->level, ran->level);
	check(compare, log, "members", log->members, members);
	check(compare, log, "blocks", log->blocks, ran->blocks);
	check(compare, log, "super", log->super, ran->super);
	check(compare, log, "disks", log->disks, ran->disks);
	check(compare, log, "sync", sync_word(log->sync), sync_word(ran->sync));
	check(compare, log, "bitmap", log->bitmap, ran->bitmap);
}

static void compare_personalities(struct mdt_compare *compare, struct mdt_slice log,
				  struct mdt_slice ran)
{
	struct mdt_slice log_line = { 0 }, ran_line = { 0 };
	struct mdt_compared it = { .of = MDT_OF_MDSTAT, .field = SLICE("personalities") };

	next_line(&log, &log_line);
	next_line(&ran, &ran_line);
	it.expected = mdt_slice_trim(log_line);
	it.actual = mdt_slice_trim(ran_line);
	if (mdt_slice_starts(log_line, SLICE("Personalities")))
		mdt_check_texts(compare, &it);
}

static bool is_of_plan(const struct mdt_compare *compare, struct mdt_slice name)
{
	struct mdt_slice value;

	return mdt_states_find(&compare->states, name, SLICE("array_state"), &value);
}

// Arrays that the kernel has and the log does not.
static void check_surplus(struct mdt_compare *compare, struct mdt_slice log,
			  struct mdt_slice ran)
{
	struct block block, other;
	bool whole;

	while (next_block(&ran, &block, &whole))
		if (!find_block(log, block.name, &other))
			mdt_check_add(compare, (struct mdt_check){
						       .kind = MDT_CHECK_DIFFERS,
						       .field = block.name,
						       .expected = SLICE("not there"),
						       .actual = SLICE("there"),
					       });
}

void mdt_compare_mdstat(struct mdt_compare *compare, struct mdt_slice log, bool cut,
			struct mdt_slice ran)
{
	struct mdt_slice rest = log;
	struct block block, other;
	bool whole;

	compare_personalities(compare, log, ran);
	while (next_block(&rest, &block, &whole)) {
		mdt_facts_of(compare, block.name);
		if (cut && !whole)
			mdt_check_absent(compare, block.name, (struct mdt_slice){ 0 },
					 "the log has its lines only in part");
		else if (find_block(ran, block.name, &other))
			compare_block(compare, &block, &other);
		else
			mdt_check_add(
				compare,
				(struct mdt_check){
					.kind = is_of_plan(compare, block.name)
							? MDT_CHECK_DIFFERS
							: MDT_CHECK_SET_ASIDE,
					.field = block.name,
					.expected = SLICE("there"),
					.actual = SLICE("not there"),
					.reason =
						is_of_plan(compare, block.name)
							? SLICE("")
							: SLICE("an array that the plan does not have"),
				});
	}
	if (!cut)
		check_surplus(compare, log, ran);
}
