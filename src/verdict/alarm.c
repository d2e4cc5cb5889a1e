// SPDX-License-Identifier: MIT
// The kernel's complaints of itself, found in its messages.
#include "verdict/observed.h"

const char *mdt_alarm_name(enum mdt_alarm_kind kind)
{
	switch (kind) {
	case MDT_ALARM_WARNING:
		return "warning";
	case MDT_ALARM_LOCKDEP:
		return "lockdep";
	case MDT_ALARM_HUNG:
		return "hung task";
	case MDT_ALARM_OOPS:
		return "oops";
	}
	unreachable();
}

/*
 * What a complaint's line begins with, or has in it; the first row that fits is what it
 * is. From kernel/panic.c __warn(), lib/bug.c report_bug(), arch/x86/kernel/dumpstack.c
 * die(), arch/x86/mm/fault.c show_fault_oops(), kernel/locking/lockdep.c,
 * kernel/hung_task.c check_hung_task(), kernel/watchdog.c, kernel/rcu/tree_stall.h,
 * fs/sysfs/dir.c sysfs_warn_dup(), lib/list_debug.c, mm/kasan/report.c of Linux 6.1.
 */
static const struct {
	const char *text;
	bool anywhere;
	enum mdt_alarm_kind kind;
} rows[] = {
	{ "WARNING: possible circular locking", true, MDT_ALARM_LOCKDEP },
	{ "WARNING: possible recursive locking", true, MDT_ALARM_LOCKDEP },
	{ "WARNING: possible irq lock inversion", true, MDT_ALARM_LOCKDEP },
	{ "WARNING: inconsistent lock state", true, MDT_ALARM_LOCKDEP },
	{ "WARNING: bad unlock balance", true, MDT_ALARM_LOCKDEP },
	{ "WARNING: suspicious RCU usage", true, MDT_ALARM_LOCKDEP },
	{ "WARNING: lock held when returning", true, MDT_ALARM_LOCKDEP },
	{ "WARNING: held lock freed", true, MDT_ALARM_LOCKDEP },
	{ "BUG: Invalid wait context", true, MDT_ALARM_LOCKDEP },
	{ "[ BUG: ", true, MDT_ALARM_LOCKDEP },
	{ "WARNING: CPU: ", false, MDT_ALARM_WARNING },
	{ "WARNING: ", false, MDT_ALARM_WARNING },
	{ "sysfs: cannot create duplicate filename", false, MDT_ALARM_WARNING },
	{ "kobject_add_internal failed", false, MDT_ALARM_WARNING },
	{ "watchdog: BUG: soft lockup", false, MDT_ALARM_HUNG },
	{ "BUG: soft lockup", false, MDT_ALARM_HUNG },
	{ "BUG: workqueue lockup", false, MDT_ALARM_HUNG },
	{ "INFO: task ", false, MDT_ALARM_HUNG },
	{ "INFO: rcu_", false, MDT_ALARM_HUNG },
	{ "rcu: INFO: ", false, MDT_ALARM_HUNG },
	{ "BUG: ", false, MDT_ALARM_OOPS },
	{ "kernel BUG at ", false, MDT_ALARM_OOPS },
	{ "Oops: ", true, MDT_ALARM_OOPS },
	{ "general protection fault", true, MDT_ALARM_OOPS },
	{ "invalid opcode: ", false, MDT_ALARM_OOPS },
	{ "stack segment: ", false, MDT_ALARM_OOPS },
	{ "divide error: ", false, MDT_ALARM_OOPS },
	{ "double fault: ", false, MDT_ALARM_OOPS },
	{ "Unable to handle kernel ", false, MDT_ALARM_OOPS },
	{ "Kernel panic - not syncing", false, MDT_ALARM_OOPS },
	{ "list_add corruption", false, MDT_ALARM_OOPS },
	{ "list_del corruption", false, MDT_ALARM_OOPS },
};

static bool is_alarm(struct mdt_slice text, enum mdt_alarm_kind *ret)
{
	array_for_each (row, rows) {
		struct mdt_slice sign = mdt_slice_cstr(row->text);

		if (row->anywhere ? !mdt_slice_find(text, sign)
				  : !mdt_slice_starts(text, sign))
			continue;
		*ret = row->kind;
		return true;
	}
	return false;
}

