// SPDX-License-Identifier: MIT
#include "guest/threads.h"

#include <stdlib.h>

#include "guest/sysfs.h"
#include "guest/words.h"

void guest_threads_deinit(struct guest_threads *threads)
{
	free(threads->items);
	*threads = (struct guest_threads){ 0 };
}

bool guest_thread_is_array(struct mdt_slice name)
{
	struct mdt_slice rest = mdt_slice_skip(name, 2);
	size_t digits = 0;

	if (!mdt_slice_starts(name, SLICE("md")) || !rest.len)
		return false;
	while (digits < rest.len && rest.str[digits] >= '0' && rest.str[digits] <= '9')
		digits++;
	if (rest.str[0] == '_')
		return memchr(rest.str + 1, '_', rest.len - 1);
	return digits && rest.len > digits + 1 && rest.str[digits] == '_';
}

int guest_threads_last_pid(struct mdt_slice loadavg)
{
	size_t from = loadavg.len;
	uint64_t pid;

	while (from && loadavg.str[from - 1] != ' ')
		from--;
	return mdt_slice_to_dec(mdt_slice_skip(loadavg, from), &pid) && pid <= INT32_MAX
		       ? (int)pid
		       : -1;
}

static struct mdt_slice read_comm(int pid, struct mdt_buf *ret)
{
	char path[GUEST_PATH_MAX];

	guest_path(path, "/proc/%d/comm", pid);
	return guest_read_value(path, ret, NULL);
}

static void say(const char *sign, struct mdt_slice name, struct mdt_buf *ret)
{
	if (!ret)
		return;
	guest_words_begin(ret, "thread");
	guest_words_bare(ret, mdt_slice_cstr(sign));
	guest_words_quoted(ret, name);
	guest_words_end(ret);
}

static bool is_known(const struct guest_threads *threads, int pid)
{
	for (size_t i = 0; i < threads->len; i++)
		if (threads->items[i].pid == pid)
			return true;
	return false;
}

static void look_at(struct guest_threads *threads, int pid, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice name = read_comm(pid, &text);
	struct guest_thread thread = { .pid = pid };

	if (!guest_thread_is_array(name) || name.len >= sizeof(thread.name) ||
	    !mdt_grow((void **)&threads->items, &threads->cap, threads->len,
		      sizeof(*threads->items)))
		return;
	memcpy(thread.name, name.str, name.len);
	threads->items[threads->len++] = thread;
	say("+", name, ret);
}

static int read_last(void)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	return guest_threads_last_pid(guest_read_value("/proc/loadavg", &text, NULL));
}

static bool scan_one(void *data, const char *name)
{
	uint64_t pid;

	if (mdt_slice_to_dec(mdt_slice_cstr(name), &pid) && pid <= INT32_MAX)
		look_at(data, (int)pid, NULL);
	return true;
}

void guest_threads_scan(struct guest_threads *threads)
{
	threads->len = 0;
	threads->last = read_last();
	guest_each_entry("/proc", scan_one, threads);
}

static void drop_gone(struct guest_threads *threads, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	for (size_t i = 0; i < threads->len;) {
		struct mdt_slice name = mdt_slice_cstr(threads->items[i].name);

		if (mdt_slice_eq(read_comm(threads->items[i].pid, &text), name)) {
			i++;
			continue;
		}
		say("-", name, ret);
		memmove(&threads->items[i], &threads->items[i + 1],
			(--threads->len - i) * sizeof(*threads->items));
	}
}

void guest_threads_look(struct guest_threads *threads, struct mdt_buf *ret)
{
	int last = read_last();

	drop_gone(threads, ret);
	// Numbers begin anew behind kernel.pid_max; a VM that lives that long looks at
	// few.
	if (last < threads->last)
		threads->last = 0;
	for (int pid = threads->last + 1; pid <= last; pid++)
		if (!is_known(threads, pid))
			look_at(threads, pid, ret);
	threads->last = last;
}

char guest_thread_state(struct mdt_slice stat)
{
	// The name may have parentheses of its own.
	const char *end = stat.len ? memrchr(stat.str, ')', stat.len) : NULL;
	struct mdt_slice rest = { 0 };

	if (end)
		rest = mdt_slice_skip(stat, (size_t)(end - stat.str));
	return rest.len > 2 && rest.str[1] == ' ' ? rest.str[2] : 0;
}

static bool is_of(const struct guest_thread *thread, struct mdt_slice node)
{
	struct mdt_slice name = mdt_slice_cstr(thread->name);

	return mdt_slice_starts(name, node) && name.len > node.len &&
	       name.str[node.len] == '_';
}

bool guest_threads_sleep(const struct guest_threads *threads, struct mdt_slice node)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	char path[GUEST_PATH_MAX], state;

	for (size_t i = 0; i < threads->len; i++) {
		if (!is_of(&threads->items[i], node))
			continue;
		guest_path(path, "/proc/%d/stat", threads->items[i].pid);
		state = guest_thread_state(guest_read_value(path, &text, NULL));
		if (state && state != 'S' && state != 'I')
			return false;
	}
	return true;
}
