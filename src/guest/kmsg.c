// SPDX-License-Identifier: MIT
#include "guest/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "guest/words.h"

bool guest_kmsg_parse(struct mdt_slice record, struct guest_kmsg_record *ret)
{
	const char *comma = record.len ? memchr(record.str, ',', record.len) : NULL;
	const char *text = record.len ? memchr(record.str, ';', record.len) : NULL;
	const char *end;
	uint64_t prefix;

	if (!comma || !text || comma > text ||
	    !mdt_slice_to_dec(mdt_slice_head(record, (size_t)(comma - record.str)),
			      &prefix))
		return false;
	record = mdt_slice_skip(record, (size_t)(text - record.str) + 1);
	// Lines behind the first are the device that the message is about.
	end = record.len ? memchr(record.str, '\n', record.len) : NULL;
	ret->level = prefix & 7;
	ret->facility = (unsigned int)(prefix >> 3);
	ret->text = end ? mdt_slice_head(record, (size_t)(end - record.str)) : record;
	return true;
}

// printk's record_print_text() escapes a byte as \xNN, and nothing else.
void guest_kmsg_text(struct mdt_slice escaped, struct mdt_buf *ret)
{
	for (size_t i = 0; i < escaped.len; i++) {
		struct mdt_slice rest = mdt_slice_skip(escaped, i);
		int high, low;

		if (rest.len < 4 || rest.str[0] != '\\' || rest.str[1] != 'x' ||
		    (high = mdt_hex_digit(rest.str[2])) < 0 ||
		    (low = mdt_hex_digit(rest.str[3])) < 0) {
			mdt_buf_addc(ret, rest.str[0]);
			continue;
		}
		mdt_buf_addc(ret, (char)(high << 4 | low));
		i += 3;
	}
}

int guest_kmsg_open(struct guest_kmsg *kmsg)
{
	kmsg->syncs = 0;
	kmsg->fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg->fd < 0)
		return errno;
	lseek(kmsg->fd, 0, SEEK_END);
	return 0;
}

static void add_record(struct guest_kmsg *kmsg, struct mdt_slice record,
		       const struct guest_map *map, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 }, mapped = { 0 };
	struct guest_kmsg_record it;

	if (!guest_kmsg_parse(record, &it) || it.facility)
		return;
	// md_do_sync(): "md: %s of RAID array %s".
	kmsg->syncs += mdt_slice_find(it.text, SLICE(" of RAID array ")) != NULL;
	if (!ret)
		return;
	guest_kmsg_text(it.text, &text);
	guest_map_message(map, mdt_buf_slice(&text), &mapped);
	guest_words_begin(ret, "kernel");
	guest_words_number(ret, it.level);
	guest_words_quoted(ret, mdt_buf_slice(&mapped));
	guest_words_end(ret);
}

void guest_kmsg_drain(struct guest_kmsg *kmsg, const struct guest_map *map,
		      struct mdt_buf *ret)
{
	char record[8192]; // kernel/printk/internal.h PRINTK_MESSAGE_MAX is less
	ssize_t n;

	// EPIPE: records were overwritten before they were read; the next is there.
	while ((n = read(kmsg->fd, record, sizeof(record))) > 0 ||
	       (n < 0 && (errno == EPIPE || errno == EINTR)))
		if (n > 0)
			add_record(kmsg, mdt_slice_from(record, (size_t)n), map, ret);
}
