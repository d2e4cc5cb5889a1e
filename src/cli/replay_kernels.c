// SPDX-License-Identifier: MIT
#include "cli/replay_kernels.h"

#include <stdlib.h>

#include "derive/derive.h"

static const enum mdt_run_end run_ends[] = {
	[MDT_VM_FINISHED] = MDT_RUN_FINISHED, [MDT_VM_PANICKED] = MDT_RUN_PANICKED,
	[MDT_VM_LOST] = MDT_RUN_LOST,	      [MDT_VM_TIMED_OUT] = MDT_RUN_TIMED_OUT,
	[MDT_VM_FAILED] = MDT_RUN_FAILED,
};

/* ---- the kernels ---- */

struct mdt_error *replay_columns_init(struct replay_columns *columns,
				      const struct strings *kernels,
				      const struct strings *executed,
				      const struct machine_options *options)
{
	const struct strings *given = executed->len ? executed : kernels;
	size_t count = given->len ? given->len : 1;
	struct machine_options own = *options;

	*columns = (struct replay_columns){ .items = calloc(count,
							    sizeof(*columns->items)) };
	if (!columns->items)
		return &mdt_enomem;
	for (size_t i = 0; i < count; i++) {
		struct replay_column *it = &columns->items[i];
		struct mdt_error *err;

		it->executed_log = executed->len ? executed->items[i] : NULL;
		it->kernel = own.kernel = kernels->len ? kernels->items[i] : NULL;
		columns->count++;
		err = machine_init(&it->machine, &own);
		if (err)
			return err;
	}
	return NULL;
}

void replay_column_forget(struct replay_column *column)
{
	mdt_verdicts_deinit(&column->verdicts);
	mdt_plan_deinit(&column->executed);
	machine_end_deinit(&column->end);
	mdt_buf_clear(&column->name);
	column->verdicts = (struct mdt_verdicts){ 0 };
	column->executed = (struct mdt_plan){ 0 };
	column->end = (struct machine_end){ 0 };
}

void replay_columns_deinit(struct replay_columns *columns)
{
	for (size_t i = 0; i < columns->count; i++) {
		replay_column_forget(&columns->items[i]);
		mdt_buf_deinit(&columns->items[i].name);
		machine_deinit(&columns->items[i].machine);
	}
	free(columns->items);
	*columns = (struct replay_columns){ 0 };
}

struct mdt_error *replay_columns_freshen(struct replay_columns *columns)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < columns->count; i++)
		err = machine_freshen(&columns->items[i].machine);
	return err;
}

/* ---- a run on each ---- */

struct mdt_error *replay_column_run(struct replay_column *column,
				    const struct mdt_plan *plan)
{
	struct mdt_verdict_input input = { .plan = plan, .executed = &column->executed };
	struct mdt_error *err;

	replay_column_forget(column);
	// Of another machine or another time: what the log says of its end is all there
	// is.
	column->end.outcome = MDT_VM_FINISHED;
	err = column->executed_log
		      ? mdt_executed_read(column->executed_log, &column->executed)
		      : machine_run(&column->machine, plan, column->options,
				    &column->executed, &column->end);
	if (err)
		return err;
	column->run = (struct mdt_run){ .end = run_ends[column->end.outcome],
					.why = mdt_buf_slice(&column->end.why),
					.console = mdt_buf_slice(&column->end.console) };
	input.run = &column->run;
	return mdt_verdicts_make(&input, &column->verdicts);
}

struct mdt_error *replay_columns_run(struct replay_columns *columns,
				     const struct mdt_plan *plan)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < columns->count; i++)
		err = replay_column_run(&columns->items[i], plan);
	return err;
}

/* ---- their names ---- */

static bool is_taken(const struct replay_columns *columns, size_t index)
{
	struct mdt_slice name = mdt_buf_slice(&columns->items[index].name);

	for (size_t i = 0; i < index; i++)
		if (mdt_slice_eq(mdt_buf_slice(&columns->items[i].name), name))
			return true;
	return false;
}

// By what the guest says of itself; kernels of one release also by where they are, and
// one that is given twice by its number.
static void name_column(struct replay_columns *columns, size_t index)
{
	struct replay_column *it = &columns->items[index];
	const char *where = it->executed_log ? it->executed_log : it->kernel;

	mdt_buf_add(&it->name, it->verdicts.kernel.len ? it->verdicts.kernel
						       : SLICE("unknown kernel"));
	if (is_taken(columns, index) && where)
		mdt_buf_printf(&it->name, " (%s)", where);
	if (is_taken(columns, index))
		mdt_buf_printf(&it->name, " #%zu", index + 1);
}

struct mdt_error *replay_columns_table(struct replay_columns *columns,
				       struct mdt_replay_column **ret)
{
	*ret = calloc(columns->count, sizeof(**ret));
	if (!*ret)
		return &mdt_enomem;
	for (size_t i = 0; i < columns->count; i++) {
		struct replay_column *it = &columns->items[i];

		name_column(columns, i);
		if (it->name.failed)
			return &mdt_enomem;
		(*ret)[i] =
			(struct mdt_replay_column){ .verdicts = &it->verdicts,
						    .name = mdt_buf_slice(&it->name) };
	}
	return NULL;
}
