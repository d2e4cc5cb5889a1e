// SPDX-License-Identifier: MIT
#include "vm/qmp.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/visible.h"

enum {
	LINE_MAX_BYTES = 1 << 16, // of an answer; QEMU's have some hundred
	SHOWN = 300,		  // of one that is shown
};

#define HELLO "{\"execute\":\"qmp_capabilities\"}"
#define CAPABILITIES(more)                                                               \
	"{\"execute\":\"migrate-set-capabilities\",\"arguments\":{\"capabilities\":["    \
	"{\"capability\":\"x-ignore-shared\",\"state\":true}" more "]}}"
#define EVENTS ",{\"capability\":\"events\",\"state\":true}"

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- asking ---- */

// @param fd Goes with the text; or -1.
static struct mdt_error *ask(int monitor, const char *text, int fd)
{
	struct iovec bytes = { .iov_base = (char *)text, .iov_len = strlen(text) };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };
	ssize_t n;

	if (fd >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control.room);
		control.head = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
						 .cmsg_level = SOL_SOCKET,
						 .cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(int));
	}
	// So short that they fit, or nobody is there.
	n = sendmsg(monitor, &message, MSG_NOSIGNAL);
	if (n < 0)
		return mdt_error_os(errno, "QEMU's monitor");
	if ((size_t)n < bytes.iov_len)
		return mdt_error_os(EAGAIN, "QEMU's monitor");
	return NULL;
}

/* ---- answers ---- */

struct answers {
	int monitor;
	int64_t deadline;
	struct mdt_buf buf; // what has come and was not looked at
};

static struct mdt_error *refused(struct mdt_slice line)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf shown = { 0 };
	struct mdt_error *err;

	mdt_visible_text(&shown, mdt_slice_head(line, SHOWN), false);
	err = mdt_buf_error(&shown);
	return err ? err
		   : mdt_error_create(MDT_ERR_OS, "QEMU's monitor: %.*s",
				      SLICE_FMT(mdt_buf_slice(&shown)));
}

static struct mdt_error *read_some(struct answers *answers)
{
	int64_t left = answers->deadline - now_ms();
	struct pollfd fd = { .fd = answers->monitor, .events = POLLIN };
	ssize_t n;

	if (left <= 0)
		return mdt_error_os(ETIMEDOUT, "QEMU's monitor");
	if (poll(&fd, 1, (int)left) < 0 && errno != EINTR)
		return mdt_error_os(errno, "QEMU's monitor");
	if (answers->buf.len > LINE_MAX_BYTES)
		return mdt_error_create(MDT_ERR_OS, "QEMU's monitor talks too much");
	if (!mdt_buf_reserve(&answers->buf, 4096))
		return &mdt_enomem;
	n = read(answers->monitor, answers->buf.str + answers->buf.len, 4096);
	if (n == 0)
		return mdt_error_create(MDT_ERR_OS, "QEMU has closed its monitor");
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return mdt_error_os(errno, "QEMU's monitor");
	if (n > 0)
		answers->buf.len += (size_t)n;
	return NULL;
}

static bool has(struct mdt_slice line, const char *word)
{
	return mdt_slice_find(line, mdt_slice_cstr(word)) != NULL;
}

// An answer is a line. What fails is an error, or an event that says so.
static struct mdt_error *look_at(struct mdt_slice line, const char *event,
				 const char *word, bool *ret)
{
	if (mdt_slice_starts(line, SLICE("{\"error\"")) ||
	    (has(line, "\"MIGRATION\"") && has(line, "\"failed\"")))
		return refused(line);
	*ret = has(line, event) && has(line, word);
	return NULL;
}

// Wait for an event that has a word in it, both in quotes.
static struct mdt_error *wait_for(int monitor, const char *event, const char *word,
				  int timeout_ms)
{
	struct answers answers = { .monitor = monitor,
				   .deadline = now_ms() + timeout_ms };
	struct mdt_error *err = NULL;
	bool done = false;

	while (!err && !done) {
		struct mdt_slice all = mdt_buf_slice(&answers.buf);
		const char *end = all.len ? memchr(all.str, '\n', all.len) : NULL;
		size_t len = end ? (size_t)(end - all.str) : 0;

		if (!end) {
			err = read_some(&answers);
			continue;
		}
		err = look_at(mdt_slice_head(all, len), event, word, &done);
		answers.buf.len -= len + 1;
		memmove(answers.buf.str, answers.buf.str + len + 1, answers.buf.len);
	}
	mdt_buf_deinit(&answers.buf);
	return err;
}

/* ---- what is asked ---- */

struct mdt_error *mdt_qmp_save(int monitor, int state, int timeout_ms)
{
	struct mdt_error *err =
		ask(monitor, HELLO CAPABILITIES(EVENTS) "{\"execute\":\"stop\"}\n", -1);

	if (!err)
		err = ask(
			monitor,
			"{\"execute\":\"getfd\",\"arguments\":{\"fdname\":\"state\"}}\n",
			state);
	if (!err)
		err = ask(
			monitor,
			"{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"fd:state\"}}\n",
			-1);
	return err ? err
		   : wait_for(monitor, "\"MIGRATION\"", "\"completed\"", timeout_ms);
}

struct mdt_error *mdt_qmp_resume(int monitor, int timeout_ms)
{
	struct mdt_error *err = ask(monitor, "{\"execute\":\"cont\"}\n", -1);

	return err ? err : wait_for(monitor, "\"event\"", "\"RESUME\"", timeout_ms);
}

struct mdt_error *mdt_qmp_load(int monitor, int state)
{
	char text[512];

	snprintf(text, sizeof(text),
		 HELLO CAPABILITIES("") "{\"execute\":\"migrate-incoming\","
					"\"arguments\":{\"uri\":\"fd:%d\"}}\n",
		 state);
	return ask(monitor, text, -1);
}

struct mdt_error *mdt_qmp_wait_loaded(int monitor, int timeout_ms)
{
	return wait_for(monitor, "\"event\"", "\"RESUME\"", timeout_ms);
}
