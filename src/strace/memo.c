// SPDX-License-Identifier: MIT
#include "strace/memo.h"

#include <stdlib.h>

#include "strace/look.h"

enum {
	SETS = 2048,	// a power of two
	WAYS = 4,	// entries whose hash leads to the same set
	ROOM = 4 << 20, // bytes of entries; when they are full, all is forgotten
	TEXT_MAX = 2048,
	WINDOW = 2048, // lookups after which the memo is judged
	WORTH = 8,     // one hit in so many lookups
	REST = 8 * WINDOW,
};

// A part of the line's text.
struct part {
	uint32_t off, len;
};

// What is kept of a line; its text and then its nodes stand behind it.
struct entry {
	uint32_t len, name_len, nodes_len;
	uint32_t value, aux; // nodes
	bool unavailable;
	struct part error, error_text, inject, tail;
};

// The hashes stand by themselves: they say of most lines that are not here that they are
// not.
struct set {
	uint64_t hashes[WAYS]; // 0: free
	uint32_t places[WAYS]; // in entries
};

struct mdt_memo_table {
	struct set sets[SETS];
	size_t used;
	_Alignas(struct mdt_node) char entries[ROOM];
};

static inline char *text_of(const struct entry *entry)
{
	return (char *)(entry + 1);
}

static inline struct mdt_node *nodes_of(const struct entry *entry)
{
	const size_t align = _Alignof(struct mdt_node);

	return (struct mdt_node *)(text_of(entry) +
				   (entry->len + align - 1) / align * align);
}

void mdt_memo_deinit(struct mdt_memo *memo)
{
	free(memo->table);
	*memo = (struct mdt_memo){ 0 };
}

