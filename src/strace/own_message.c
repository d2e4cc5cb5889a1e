// SPDX-License-Identifier: MIT
// What strace itself says between the calls.
#include "strace/look.h"
#include "strace/mixed.h"

// Length of `strace: `, `strace-6.1: ` at the start, or 0.
size_t mdt_message_name(struct mdt_slice s)
{
	size_t n = 6;

	if (!mdt_slice_starts(s, SLICE("strace")))
		return 0;
	while (n < s.len && is_name_char(s.str[n]))
		n++;
	return at(s, n) == ':' && at(s, n + 1) == ' ' ? n + 2 : 0;
}

// "Process 5 attached", which strace before 4.9 prints without its name.
bool mdt_is_old_message(struct mdt_slice s)
{
	static const struct mdt_slice verbs[] = { SLICE_INIT(" attached"),
						  SLICE_INIT(" detached"),
						  SLICE_INIT(" resumed"),
						  SLICE_INIT(" suspended") };
	size_t n = 8 + digits(s, 8);

	if (!mdt_slice_starts(s, SLICE("Process ")) || n == 8)
		return false;
	array_for_each (it, verbs)
		if (mdt_slice_starts(mdt_slice_skip(s, n), *it))
			return true;
	return false;
}

bool mdt_is_own_message(struct mdt_slice body)
{
	size_t n = 0;

	if (mdt_is_old_message(body))
		return true;
	while (is_name_char(at(body, n)) || at(body, n) == '/')
		n++;
	while (n && body.str[n - 1] != '/')
		n--;
	return mdt_message_name(mdt_slice_skip(body, n)) != 0;
}
