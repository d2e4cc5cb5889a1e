// SPDX-License-Identifier: MIT
#include "record/tracer.h"

// Each with the version that brought it: strace's NEWS; of the first also
// ioctl_decode_unknown_type() in src/ioctl.c, which wants -v.
static const struct lack {
	unsigned int major, minor;
	const char *what;
} lacks[] = {
	{ 6, 11,
	  "no bytes of ioctl arguments that it has no decoder for, as md's: 6.11 and later have them; replay derives them" },
	{ 4, 22,
	  "strace older than 4.22 prints no device numbers with descriptors (-yy)" },
	{ 4, 7, "strace older than 4.7 prints no paths with descriptors (-y)" },
};

static unsigned int take_number(struct mdt_slice *text)
{
	unsigned int number = 0;

	while (text->len && text->str[0] >= '0' && text->str[0] <= '9') {
		if (number < 100000)
			number = number * 10 + (unsigned int)(text->str[0] - '0');
		*text = mdt_slice_skip(*text, 1);
	}
	return number;
}

static bool is_version_char(char c)
{
	return c > ' ' && c < 0x7f;
}

void mdt_tracer_read(struct mdt_slice text, struct mdt_tracer *ret)
{
	const struct mdt_slice mark = SLICE_INIT("strace -- version ");
	const char *found = mdt_slice_find(text, mark);
	struct mdt_slice rest;

	*ret = (struct mdt_tracer){ 0 };
	if (!found)
		return;
	rest = mdt_slice_skip(text, (size_t)(found - text.str) + mark.len);
	while (ret->version.len < rest.len && is_version_char(rest.str[ret->version.len]))
		ret->version = mdt_slice_head(rest, ret->version.len + 1);
	ret->major = take_number(&rest);
	if (!ret->major || !mdt_slice_starts(rest, SLICE("."))) {
		*ret = (struct mdt_tracer){ 0 };
		return;
	}
	rest = mdt_slice_skip(rest, 1);
	ret->minor = take_number(&rest);
	ret->known = true;
}

bool mdt_tracer_since(const struct mdt_tracer *tracer, unsigned int major,
		      unsigned int minor)
{
	return !tracer->known || tracer->major > major ||
	       (tracer->major == major && tracer->minor >= minor);
}

void mdt_tracer_options(const struct mdt_tracer *tracer, bool times,
			const char *ret[MDT_TRACER_OPTIONS])
{
	size_t count = 0;

	ret[count++] = "-f";
	ret[count++] = "-v";
	ret[count++] = "-s";
	ret[count++] = "65536";
	if (mdt_tracer_since(tracer, 4, 10))
		ret[count++] = "-yy";
	else if (mdt_tracer_since(tracer, 4, 7))
		ret[count++] = "-y";
	if (times) {
		ret[count++] = "-ttt";
		ret[count++] = "-T";
	}
	ret[count] = NULL;
}

const char *mdt_tracer_lacks(const struct mdt_tracer *tracer, size_t index)
{
	array_for_each (lack, lacks) {
		if (mdt_tracer_since(tracer, lack->major, lack->minor))
			continue;
		if (index-- == 0)
			return lack->what;
	}
	return NULL;
}
