// SPDX-License-Identifier: MIT
#include "trace/stats_time.h"

#include <stdlib.h>

#define SECOND_NS UINT64_C(1000000000)

enum { DAY_SECONDS = 24 * 60 * 60, TEXT_MAX = 120 };

/** Where a process is. */
struct mdt_pid_clock {
	uint32_t pid;
	bool has_call;		    // a call of it is known; the rest is of the last one
	bool is_begun;		    // and has not ended
	bool is_whole;		    // when it ended is known, not only when it began
	uint64_t at;		    // when it ended, or began
	unsigned long line;	    // of the log
	struct mdt_pid_clock *next; // of those that are free
};

/* ---- numbers ---- */

static uint64_t sum(uint64_t a, uint64_t b)
{
	return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

static void add_time(struct mdt_times *times, uint64_t ns)
{
	times->count++;
	times->total = sum(times->total, ns);
	if (ns > times->longest)
		times->longest = ns;
}

uint64_t mdt_times_average(const struct mdt_times *times)
{
	return times->count ? times->total / times->count : 0;
}

// `0.000116`, `05:06:07.5`, `1700000000.123456`: in nanoseconds, what is finer is cut.
static bool read_time(struct mdt_slice text, uint64_t *ret)
{
	uint64_t seconds = 0, part = 0, ns = 0, unit = SECOND_NS;
	size_t i = 0;

	for (; i < text.len && text.str[i] != '.'; i++) {
		char c = text.str[i];

		if (c == ':') {
			seconds = (seconds + part) * 60;
			part = 0;
		} else if (c >= '0' && c <= '9') {
			part = part * 10 + (uint64_t)(c - '0');
		} else {
			return false;
		}
		if (seconds + part > UINT64_MAX / SECOND_NS / 2)
			return false;
	}
	for (i++; i < text.len && unit > 1; i++) {
		if (text.str[i] < '0' || text.str[i] > '9')
			return false;
		unit /= 10;
		ns += (uint64_t)(text.str[i] - '0') * unit;
	}
	*ret = (seconds + part) * SECOND_NS + ns;
	return text.len > 0;
}

static bool has_char(struct mdt_slice s, char c)
{
	return s.len && memchr(s.str, c, s.len);
}

/* ---- the longest ---- */

static bool is_among_longest(const struct mdt_top *top, uint64_t ns)
{
	return ns && (top->count < MDT_STATS_TOP || ns > top->calls[top->count - 1].ns);
}

// A call without what is before it in the line; of one that was resumed, all of it.
static void call_text(const struct mdt_event *event, struct mdt_buf *ret)
{
	struct mdt_slice call = mdt_slice_trim(mdt_ref_text(event->call));

	mdt_buf_clear(ret);
	mdt_buf_add(ret, mdt_slice_head(call, TEXT_MAX));
	if (call.len > TEXT_MAX) {
		// Not within a character.
		while (ret->len && ((unsigned char)call.str[ret->len] & 0xc0) == 0x80)
			ret->len--;
		mdt_buf_adds(ret, "...");
	}
	if (!event->result.present)
		return;
	mdt_buf_adds(ret, " = ");
	mdt_buf_add(ret, mdt_ref_text(event->result.value));
	if (event->result.error.len) {
		mdt_buf_addc(ret, ' ');
		mdt_buf_add(ret, event->result.error);
	}
}

// Of two that are as long, the first one of the log stays before the other.
static bool add_top(struct mdt_top *top, const struct mdt_stats *stats,
		    const struct mdt_event *event, unsigned long after, uint64_t ns)
{
	size_t i = top->count < MDT_STATS_TOP ? top->count++ : MDT_STATS_TOP - 1;
	struct mdt_top_call call = top->calls[i];

	for (; i > 0 && top->calls[i - 1].ns < ns; i--)
		top->calls[i] = top->calls[i - 1];
	call.ns = ns;
	call.file = stats->file;
	call.line = event->line;
	call.after = after;
	call_text(event, &call.text);
	top->calls[i] = call;
	return !call.text.failed;
}

/* ---- what time it is ---- */

// -r is finer than -t alone, whose seconds are whole.
static bool tick(struct mdt_log_clock *clock, const struct mdt_prefix *prefix)
{
	bool by_time =
		prefix->time.len && (!prefix->since.len || has_char(prefix->time, '.'));
	uint64_t time;

	if (!read_time(by_time ? prefix->time : prefix->since, &time))
		return false;
	if (!by_time) {
		clock->now = sum(clock->now, time);
	} else {
		time = sum(time, clock->days);
		// It was midnight; a few lines may be out of order.
		if (clock->is_set && has_char(prefix->time, ':') &&
		    sum(time, DAY_SECONDS / 2 * SECOND_NS) < clock->now) {
			clock->days += DAY_SECONDS * SECOND_NS;
			time += DAY_SECONDS * SECOND_NS;
		}
		clock->now = time;
	}
	clock->is_set = true;
	return true;
}

static struct mdt_pid_clock *find_pid(struct mdt_log_clock *clock, uint32_t pid)
{
	struct mdt_pid_clock *ret = clock->last;

	if (ret && ret->pid == pid)
		return ret;
	ret = mdt_map_find(&clock->pids, pid);
	if (!ret) {
		ret = clock->free ? clock->free : malloc(sizeof(*ret));
		if (!ret)
			return NULL;
		if (ret == clock->free)
			clock->free = ret->next;
		*ret = (struct mdt_pid_clock){ .pid = pid };
		if (!mdt_map_set(&clock->pids, pid, ret)) {
			free(ret);
			return NULL;
		}
	}
	clock->last = ret;
	return ret;
}

static bool end_pid(struct mdt_log_clock *clock, uint32_t pid)
{
	struct mdt_pid_clock *gone = mdt_map_find(&clock->pids, pid);

	if (!gone)
		return true;
	if (!mdt_map_set(&clock->pids, pid, NULL))
		return false;
	gone->next = clock->free;
	clock->free = gone;
	clock->last = NULL;
	return true;
}

void mdt_log_clock_reset(struct mdt_log_clock *clock)
{
	mdt_map_for_each(it, &clock->pids) free(it->value);
	mdt_map_deinit(&clock->pids);
	while (clock->free) {
		struct mdt_pid_clock *next = clock->free->next;

		free(clock->free);
		clock->free = next;
	}
	*clock = (struct mdt_log_clock){ 0 };
}

/* ---- calls ---- */

// From what the process did before to the beginning of this call.
static bool add_pause(struct mdt_stats *stats, const struct mdt_event *event,
		      const struct mdt_pid_clock *pid)
{
	uint64_t now = stats->clock.now, ns = now > pid->at ? now - pid->at : 0;

	if (!pid->has_call || pid->is_begun)
		return true;
	add_time(&stats->pauses, ns);
	stats->pauses_from_start += !pid->is_whole;
	return !is_among_longest(&stats->longest_pauses, ns) ||
	       add_top(&stats->longest_pauses, stats, event, pid->line, ns);
}

static bool add_stamp(struct mdt_stats *stats, const struct mdt_event *event,
		      bool has_duration, uint64_t duration)
{
	struct mdt_pid_clock *pid = find_pid(&stats->clock, event->prefix.pid);

	if (!pid)
		return false;
	if (event->kind != MDT_EVENT_RESUMED && !add_pause(stats, event, pid))
		return false;
	// A line that resumes a call is written when that ends.
	*pid = (struct mdt_pid_clock){
		.pid = pid->pid,
		.has_call = true,
		.is_begun = event->kind == MDT_EVENT_UNFINISHED,
		.is_whole = event->kind == MDT_EVENT_RESUMED || has_duration,
		.at = event->kind == MDT_EVENT_CALL ? sum(stats->clock.now, duration)
						    : stats->clock.now,
		.line = event->line,
	};
	return true;
}

static bool add_duration(struct mdt_stats *stats, const struct mdt_event *event,
			 struct mdt_call_stats *call, struct mdt_call_stats *ioctl,
			 uint64_t ns)
{
	add_time(&stats->durations, ns);
	add_time(&call->times, ns);
	if (ioctl)
		add_time(&ioctl->times, ns);
	return !is_among_longest(&stats->slowest, ns) ||
	       add_top(&stats->slowest, stats, event, 0, ns);
}

bool mdt_stats_add_times(struct mdt_stats *stats, const struct mdt_event *event,
			 struct mdt_call_stats *call, struct mdt_call_stats *ioctl)
{
	uint64_t duration = 0;
	bool has_duration = call && read_time(event->result.duration, &duration);
	bool has_stamp = tick(&stats->clock, &event->prefix);

	if (has_duration && !add_duration(stats, event, call, ioctl, duration))
		return false;
	stats->stamps += has_stamp;
	if (event->kind == MDT_EVENT_EXIT)
		return end_pid(&stats->clock, event->prefix.pid);
	return !has_stamp || !call || add_stamp(stats, event, has_duration, duration);
}

static void deinit_top(struct mdt_top *top)
{
	for (size_t i = 0; i < top->count; i++)
		mdt_buf_deinit(&top->calls[i].text);
}

void mdt_stats_deinit_times(struct mdt_stats *stats)
{
	deinit_top(&stats->slowest);
	deinit_top(&stats->longest_pauses);
	mdt_log_clock_reset(&stats->clock);
}