/*
 * Lines of a trace: what show_regs(), dump_stack() and print_modules() print, and the
 * tables of lockdep. Messages of md begin otherwise (`md: `, `md/raid1:`, `md100: `).
 */
static const char *const trace_signs[] = {
	" ",
	"CPU: ",
	"Hardware name: ",
	"Call Trace:",
	"RIP: ",
	"RSP: ",
	"RAX: ",
	"RDX: ",
	"RBP: ",
	"R10: ",
	"R13: ",
	"FS: ",
	"CS: ",
	"CR2: ",
	"DR0: ",
	"DR3: ",
	"Code: ",
	"Modules linked in:",
	"---[ ",
	"EFLAGS: ",
	"Workqueue: ",
	"Comm: ",
	"irq event stamp: ",
	"hardirqs ",
	"softirqs ",
	"PKRU: ",
	"ORIG_RAX: ",
	"<TASK>",
	"</TASK>",
	"<IRQ>",
	"</IRQ>",
	"PGD ",
	"#PF: ",
	"note: ",
	"task:",
	"-----",
	"=====",
	"but task is",
	"which lock already",
	"the existing dependency",
	"-> #",
	"other info",
	"stack backtrace",
	"1 lock held",
	"2 locks held",
	"Tainted: ",
	"kasan: ",
	"Oops: ",
	"Kernel Offset",
	"\"echo 0 > ",
	"Not tainted",
	"UBSAN: ",
	"Last unloaded",
	"fbcon_",
	"cut here",
	"kernel BUG at ",
	"invalid opcode: ",
	"general protection fault",
	"Kernel panic",
	"RBX: ",
	"R08: ",
	"R11: ",
	"R14: ",
	"DR6: ",
	"Call trace:",
	"Sending NMI",
};

static bool is_trace(struct mdt_slice text)
{
	if (!text.len)
		return true;
	array_for_each (sign, trace_signs)
		if (mdt_slice_starts(text, mdt_slice_cstr(*sign)))
			return true;
	return false;
}

// `------------[ cut here ]------------`, or lockdep's bar, stands before the line that
// says it.
static bool is_opening(struct mdt_slice text)
{
	return mdt_slice_find(text, SLICE("[ cut here ]")) ||
	       mdt_slice_starts(text, SLICE("======"));
}

// How many messages from @p first on belong to the alarm that @p at tells of.
static size_t trace_length(const struct mdt_seen_message *messages, size_t count,
			   size_t first, size_t at)
{
	size_t end = at + 1;

	while (end < count) {
		struct mdt_slice text = messages[end].text;

		if (mdt_slice_find(text, SLICE("[ cut here ]")) || !is_trace(text))
			break;
		end++;
		if (mdt_slice_starts(text, SLICE("---[ end ")))
			break;
	}
	return end - first;
}

struct mdt_error *mdt_alarms_find(const struct mdt_seen_message *messages, size_t count,
				  struct mdt_arena *arena, struct mdt_alarm **ret,
				  size_t *ret_count)
{
	enum mdt_alarm_kind kind;
	size_t found = 0;

	*ret = NULL;
	*ret_count = 0;
	for (size_t i = 0; i < count; i++)
		found += is_alarm(messages[i].text, &kind);
	if (!found)
		return NULL;
	*ret = mdt_arena_alloc(arena, found * sizeof(**ret), _Alignof(struct mdt_alarm));
	if (!*ret)
		return &mdt_enomem;
	for (size_t i = 0; i < count;) {
		size_t first = i;

		if (!is_alarm(messages[i].text, &kind)) {
			i++;
			continue;
		}
		if (i && is_opening(messages[i - 1].text))
			first--;
		(*ret)[(*ret_count)++] =
			(struct mdt_alarm){ kind, messages[i].text, first,
					    trace_length(messages, count, first, i) };
		i = first + (*ret)[*ret_count - 1].count;
	}
	return NULL;
}