static inline uint64_t load(const char *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

// Of at least 16 bytes, which are taken by eights; the last ones may be taken twice.
static uint64_t hash(struct mdt_slice s)
{
	const uint64_t factor = 0x9e3779b97f4a7c15;
	const char *last = s.str + s.len - 16;
	uint64_t a = s.len, b = factor;

	for (const char *p = s.str; p < last; p += 16) {
		a = (a ^ load(p)) * factor;
		b = (b ^ load(p + 8)) * factor;
	}
	a = (a ^ load(last)) * factor;
	b = (b ^ load(last + 8)) * factor;
	a ^= b >> 29;
	return (a ^ a >> 32) * factor;
}

// The duration that ends the line, without its brackets; it differs when all else does
// not.
static struct mdt_slice find_duration(struct mdt_slice body)
{
	size_t end = body.len - 1, from = end, n;

	while (from && (is_digit(body.str[from - 1]) || body.str[from - 1] == '.'))
		from--;
	if (from < 2 || body.str[from - 1] != '<' || body.str[from - 2] != ' ')
		return (struct mdt_slice){ 0 };
	n = from + digits(body, from);
	if (n == from || (n < end && n + 1 + digits(body, n + 1) != end))
		return (struct mdt_slice){ 0 };
	return sub(body, from, end);
}

// The part of a line that says what the call is; @p duration is what stands behind it.
static bool key_of(struct mdt_slice body, struct mdt_slice *key,
		   struct mdt_slice *duration)
{
	*key = body;
	*duration = (struct mdt_slice){ 0 };
	if (body.len < 16 || !is_letter(body.str[0]))
		return false;
	if (body.str[body.len - 1] == '>')
		*duration = find_duration(body);
	if (duration->len)
		key->len = (size_t)(duration->str - body.str) - 2;
	return key->len >= 16 && key->len <= TEXT_MAX;
}

static inline struct part part_of(struct mdt_slice s, const char *text)
{
	return s.len ? (struct part){ (uint32_t)(s.str - text), (uint32_t)s.len }
		     : (struct part){ 0 };
}

static inline struct mdt_slice slice_of(struct part part, const char *text)
{
	return mdt_slice_from(text + part.off, part.len);
}

static void store(const struct mdt_event *event, const struct mdt_nodes *nodes,
		  struct mdt_slice key, struct entry *ret)
{
	const struct mdt_result *result = &event->result;

	*ret = (struct entry){
		.len = (uint32_t)key.len,
		.name_len = (uint32_t)event->name.len,
		.nodes_len = (uint32_t)nodes->len,
		.value = result->value.at,
		.aux = result->aux.at,
		.unavailable = result->unavailable,
		.error = part_of(result->error, key.str),
		.error_text = part_of(result->error_text, key.str),
		.inject = part_of(result->inject, key.str),
		.tail = part_of(result->tail, key.str),
	};
	memcpy(text_of(ret), key.str, key.len);
	memcpy(nodes_of(ret), nodes->items, nodes->len * sizeof(*nodes->items));
}

static void recall(const struct entry *entry, struct mdt_slice key, struct mdt_event *ret)
{
	const struct mdt_node *nodes = nodes_of(entry);
	struct mdt_result *result = &ret->result;

	ret->kind = MDT_EVENT_CALL;
	ret->name = mdt_slice_head(key, entry->name_len);
	ret->call = (struct mdt_ref){ nodes, key.str, 0 };
	result->present = true;
	result->value = (struct mdt_ref){ nodes, key.str, entry->value };
	result->aux = (struct mdt_ref){ nodes, key.str, entry->aux };
	result->error = slice_of(entry->error, key.str);
	result->error_text = slice_of(entry->error_text, key.str);
	result->inject = slice_of(entry->inject, key.str);
	result->unavailable = entry->unavailable;
	result->tail = slice_of(entry->tail, key.str);
}

// Lookups that hardly ever find anything cost time: do without for a while.
static void judge(struct mdt_memo *memo)
{
	if (memo->found < WINDOW / WORTH)
		memo->resting = REST;
	memo->asked = memo->found = 0;
}

static bool is_ready(struct mdt_memo *memo)
{
	if (memo->resting) {
		memo->resting--;
		return false;
	}
	if (unlikely(!memo->table))
		memo->table = calloc(1, sizeof(*memo->table));
	return memo->table;
}

static const struct entry *find(const struct mdt_memo_table *table, uint64_t code,
				struct mdt_slice key)
{
	const struct set *set = &table->sets[code % SETS];
	const struct entry *entry;
	unsigned int way = 0;

	while (way < WAYS && set->hashes[way] != code)
		way++;
	if (way == WAYS)
		return NULL;
	entry = (const struct entry *)(table->entries + set->places[way]);
	if (entry->len != key.len || memcmp(text_of(entry), key.str, key.len) != 0)
		return NULL;
	return entry;
}

bool mdt_memo_find(struct mdt_memo *memo, struct mdt_slice body, struct mdt_event *ret)
{
	const struct entry *entry;

	memo->missed = false;
	if (!is_ready(memo) || !key_of(body, &memo->key, &memo->duration))
		return false;
	if (unlikely(++memo->asked == WINDOW))
		judge(memo);
	memo->hash = hash(memo->key);
	entry = find(memo->table, memo->hash, memo->key);
	memo->missed = !entry;
	if (!entry)
		return false;
	memo->found++;
	recall(entry, memo->key, ret);
	ret->result.duration = memo->duration;
	return true;
}

// Of a full set the entry that was made first has to go.
static struct entry *make_entry(struct mdt_memo_table *table, uint64_t code, size_t size)
{
	const size_t align = _Alignof(struct mdt_node);
	struct set *set = &table->sets[code % SETS];
	size_t place;

	if (ROOM - table->used < size + align) {
		memset(table->sets, 0, sizeof(table->sets));
		table->used = 0;
	}
	place = table->used;
	table->used += (size + align - 1) / align * align;
	memmove(&set->hashes[1], &set->hashes[0], sizeof(set->hashes[0]) * (WAYS - 1));
	memmove(&set->places[1], &set->places[0], sizeof(set->places[0]) * (WAYS - 1));
	set->hashes[0] = code;
	set->places[0] = (uint32_t)place;
	return (struct entry *)(table->entries + place);
}

// Whether the line is as it was taken apart here: what ends it is its duration and
// nothing else.
static bool is_as_taken(const struct mdt_memo *memo, const struct mdt_event *event)
{
	const struct mdt_result *result = &event->result;
	const char *end = memo->key.str + memo->key.len;

	// Behind an error that is cut off a duration would be part of its text.
	if (result->error_text.len &&
	    result->error_text.str + result->error_text.len == end)
		return false;
	return result->duration.str == memo->duration.str &&
	       result->duration.len == memo->duration.len;
}

void mdt_memo_keep(struct mdt_memo *memo, const struct mdt_event *event,
		   const struct mdt_nodes *nodes)
{
	size_t size = sizeof(struct entry) + memo->key.len + _Alignof(struct mdt_node) +
		      nodes->len * sizeof(*nodes->items);

	if (memo->missed && event->kind == MDT_EVENT_CALL && !event->note.len &&
	    is_as_taken(memo, event))
		store(event, nodes, memo->key, make_entry(memo->table, memo->hash, size));
}
