// SPDX-License-Identifier: MIT
/*
 * failed LOG: print the md calls of a log that failed, and what that means.
 *
 *   cc failed.c -o failed $(pkg-config --cflags --libs mdtrace)
 */
#include <stdio.h>

#include <mdtrace.h>

static int complain(struct mdtrace_error *error)
{
	fprintf(stderr, "failed: %s\n", mdtrace_error_message(error));
	mdtrace_error_free(error);
	return 2;
}

static void print(const struct mdtrace_event *event, const struct mdtrace_remark *remark)
{
	size_t len;
	const char *text = mdtrace_remark_text(remark, &len);

	printf("%lu: %.*s\n", mdtrace_event_line(event), (int)len, text);
}

static struct mdtrace_error *read_log(struct mdtrace_log *log,
				      struct mdtrace_follower *follower)
{
	const struct mdtrace_event *event;
	const struct mdtrace_remark *remark;
	struct mdtrace_error *error;

	while (!(error = mdtrace_log_next(log, &event)) && event) {
		error = mdtrace_follower_event(follower, event, &remark);
		if (error)
			return error;
		if (remark && mdtrace_remark_is_md(remark) && mdtrace_event_failed(event))
			print(event, remark);
	}
	return error ? error : mdtrace_follower_end(follower);
}

int main(int argc, char **argv)
{
	struct mdtrace_follower *follower = NULL;
	struct mdtrace_log *log = NULL;
	struct mdtrace_error *error;

	if (argc != 2) {
		fputs("usage: failed LOG\n", stderr);
		return 2;
	}
	error = mdtrace_log_open(argv[1], &log);
	if (!error)
		error = mdtrace_follower_create(NULL, NULL, &follower);
	if (!error)
		error = mdtrace_follower_begin(follower, argv[1]);
	if (!error)
		error = read_log(log, follower);
	mdtrace_follower_free(follower);
	mdtrace_log_close(log);
	return error ? complain(error) : 0;
}
