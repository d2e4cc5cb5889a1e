// SPDX-License-Identifier: MIT
#include "vm/modinfo.h"

#include <elf.h>

static bool load(struct mdt_slice bytes, uint64_t at, void *ret, size_t size)
{
	if (at > bytes.len || size > bytes.len - at)
		return false;
	memcpy(ret, bytes.str + at, size);
	return true;
}

static bool load_section(struct mdt_slice ko, const Elf64_Ehdr *head, size_t index,
			 Elf64_Shdr *ret)
{
	return index < head->e_shnum && head->e_shoff <= ko.len &&
	       load(ko, head->e_shoff + index * sizeof(*ret), ret, sizeof(*ret));
}

static struct mdt_slice contents(struct mdt_slice ko, const Elf64_Shdr *section)
{
	if (section->sh_type == SHT_NOBITS || section->sh_offset > ko.len)
		return (struct mdt_slice){ 0 };
	return mdt_slice_head(mdt_slice_skip(ko, section->sh_offset), section->sh_size);
}

bool mdt_modinfo_find(struct mdt_slice ko, struct mdt_slice *ret)
{
	Elf64_Ehdr head;
	Elf64_Shdr section;
	struct mdt_slice names;

	if (!load(ko, 0, &head, sizeof(head)) ||
	    memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
	    head.e_ident[EI_CLASS] != ELFCLASS64 ||
	    head.e_ident[EI_DATA] != ELFDATA2LSB || head.e_shentsize != sizeof(section) ||
	    !load_section(ko, &head, head.e_shstrndx, &section))
		return false;
	names = contents(ko, &section);
	for (size_t i = 0; load_section(ko, &head, i, &section); i++) {
		if (!mdt_slice_starts(mdt_slice_skip(names, section.sh_name),
				      SLICE(".modinfo\0")))
			continue;
		*ret = contents(ko, &section);
		return true;
	}
	return false;
}

bool mdt_modinfo_next(struct mdt_slice *rest, struct mdt_slice *key,
		      struct mdt_slice *value)
{
	const char *end, *equals;
	struct mdt_slice text;

	// Texts are aligned: there may be zeros between them.
	while (rest->len && !rest->str[0])
		*rest = mdt_slice_skip(*rest, 1);
	if (!rest->len)
		return false;
	end = memchr(rest->str, '\0', rest->len);
	text = mdt_slice_head(*rest, end ? (size_t)(end - rest->str) : rest->len);
	equals = memchr(text.str, '=', text.len);
	*key = mdt_slice_head(text, equals ? (size_t)(equals - text.str) : text.len);
	*value = mdt_slice_skip(text, key->len + 1);
	*rest = mdt_slice_skip(*rest, text.len);
	return true;
}
