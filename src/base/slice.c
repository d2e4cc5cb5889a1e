// SPDX-License-Identifier: MIT
#include "base/slice.h"

const uint8_t mdt_hex_values[256] = {
	['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

struct mdt_slice mdt_slice_trim(struct mdt_slice s)
{
	while (s.len && (s.str[0] == ' ' || s.str[0] == '\t')) {
		s.str++;
		s.len--;
	}
	while (s.len && (s.str[s.len - 1] == ' ' || s.str[s.len - 1] == '\t'))
		s.len--;
	return s;
}

size_t mdt_slice_columns(struct mdt_slice s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.len; i++)
		count += ((unsigned char)s.str[i] & 0xc0) != 0x80;
	return count;
}

struct mdt_slice mdt_slice_chomp(struct mdt_slice s)
{
	while (s.len && s.str[s.len - 1] == '\n')
		s.len--;
	return s;
}

struct mdt_slice mdt_slice_base_name(struct mdt_slice path)
{
	const char *slash = path.len ? memrchr(path.str, '/', path.len) : NULL;

	return slash ? mdt_slice_skip(path, (size_t)(slash - path.str) + 1) : path;
}

const char *mdt_slice_find(struct mdt_slice s, struct mdt_slice needle)
{
	if (!needle.len)
		return s.str;
	return s.len ? memmem(s.str, s.len, needle.str, needle.len) : NULL;
}

int mdt_slice_cmp(struct mdt_slice a, struct mdt_slice b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len ? memcmp(a.str, b.str, len) : 0;

	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

static bool digits_to_u64(struct mdt_slice s, unsigned int base, uint64_t *ret)
{
	uint64_t value = 0;

	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int digit = mdt_hex_digit(s.str[i]);

		if (digit < 0 || (unsigned int)digit >= base)
			return false;
		if (__builtin_mul_overflow(value, (uint64_t)base, &value) ||
		    __builtin_add_overflow(value, (uint64_t)digit, &value))
			return false;
	}
	*ret = value;
	return true;
}

bool mdt_slice_to_dec(struct mdt_slice s, uint64_t *ret)
{
	return digits_to_u64(s, 10, ret);
}

bool mdt_slice_to_u64(struct mdt_slice s, uint64_t *ret)
{
	if (s.len > 2 && s.str[0] == '0' && (s.str[1] == 'x' || s.str[1] == 'X'))
		return digits_to_u64(mdt_slice_skip(s, 2), 16, ret);
	if (s.len > 1 && s.str[0] == '0')
		return digits_to_u64(mdt_slice_skip(s, 1), 8, ret);
	return digits_to_u64(s, 10, ret);
}
