// SPDX-License-Identifier: MIT
#include "guest/uevent.h"

#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guest/words.h"

enum {
	GROUP_KERNEL = 1, // lib/kobject_uevent.c uevent_net_init()
	SOCKET_ROOM = 16 << 20,
};

// The number that follows `MAJOR=` or `MINOR=` in a message.
static bool find_number(struct mdt_slice message, struct mdt_slice key, uint32_t *ret)
{
	while (message.len) {
		size_t len = strnlen(message.str, message.len);
		struct mdt_slice it = mdt_slice_head(message, len);
		uint64_t number;

		if (mdt_slice_starts(it, key) &&
		    mdt_slice_to_dec(mdt_slice_skip(it, key.len), &number)) {
			*ret = (uint32_t)number;
			return true;
		}
		message = mdt_slice_skip(message, len + 1);
	}
	return false;
}

static void write_variable(struct mdt_slice it, bool has_dev, uint32_t major,
			   uint32_t minor, const struct guest_map *map,
			   struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	if (has_dev && mdt_slice_starts(it, SLICE("MAJOR=")))
		mdt_buf_printf(&text, "MAJOR=%u", major);
	else if (has_dev && mdt_slice_starts(it, SLICE("MINOR=")))
		mdt_buf_printf(&text, "MINOR=%u", minor);
	else
		guest_map_text(map, GUEST_TO_LOG, it, &text);
	guest_words_quoted(ret, mdt_buf_slice(&text));
}

void guest_uevent_write(struct mdt_slice message, const struct guest_map *map,
			struct mdt_buf *ret)
{
	uint32_t major = 0, minor = 0;
	bool has_dev = find_number(message, SLICE("MAJOR="), &major) &&
		       find_number(message, SLICE("MINOR="), &minor);

	guest_map_dev(map, GUEST_TO_LOG, &major, &minor);
	guest_words_begin(ret, "uevent");
	while (message.len) {
		size_t len = strnlen(message.str, message.len);

		write_variable(mdt_slice_head(message, len), has_dev, major, minor, map,
			       ret);
		message = mdt_slice_skip(message, len + 1);
	}
	guest_words_end(ret);
}

int guest_uevent_open(int *fd)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
				       .nl_groups = GROUP_KERNEL };
	int room = SOCKET_ROOM;

	*fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
		     NETLINK_KOBJECT_UEVENT);
	if (*fd < 0)
		return errno;
	setsockopt(*fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	return bind(*fd, (struct sockaddr *)&address, sizeof(address)) ? errno : 0;
}

void guest_uevent_drain(int fd, const struct guest_map *map, struct mdt_buf *ret)
{
	char message[8192]; // include/linux/kobject.h UEVENT_BUFFER_SIZE is 2048
	ssize_t n;

	while ((n = recv(fd, message, sizeof(message), 0)) > 0 ||
	       (n < 0 && (errno == ENOBUFS || errno == EINTR)))
		if (n > 0 && ret)
			guest_uevent_write(mdt_slice_from(message, (size_t)n), map, ret);
}
