// SPDX-License-Identifier: MIT
// libkmod on modules as they are, and on bytes that only look like one.
#include "scratch.h"
#include "vm/modinfo.h"

// @return How many texts there are, each read to its end; -1: not a module.
static int count_texts(struct mdt_slice ko)
{
	_cleanup_(mdt_modinfo_deinit) struct mdt_modinfo info;
	_cleanup_(mdt_error_destroyp) struct mdt_error *err =
		mdt_modinfo_read("x.ko", ko, &info);
	struct mdt_slice key, value;
	int count = 0;

	if (err) {
		cr_assert_eq(err->kind, MDT_ERR_FORMAT);
		cr_assert_str_eq(err->message, "x.ko: not a kernel module");
		cr_assert_not(mdt_modinfo_next(&info, &key, &value));
		return -1;
	}
	for (; mdt_modinfo_next(&info, &key, &value); count++)
		cr_assert_null(memchr(key.str, '=', key.len));
	return count;
}

Test(modinfo, texts_are_in_order)
{
	static const char *const expected[][2] = {
		{ "license", "GPL" }, { "softdep", "pre: crc32c post: x" },
		{ "empty", "" },      { "alone", "" },
		{ "depends", "a,b" }, { "depends", "c=d" },
	};
	_cleanup_(mdt_buf_deinit) struct mdt_buf ko = { 0 };
	_cleanup_(mdt_modinfo_deinit) struct mdt_modinfo info;
	struct mdt_slice key, value;

	scratch_ko(
		SLICE("\0\0license=GPL\0softdep=pre: crc32c post: x\0\0\0empty=\0alone\0"
		      "depends=a,b\0depends=c=d"),
		&ko);
	cr_assert_null(mdt_modinfo_read("x.ko", mdt_buf_slice(&ko), &info));
	array_for_each (row, expected) {
		cr_assert(mdt_modinfo_next(&info, &key, &value));
		cr_assert(mdt_slice_eq_cstr(key, (*row)[0]));
		cr_assert(mdt_slice_eq_cstr(value, (*row)[1]));
	}
	cr_assert_not(mdt_modinfo_next(&info, &key, &value));
}

static void set16(struct mdt_buf *ko, size_t at, uint16_t value)
{
	memcpy(ko->str + at, &value, sizeof(value));
}

Test(modinfo, a_wrong_header_is_no_module)
{
	static const struct {
		size_t at;
		uint16_t value;
	} cases[] = {
		{ 0, 0 }, // magic
		{ EI_CLASS, ELFCLASS32 | ELFDATA2LSB << 8 },
		{ EI_DATA, ELFDATA2MSB | EV_CURRENT << 8 },
		{ offsetof(Elf64_Ehdr, e_shoff), 0xffff },
		{ offsetof(Elf64_Ehdr, e_shoff) + 6, 0xffff },
		{ offsetof(Elf64_Ehdr, e_shentsize), 63 },
		{ offsetof(Elf64_Ehdr, e_shnum), 0 },
		{ offsetof(Elf64_Ehdr, e_shnum), 0xffff },
		{ offsetof(Elf64_Ehdr, e_shstrndx), SHN_UNDEF },
		{ offsetof(Elf64_Ehdr, e_shstrndx), 3 },
		{ offsetof(Elf64_Ehdr, e_shstrndx), 0xffff },
	};

	array_for_each (row, cases) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf ko = { 0 };

		scratch_ko(SLICE("depends=a\0"), &ko);
		set16(&ko, row->at, row->value);
		cr_assert_eq(count_texts(mdt_buf_slice(&ko)), -1, "%zu", row->at);
	}
}

// Where libkmod reads a byte too much there is one.
Test(modinfo, texts_may_end_with_the_page)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf ko = { 0 };
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	Elf64_Shdr section;

	scratch_ko(SLICE("depends=a\0"), &ko);
	cr_assert(mdt_buf_reserve(&ko, page));
	memset(ko.str + ko.len, 0, page - ko.len);
	ko.len = page;
	memcpy(&section, ko.str + 2 * sizeof(section), sizeof(section));
	memmove(ko.str + page - section.sh_size, ko.str + section.sh_offset,
		section.sh_size);
	section.sh_offset = page - section.sh_size;
	memcpy(ko.str + 2 * sizeof(section), &section, sizeof(section));
	cr_assert_eq(count_texts(mdt_buf_slice(&ko)), 1);
}

static void make_one(struct mdt_buf *ret)
{
	scratch_ko(SLICE("license=GPL\0depends=md-mod,raid6_pq\0softdep=pre: x\0"), ret);
	cr_assert_eq(count_texts(mdt_buf_slice(ret)), 3);
}

Test(modinfo, a_cut_one_does_no_harm)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf ko = { 0 };

	make_one(&ko);
	for (size_t len = 0; len < ko.len; len++)
		count_texts(mdt_slice_from(ko.str, len));
}

// Each byte of the header, the sections' headers and the names has its turn.
Test(modinfo, a_changed_one_does_no_harm)
{
	static const unsigned char values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	_cleanup_(mdt_buf_deinit) struct mdt_buf ko = { 0 };

	make_one(&ko);
	for (size_t at = 0; at < ko.len; at++) {
		char saved = ko.str[at];

		array_for_each (value, values) {
			ko.str[at] = (char)*value;
			count_texts(mdt_buf_slice(&ko));
		}
		ko.str[at] = saved;
	}
}
