// SPDX-License-Identifier: MIT
#include "ioctl/table.h"

#include <stdlib.h>

#include "base/buf.h"
#include "ioctl/store.h"

const struct mdt_ioctl *mdt_ioctl_at(const struct mdt_ioctl_table *table, size_t i)
{
	return table->is_stored ? mdt_store_row(i) : &table->rows[i];
}

const struct mdt_type *mdt_ioctl_type_at(const struct mdt_ioctl_table *table, size_t i)
{
	return table->is_stored ? mdt_store_type(i) : table->types[i];
}

static struct mdt_slice row_name(const struct mdt_ioctl_table *table, size_t i)
{
	return mdt_slice_cstr(table->is_stored ? mdt_store_row_name(i)
					       : table->rows[i].name);
}

static struct mdt_slice type_name(const struct mdt_ioctl_table *table, size_t i)
{
	return mdt_slice_cstr(table->is_stored ? mdt_store_type_name(i)
					       : table->types[i]->name);
}

// There are some thirty, of few type bytes.
static const struct mdt_ioctl *find_template(const struct mdt_ioctl_table *table,
					     uint32_t number, size_t *count)
{
	if (count)
		*count = 0;
	for (size_t i = 0; i < table->template_count; i++) {
		uint32_t at = table->templates[i];
		const struct mdt_ioctl *row;

		if ((table->numbers[at] ^ number) & 0xff00)
			continue;
		row = mdt_ioctl_at(table, at);
		if ((row->number ^ number) & ~row->varies)
			continue;
		if (count)
			*count = 1;
		return row;
	}
	return NULL;
}

const struct mdt_ioctl *mdt_ioctl_find(const struct mdt_ioctl_table *table,
				       uint32_t number, size_t *count)
{
	const uint32_t *base = table->numbers;
	size_t low, end;

	// Halves without a branch to mispredict: whether a half is skipped is arithmetic.
	for (size_t n = table->count; n > 1;) {
		size_t half = n / 2;

		base += half * (base[half - 1] < number);
		n -= half;
	}
	low = (size_t)(base - table->numbers);
	low += low < table->count && *base < number;
	for (end = low; end < table->count && table->numbers[end] == number; end++)
		mdt_ioctl_at(table, end); // a caller looks at all of them
	if (end == low)
		return find_template(table, number, count);
	if (count)
		*count = end - low;
	return &table->rows[low];
}

