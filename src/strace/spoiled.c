// SPDX-License-Identifier: MIT
// Lines that strace wrote and something else has spoiled.
#include "strace/event.h"

bool mdt_event_spoiled_result(const struct mdt_event *event, struct mdt_slice *ret)
{
	struct mdt_slice line = event->raw, result;
	size_t at = line.len, end;

	while (at && !mdt_slice_starts(mdt_slice_skip(line, at), SLICE("= ")))
		at--;
	end = at;
	while (end && line.str[end - 1] == ' ')
		end--;
	if (!end || line.str[end - 1] != ')')
		return false;
	result = mdt_slice_skip(line, at + 2);
	if (!result.len || !memchr("0123456789-?", result.str[0], 12))
		return false;
	*ret = result;
	return true;
}
