// SPDX-License-Identifier: MIT
#include "guest/graph.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include "guest/sysfs.h"
#include "guest/words.h"

#define TRACING "/sys/kernel/tracing/"

// Bytes of one look; what is more comes with the next.
enum { DRAIN_MAX = 16 << 20, CHUNK = 1 << 16, LINE_MAX_ = 4096 };

/* ---- on and off ---- */

// Each function of its own file; O_TRUNC empties the filter, O_APPEND adds to it.
static int write_with(const char *path, int flags, struct mdt_slice text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags), err = 0;

	if (fd < 0)
		return errno;
	if (text.len && write(fd, text.str, text.len) < 0)
		err = errno;
	close(fd);
	return err;
}

static void say_failed(const char *what, struct mdt_slice of, int number,
		       struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	mdt_buf_printf(&text, "graph: %s%.*s: %s", what, SLICE_FMT(of), strerror(number));
	guest_words_begin(ret, "guest failed");
	guest_words_quoted(ret, mdt_buf_slice(&text));
	guest_words_end(ret);
}

static bool is_loaded(struct mdt_slice module)
{
	char path[256];

	return snprintf(path, sizeof(path), "/sys/module/%.*s", SLICE_FMT(module)) <
		       (int)sizeof(path) &&
	       access(path, F_OK) == 0;
}

// A module's functions, or those of a name or pattern. The kernel would take a module
// that is not there, and wait for it.
// @return 0, or an errno.
static int add_filter(struct mdt_slice word)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	mdt_buf_printf(&text, is_loaded(word) ? "*:mod:%.*s\n" : "%.*s\n",
		       SLICE_FMT(word));
	return write_with(TRACING "set_ftrace_filter", O_APPEND, mdt_buf_slice(&text));
}

static struct mdt_slice take_word(struct mdt_slice *rest)
{
	const char *comma = rest->len ? memchr(rest->str, ',', rest->len) : NULL;
	struct mdt_slice word =
		mdt_slice_head(*rest, comma ? (size_t)(comma - rest->str) : rest->len);

	*rest = mdt_slice_skip(*rest, word.len + 1);
	return word;
}

// @return How many of them the kernel took: without any, all functions would be traced.
static size_t add_filters(struct mdt_slice what, const struct mdt_slice *modules,
			  size_t count, struct mdt_buf *ret)
{
	size_t taken = 0;
	int err;

	while (what.len) {
		struct mdt_slice word = take_word(&what);

		if (!word.len)
			continue;
		err = add_filter(word);
		taken += !err;
		if (err)
			say_failed("no function of ", word, err, ret);
	}
	// A personality that is built in, or not there, is no reason to fail.
	for (size_t i = 0; i < count; i++)
		taken += !add_filter(modules[i]);
	return taken;
}

static void set_options(void)
{
	// funcgraph-retval is there since Linux 6.5 (CONFIG_FUNCTION_GRAPH_RETVAL).
	static const char *const options[] = {
		"funcgraph-abstime",	"funcgraph-proc",     "nofuncgraph-cpu",
		"nofuncgraph-overhead", "funcgraph-duration", "funcgraph-tail",
		"nofuncgraph-irqs",	"record-cmd",	      "funcgraph-retval",
	};

	array_for_each (option, options)
		guest_write_file(TRACING "trace_options", mdt_slice_cstr(*option));
}

