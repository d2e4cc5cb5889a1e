// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "params.h"
#include "vm/kernel.h"

/* ---- the order of releases ---- */

// Each is older than the next.
static const char *const releases[] = {
	"4.19.0-27-amd64", "5.10.0-9-amd64",
	"5.10.0-28-amd64", "5.10.0-28-cloud-amd64",
	"6.1.0-9-amd64",   "6.1.0-56-cloud-amd64",
	"6.9.7+bpo-amd64", "6.12-rc3",
	"6.12~rc4-amd64",  "6.12",
	"6.12.9",	   "6.12.117+deb12-cloud-amd64",
	"10.0.0",
};

Test(release, has_the_order_of_versions)
{
	for (size_t i = 0; i < array_size(releases); i++)
		for (size_t j = 0; j < array_size(releases); j++) {
			int is = mdt_release_cmp(mdt_slice_cstr(releases[i]),
						 mdt_slice_cstr(releases[j]));

			cr_assert_eq((is > 0) - (is < 0), (i > j) - (i < j), "%s, %s: %d",
				     releases[i], releases[j], is);
		}
}

Test(release, zeros_in_front_do_not_count)
{
	cr_assert_eq(mdt_release_cmp(SLICE("6.01"), SLICE("6.1")), 0);
	cr_assert_lt(mdt_release_cmp(SLICE("6.09"), SLICE("6.10")), 0);
	cr_assert_eq(mdt_release_cmp(SLICE(""), SLICE("")), 0);
}

/* ---- the setup header ---- */

enum { IMAGE = 0x600 };

// An image whose text stands at @p at behind 0x200.
static void make(char *image, unsigned int at, const char *text)
{
	memset(image, 0, IMAGE);
	memcpy(image + 0x202, "HdrS", 4);
	image[0x20e] = (char)at;
	image[0x20f] = (char)(at >> 8);
	if (at + 0x200 + strlen(text) <= IMAGE)
		memcpy(image + 0x200 + at, text, strlen(text));
}

static const struct {
	unsigned int at;
	const char *text;
	size_t len;	     // of the image
	const char *release; // NULL: none
} cases[] = {
	{ 0x200, "6.1.0-9-amd64 (a@b) #1", IMAGE, "6.1.0-9-amd64" },
	{ 0x3f0, "6.1", IMAGE, "6.1" },
	// cut in its middle, at its end, before it
	{ 0x200, "6.1.0-9-amd64 (a@b) #1", 0x40d, NULL },
	{ 0x200, "6.1.0-9-amd64 (a@b) #1", 0x40e, "6.1.0-9-amd64" },
	{ 0x200, "6.1.0-9-amd64 (a@b) #1", 0x400, NULL },
	{ 0x200, "6.1.0-9-amd64 (a@b) #1", 0x20f, NULL },
	{ 0x200, "6.1.0-9-amd64 (a@b) #1", 0, NULL },
	// behind the end
	{ 0xffff, "", IMAGE, NULL },
	{ 0x400, "", IMAGE, NULL },
	// none, an empty one, one that is no part of a path
	{ 0, "6.1 x", IMAGE, NULL },
	{ 0x200, "", IMAGE, NULL },
	{ 0x200, " 6.1", IMAGE, NULL },
	{ 0x200, "../../etc x", IMAGE, NULL },
	{ 0x200, "6.1/x y", IMAGE, NULL },
	{ 0x200, "6.1\n", IMAGE, NULL },
	{ 0x200, "6.1\x80 y", IMAGE, NULL },
	// longer than a release can be
	{ 0x200, "6.1-0123456789012345678901234567890123456789012345678901234567890 x",
	  IMAGE, NULL },
};

ParameterizedTestParameters(release, is_read_within_bounds)
{
	return index_params(cases);
}

ParameterizedTest(size_t *i, release, is_read_within_bounds)
{
	char image[IMAGE], *exact = malloc(cases[*i].len ? cases[*i].len : 1);
	struct mdt_slice release;
	bool found;

	make(image, cases[*i].at, cases[*i].text);
	// On the heap, so that the sanitizer sees a byte too many.
	memcpy(exact, image, cases[*i].len);
	found = mdt_vm_kernel_release(mdt_slice_from(exact, cases[*i].len), &release);
	cr_assert_eq(found, cases[*i].release != NULL);
	if (found)
		cr_assert(mdt_slice_eq_cstr(release, cases[*i].release));
	free(exact);
}

Test(release, without_the_magic_there_is_none)
{
	char image[IMAGE];
	struct mdt_slice release;

	make(image, 0x200, "6.1 x");
	image[0x202] = 'h';
	cr_assert_not(mdt_vm_kernel_release(mdt_slice_from(image, IMAGE), &release));
}
