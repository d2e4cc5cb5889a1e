// SPDX-License-Identifier: MIT
#include "vm/kernel.h"

enum {
	SETUP_MAGIC = 0x202,   // "HdrS"
	SETUP_VERSION = 0x20e, // kernel_version, relative to SETUP_BASE
	SETUP_BASE = 0x200,
	RELEASE_MAX = 64, // __NEW_UTS_LEN and its NUL
};

/* ---- what an image says ---- */

bool mdt_vm_kernel_release(struct mdt_slice head, struct mdt_slice *ret)
{
	const unsigned char *bytes = (const unsigned char *)head.str;
	struct mdt_slice text;
	size_t at, len = 0;

	if (head.len < SETUP_VERSION + 2 || memcmp(bytes + SETUP_MAGIC, "HdrS", 4) != 0)
		return false;
	at = bytes[SETUP_VERSION] | (size_t)bytes[SETUP_VERSION + 1] << 8;
	if (!at)
		return false;
	text = mdt_slice_head(mdt_slice_skip(head, SETUP_BASE + at), RELEASE_MAX);
	// "6.1.0-9-amd64 (builder@host) #1 SMP ...". It becomes a part of paths.
	while (len < text.len && text.str[len] > ' ' && text.str[len] < 0x7f &&
	       text.str[len] != '/')
		len++;
	if (!len || len == text.len || (text.str[len] != ' ' && text.str[len] != '\0') ||
	    text.str[0] == '.')
		return false;
	*ret = mdt_slice_head(text, len);
	return true;
}

/* ---- the order of releases ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

// dpkg's order of characters: ~, the end, letters, the rest. A candidate (6.12-rc1)
// counts as 6.12~rc1, as Debian names it.
static int weight(struct mdt_slice s)
{
	char c = s.len ? s.str[0] : '\0';

	if (c == '~' || mdt_slice_starts(s, SLICE("-rc")))
		return -1;
	if (!s.len || is_digit(c))
		return 0;
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return (unsigned char)c;
	return (unsigned char)c + 256;
}

static struct mdt_slice take_number(struct mdt_slice *s)
{
	struct mdt_slice number;
	size_t len = 0;

	while (s->len && s->str[0] == '0')
		*s = mdt_slice_skip(*s, 1);
	while (len < s->len && is_digit(s->str[len]))
		len++;
	number = mdt_slice_head(*s, len);
	*s = mdt_slice_skip(*s, len);
	return number;
}

int mdt_release_cmp(struct mdt_slice a, struct mdt_slice b)
{
	while (a.len || b.len) {
		struct mdt_slice x, y;

		while ((a.len && !is_digit(a.str[0])) || (b.len && !is_digit(b.str[0]))) {
			if (weight(a) != weight(b))
				return weight(a) < weight(b) ? -1 : 1;
			a = mdt_slice_skip(a, 1);
			b = mdt_slice_skip(b, 1);
		}
		x = take_number(&a);
		y = take_number(&b);
		if (x.len != y.len)
			return x.len < y.len ? -1 : 1;
		if (!mdt_slice_eq(x, y))
			return mdt_slice_cmp(x, y);
	}
	return 0;
}