static int open_files(struct guest_graph *graph)
{
	graph->pipe = open(TRACING "trace_pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (graph->pipe < 0)
		return errno;
	graph->marker = open(TRACING "trace_marker", O_WRONLY | O_CLOEXEC);
	if (graph->marker >= 0)
		return 0;
	close(graph->pipe);
	return errno;
}

static int mount_tracefs(void)
{
	if (!access(TRACING "current_tracer", F_OK))
		return 0;
	return mount("tracefs", "/sys/kernel/tracing", "tracefs", MS_NOSUID, NULL) &&
			       errno != EBUSY
		       ? errno
		       : 0;
}

void guest_graph_begin(struct guest_graph *graph, struct mdt_slice what,
		       const struct mdt_slice *modules, size_t count, struct mdt_buf *ret)
{
	int err = mount_tracefs();

	*graph = (struct guest_graph){ 0 };
	if (!err)
		err = guest_write_file(TRACING "tracing_on", SLICE("0"));
	if (!err)
		err = write_with(TRACING "set_ftrace_filter", O_TRUNC, SLICE(""));
	if (!err && !add_filters(what, modules, count, ret))
		err = ENOENT;
	if (!err)
		err = guest_write_file(TRACING "current_tracer", SLICE("function_graph"));
	if (!err) {
		set_options();
		guest_write_file(TRACING "buffer_size_kb", SLICE("16384"));
		err = open_files(graph);
	}
	if (err) {
		say_failed("function_graph", SLICE(""), err, ret);
		return;
	}
	guest_write_file(TRACING "tracing_on", SLICE("1"));
	graph->is_on = true;
}

void guest_graph_end(struct guest_graph *graph)
{
	if (!graph->is_on)
		return;
	guest_write_file(TRACING "tracing_on", SLICE("0"));
	guest_write_file(TRACING "current_tracer", SLICE("nop"));
	write_with(TRACING "set_ftrace_filter", O_TRUNC, SLICE(""));
	close(graph->pipe);
	close(graph->marker);
	mdt_buf_deinit(&graph->rest);
	free(graph->pids);
	*graph = (struct guest_graph){ 0 };
}

/* ---- a call ---- */

static void mark(const struct guest_graph *graph, struct mdt_slice text)
{
	// What cannot be written is missed in the report.
	if (graph->is_on && write(graph->marker, text.str, text.len) < 0)
		return;
}

void guest_graph_enter(struct guest_graph *graph)
{
	mark(graph, SLICE("mdtrace+"));
}

void guest_graph_leave(struct guest_graph *graph)
{
	mark(graph, SLICE("mdtrace-"));
}

/* ---- what was traced ---- */

bool guest_graph_squeeze(struct mdt_slice line, struct mdt_buf *ret)
{
	size_t start = ret->len;

	line = mdt_slice_trim(line);
	// Heads, and where the CPU went from one task to another.
	if (!line.len || line.str[0] == '#' || mdt_slice_starts(line, SLICE("----")) ||
	    mdt_slice_find(line, SLICE(" => ")))
		return false;
	for (size_t i = 0; i < line.len; i++) {
		char c = line.str[i] == '\t' ? ' ' : line.str[i];

		if (c != ' ' || ret->len == start || ret->str[ret->len - 1] != ' ')
			mdt_buf_addc(ret, c);
	}
	return true;
}

static void say_line(struct mdt_slice text, struct mdt_buf *ret)
{
	guest_words_begin(ret, "graph");
	guest_words_quoted(ret, text);
	guest_words_end(ret);
}

// Say the whole lines of what was read, and keep the rest.
static void say_lines(struct guest_graph *graph, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice rest = mdt_buf_slice(&graph->rest);
	const char *end;

	while (rest.len && (end = memchr(rest.str, '\n', rest.len))) {
		struct mdt_slice line = mdt_slice_head(rest, (size_t)(end - rest.str));

		mdt_buf_clear(&text);
		if (guest_graph_squeeze(mdt_slice_head(line, LINE_MAX_), &text))
			say_line(mdt_buf_slice(&text), ret);
		rest = mdt_slice_skip(rest, line.len + 1);
	}
	memmove(graph->rest.str, rest.str, rest.len);
	graph->rest.len = rest.len;
}

static bool is_named(const struct guest_graph *graph, int pid)
{
	for (size_t i = 0; i < graph->len; i++)
		if (graph->pids[i] == pid)
			return true;
	return false;
}

// What is not among them is not in the graph, whether it runs or not: the compiler has
// inlined it. `traced NAME...` a line.
static void say_traced(struct guest_graph *graph, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf file = { 0 }, text = { 0 };
	struct mdt_slice rest;

	graph->has_listed = true;
	guest_read_file(TRACING "enabled_functions", GUEST_FILE_MAX, &file);
	rest = mdt_buf_slice(&file);
	while (rest.len) {
		const char *end = memchr(rest.str, '\n', rest.len);
		struct mdt_slice line =
			mdt_slice_head(rest, end ? (size_t)(end - rest.str) : rest.len);
		const char *blank = line.len ? memchr(line.str, ' ', line.len) : NULL;

		rest = mdt_slice_skip(rest, line.len + 1);
		if (!blank)
			continue;
		mdt_buf_adds(&text, text.len ? " " : "traced ");
		mdt_buf_add(&text, mdt_slice_head(line, (size_t)(blank - line.str)));
		if (text.len < LINE_MAX_ / 2 && rest.len)
			continue;
		say_line(mdt_buf_slice(&text), ret);
		mdt_buf_clear(&text);
	}
	if (text.len)
		say_line(mdt_buf_slice(&text), ret);
}

// The tracer cuts names: of each task the whole one, once. `PID COMM` a line.
static void say_tasks(struct guest_graph *graph, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf file = { 0 }, text = { 0 };
	struct mdt_slice rest;

	guest_read_file(TRACING "saved_cmdlines", GUEST_FILE_MAX, &file);
	rest = mdt_buf_slice(&file);
	while (rest.len) {
		const char *end = memchr(rest.str, '\n', rest.len);
		struct mdt_slice line =
			mdt_slice_head(rest, end ? (size_t)(end - rest.str) : rest.len);
		const char *blank = line.len ? memchr(line.str, ' ', line.len) : NULL;
		uint64_t pid;

		rest = mdt_slice_skip(rest, line.len + 1);
		if (!blank ||
		    !mdt_slice_to_dec(mdt_slice_head(line, (size_t)(blank - line.str)),
				      &pid) ||
		    pid > INT32_MAX || is_named(graph, (int)pid) ||
		    !mdt_grow((void **)&graph->pids, &graph->cap, graph->len,
			      sizeof(*graph->pids)))
			continue;
		graph->pids[graph->len++] = (int)pid;
		mdt_buf_clear(&text);
		mdt_buf_printf(&text, "task %.*s", SLICE_FMT(line));
		say_line(mdt_buf_slice(&text), ret);
	}
}

void guest_graph_drain(struct guest_graph *graph, struct mdt_buf *ret)
{
	size_t taken = 0;
	ssize_t n = 1;

	if (!graph->is_on)
		return;
	if (!graph->has_listed)
		say_traced(graph, ret);
	while (n > 0 && taken < DRAIN_MAX && mdt_buf_reserve(&graph->rest, CHUNK)) {
		n = read(graph->pipe, graph->rest.str + graph->rest.len, CHUNK);
		if (n <= 0)
			break;
		graph->rest.len += (size_t)n;
		taken += (size_t)n;
		say_lines(graph, ret);
	}
	if (taken)
		say_tasks(graph, ret);
}
