// SPDX-License-Identifier: MIT
#include "derive/units.h"

static uint64_t sectors_of(char suffix)
{
	switch (suffix) {
	case 's':
		return 1;
	case 'K':
		return UINT64_C(1) << 1;
	case 'M':
		return UINT64_C(1) << 11;
	case 'G':
		return UINT64_C(1) << 21;
	case 'T':
		return UINT64_C(1) << 31;
	}
	return 0;
}

bool mdt_sectors_read(struct mdt_slice text, uint64_t *ret)
{
	uint64_t number, unit = text.len ? sectors_of(text.str[text.len - 1]) : 0;

	if (mdt_slice_eq_cstr(text, "max")) {
		*ret = UINT64_MAX;
		return true;
	}
	if (unit)
		text.len--;
	else
		unit = sectors_of('K');
	if (!mdt_slice_to_dec(text, &number) || number > INT64_MAX / unit)
		return false;
	*ret = number * unit;
	return true;
}

bool mdt_uuid_read(struct mdt_slice text, struct mdt_uuid *ret)
{
	struct mdt_uuid uuid = { { 0 } };
	size_t digits = 0;

	for (size_t i = 0; i < text.len; i++) {
		int digit = mdt_hex_digit(text.str[i]);

		if (digit < 0 && text.str[i] && strchr(":.- ", text.str[i]))
			continue;
		if (digit < 0 || digits == 32)
			return false;
		uuid.bytes[digits / 2] |= (uint8_t)(digit << (digits % 2 ? 0 : 4));
		digits++;
	}
	if (digits != 32)
		return false;
	*ret = uuid;
	return true;
}
