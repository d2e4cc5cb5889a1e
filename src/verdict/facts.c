// SPDX-License-Identifier: MIT
// What has been before a call, as far as rows of drift and of what is set aside ask.
#include "md/superblock.h"
#include "verdict/parts.h"

struct facts {
	unsigned int when; // enum mdt_drift_when
};

static struct facts *facts_of(struct mdt_compare *compare, struct mdt_slice node)
{
	struct facts *facts;

	if (!node.len)
		return NULL;
	facts = mdt_map_find_text(&compare->facts, node);
	if (facts)
		return facts;
	facts = mdt_arena_new(compare->arena, struct facts);
	if (facts && mdt_map_set_text(&compare->facts, node, facts))
		return facts;
	compare->failed_memory = true;
	return NULL;
}

static bool state_is(struct mdt_compare *compare, const char *key, const char *a,
		     const char *b)
{
	struct mdt_slice value;

	return mdt_states_find(&compare->states, compare->verdict->node,
			       mdt_slice_cstr(key), &value) &&
	       (mdt_slice_eq_cstr(value, a) || mdt_slice_eq_cstr(value, b));
}

void mdt_facts_of(struct mdt_compare *compare, struct mdt_slice node)
{
	const struct facts *facts = facts_of(compare, node);

	compare->facts_of_node = facts ? facts->when : 0;
}

void mdt_facts_before(struct mdt_compare *compare)
{
	struct facts *facts = facts_of(compare, compare->verdict->node);

	compare->facts_of_node = facts ? facts->when : 0;
	if (state_is(compare, "array_state", "readonly", "read-auto"))
		compare->facts_of_node |= MDT_WHEN_READ_ONLY;
	if (state_is(compare, "level", "multipath", "faulty"))
		compare->facts_of_node |= MDT_WHEN_OLD_LEVEL;
}

/* ---- superblocks that are written ---- */

static void look_at_superblock(struct mdt_compare *compare, struct mdt_slice bytes)
{
	struct mdt_super super = mdt_super_from(bytes, compare->about.offset);
	uint64_t size;

	if (super.kind == MDT_SUPER_1 &&
	    mdt_super_find(&super, MDT_SB_LOGICAL_BLOCK_SIZE, &size) && size)
		compare->facts_of_all |= MDT_WHEN_LBS;
}

static void look_at_write(struct mdt_compare *compare)
{
	mdt_buf_clear(&compare->log_bytes);
	if (mdt_ref_bytes(mdt_event_arg(compare->log, 1), &compare->log_bytes))
		look_at_superblock(compare, mdt_buf_slice(&compare->log_bytes));
	for (size_t i = 0; i < compare->verdict->step->derived_count; i++)
		if (mdt_slice_eq(compare->verdict->step->derived[i].field, SLICE("data")))
			compare->aside_when |= MDT_IF_MADE;
}

// SET_ARRAY_INFO in full makes the kernel choose a uuid (md_set_array_info()).
static void look_at_array_info(struct mdt_compare *compare)
{
	enum { RAID_DISKS = 28 };
	uint32_t raid_disks;

	mdt_buf_clear(&compare->log_bytes);
	if (!mdt_ref_bytes(mdt_event_arg(compare->log, 2), &compare->log_bytes) ||
	    compare->log_bytes.len < RAID_DISKS + sizeof(raid_disks))
		return;
	memcpy(&raid_disks, compare->log_bytes.str + RAID_DISKS, sizeof(raid_disks));
	if (raid_disks)
		compare->aside_when |= MDT_IF_MADE;
}

/* ---- syncs ---- */

static void look_at_sync(struct mdt_compare *compare)
{
	const struct mdt_observed *observed = &compare->verdict->observed;

	for (size_t i = 0; i < observed->message_count; i++)
		if (mdt_slice_find(observed->messages[i].text, SLICE(" of RAID array ")))
			compare->aside_when |= MDT_IF_SYNC;
	for (size_t i = 0; i < observed->change_count; i++) {
		const struct mdt_seen_change *it = &observed->changes[i];

		if (it->has && mdt_slice_eq(it->key, SLICE("sync_action")) &&
		    !mdt_slice_eq(it->after, SLICE("idle")) &&
		    !mdt_slice_eq(it->after, SLICE("frozen")))
			compare->aside_when |= MDT_IF_SYNC;
	}
}

/* ---- calls ---- */

static bool is_op(const struct mdt_compare *compare, const char *op)
{
	return mdt_slice_eq_cstr(compare->op, op);
}

static bool writes_word(const struct mdt_compare *compare, const char *op,
			const char *word)
{
	return is_op(compare, op) && mdt_slice_eq_cstr(compare->word, word);
}

static void look_at_result(struct mdt_compare *compare, struct facts *facts)
{
	bool ok = mdt_event_succeeded(compare->ran);
	bool busy = mdt_slice_eq(compare->ran->result.error, SLICE("EBUSY")) ||
		    mdt_slice_eq(compare->log->result.error, SLICE("EBUSY"));

	if (ok && (is_op(compare, "STOP_ARRAY") ||
		   writes_word(compare, "write array_state", "clear")))
		facts->when = MDT_WHEN_STOPPED;
	if (ok && is_op(compare, "open") && compare->about.kind == MDT_ABOUT_ARRAY)
		facts->when &= ~(unsigned int)MDT_WHEN_STOPPED;
	if (busy && (is_op(compare, "SET_DISK_FAULTY") ||
		     writes_word(compare, "write state", "faulty")))
		facts->when |= MDT_WHEN_REFUSED;
	if (ok && (is_op(compare, "HOT_REMOVE_DISK") ||
		   writes_word(compare, "write state", "remove")))
		facts->when |= MDT_WHEN_REMOVED;
}

void mdt_facts_after(struct mdt_compare *compare)
{
	struct facts *facts = facts_of(compare, compare->verdict->node);

	look_at_sync(compare);
	if (!compare->log || !compare->ran)
		return;
	if (is_op(compare, "SET_ARRAY_INFO"))
		look_at_array_info(compare);
	if (compare->about.kind == MDT_ABOUT_DISK &&
	    mdt_slice_find(compare->log->name, SLICE("write")))
		look_at_write(compare);
	if (facts)
		look_at_result(compare, facts);
}