const struct mdt_ioctl *mdt_ioctl_find_name(const struct mdt_ioctl_table *table,
					    struct mdt_slice name)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (mdt_slice_cmp(row_name(table, table->by_name[mid]), name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	// `EVIOCGNAME(len)` is the next after `EVIOCGNAME`.
	if (low < table->count) {
		struct mdt_slice next = row_name(table, table->by_name[low]);

		if (mdt_slice_eq(next, name))
			return mdt_ioctl_at(table, table->by_name[low]);
		if (name.len && next.len > name.len && next.str[name.len] == '(' &&
		    mdt_slice_starts(next, name))
			return mdt_ioctl_at(table, table->by_name[low]);
	}
	return NULL;
}

// The parameters set bits from the lowest on, in the order that they are called in.
void mdt_ioctl_name_text(const struct mdt_ioctl *row, uint32_t number,
			 struct mdt_buf *ret)
{
	uint32_t varies = row->varies;
	const char *open = varies ? strchr(row->name, '(') : NULL;

	if (!open) {
		mdt_buf_adds(ret, row->name);
		return;
	}
	mdt_buf_add(ret, mdt_slice_from(row->name, (size_t)(open - row->name)));
	for (char before = '('; varies; before = ',') {
		unsigned int shift = (unsigned int)__builtin_ctz(varies);
		uint32_t run = varies >> shift, bits = run & ~(run + 1);

		mdt_buf_addc(ret, before);
		if (before == ',')
			mdt_buf_addc(ret, ' ');
		mdt_buf_dec(ret, number >> shift & bits);
		varies &= ~(bits << shift);
	}
	mdt_buf_addc(ret, ')');
}

const struct mdt_type *mdt_ioctl_find_type(const struct mdt_ioctl_table *table,
					   struct mdt_slice name)
{
	size_t low = 0, high = table->type_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = mdt_slice_cmp(type_name(table, mid), name);

		if (!order)
			return mdt_ioctl_type_at(table, mid);
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

enum { NAME_MAX_LEN = 64 };

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	a = b < a ? b : a;
	return c < a ? c : a;
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

// Levenshtein, one row at a time; case does not count.
static unsigned int distance(struct mdt_slice a, struct mdt_slice b)
{
	unsigned int row[NAME_MAX_LEN + 1];

	for (unsigned int j = 0; j <= b.len; j++)
		row[j] = j;
	for (unsigned int i = 0; i < a.len; i++) {
		unsigned int diagonal = row[0];

		row[0] = i + 1;
		for (unsigned int j = 0; j < b.len; j++) {
			unsigned int differs = upper(a.str[i]) != upper(b.str[j]);
			unsigned int best =
				min3(row[j] + 1, row[j + 1] + 1, diagonal + differs);

			diagonal = row[j + 1];
			row[j + 1] = best;
		}
	}
	return row[b.len];
}

const struct mdt_ioctl *mdt_ioctl_suggest(const struct mdt_ioctl_table *table,
					  struct mdt_slice name)
{
	unsigned int best = (unsigned int)name.len / 3 + 1;
	size_t near = table->count;

	if (!name.len || name.len > NAME_MAX_LEN)
		return NULL;
	for (size_t i = 0; i < table->count; i++) {
		struct mdt_slice known = row_name(table, i);
		unsigned int d;

		if (known.len > NAME_MAX_LEN)
			continue;
		d = distance(name, known);
		if (d >= best)
			continue;
		best = d;
		near = i;
	}
	return near < table->count ? mdt_ioctl_at(table, near) : NULL;
}

static unsigned int type_and_nr(const struct mdt_ioctl_table *table, size_t i)
{
	return table->numbers[table->by_nr[i]] & 0xffff;
}

// The first place in by_nr whose type byte and nr are not below @p key.
static size_t nr_lower_bound(const struct mdt_ioctl_table *table, unsigned int key)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (type_and_nr(table, mid) < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

// How many of the rows [from, to) of by_nr the pack has.
static size_t count_pack(const struct mdt_ioctl_table *table, size_t from, size_t to,
			 const char *pack)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += strcmp(mdt_ioctl_at(table, table->by_nr[i])->pack, pack) == 0;
	return n;
}

// At most 256 numbers and a few directions share a type byte: squaring that is nothing.
static const char *main_pack(const struct mdt_ioctl_table *table, size_t from, size_t to)
{
	const char *owner = NULL;
	size_t best = 0;

	for (size_t i = from; i < to; i++) {
		const char *pack = mdt_ioctl_at(table, table->by_nr[i])->pack;
		size_t n;

		if (owner && strcmp(owner, pack) == 0)
			continue;
		n = count_pack(table, from, to, pack);
		if (n <= best)
			continue;
		best = n;
		owner = pack;
	}
	return owner;
}

static size_t count_numbers(const struct mdt_ioctl_table *table, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += i == from || table->numbers[table->by_nr[i]] !=
					  table->numbers[table->by_nr[i - 1]];
	return n;
}

struct mdt_ioctl_near mdt_ioctl_look_around(const struct mdt_ioctl_table *table,
					    uint32_t number)
{
	unsigned int key = number & 0xffff, byte = key & 0xff00;
	size_t from = nr_lower_bound(table, byte);
	size_t to = nr_lower_bound(table, byte + 0x100);
	size_t at = nr_lower_bound(table, key), past = nr_lower_bound(table, key + 1);
	struct mdt_ioctl_near ret = { 0 };

	for (size_t i = at; i < past && !ret.twin; i++)
		if (table->numbers[table->by_nr[i]] != number)
			ret.twin = mdt_ioctl_at(table, table->by_nr[i]);
	if (at > from)
		ret.below = mdt_ioctl_at(
			table,
			table->by_nr[nr_lower_bound(table, type_and_nr(table, at - 1))]);
	if (past < to)
		ret.above = mdt_ioctl_at(table, table->by_nr[past]);
	ret.siblings = count_numbers(table, from, to);
	ret.owner = main_pack(table, from, to);
	return ret;
}
