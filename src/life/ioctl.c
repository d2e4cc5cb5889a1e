// SPDX-License-Identifier: MIT
/* An ioctl of md's as a call of the model. */
#include "life/parts.h"

/* ---- arguments ---- */

static bool field(const struct mdt_annotation *annotation, struct mdt_slice name,
		  int32_t *ret)
{
	uint64_t value;

	if (!annotation->has_in || !mdt_value_get(&annotation->in, name, &value))
		return false;
	*ret = (int32_t)value;
	return true;
}

static int32_t field_or_unknown(const struct mdt_annotation *annotation,
				struct mdt_slice name)
{
	int32_t value = MDT_MODEL_UNKNOWN;

	field(annotation, name, &value);
	return value;
}

static void read_info(const struct mdt_annotation *annotation, struct mdt_model_info *ret)
{
	*ret = (struct mdt_model_info){
		.major_version = field_or_unknown(annotation, SLICE("major_version")),
		.minor_version = field_or_unknown(annotation, SLICE("minor_version")),
		.level = field_or_unknown(annotation, SLICE("level")),
		.size = field_or_unknown(annotation, SLICE("size")),
		.raid_disks = field_or_unknown(annotation, SLICE("raid_disks")),
		.not_persistent = field_or_unknown(annotation, SLICE("not_persistent")),
		.state = field_or_unknown(annotation, SLICE("state")),
		.layout = field_or_unknown(annotation, SLICE("layout")),
		.chunk_size = field_or_unknown(annotation, SLICE("chunk_size")),
		.same_ctime = MDT_UNSURE,
	};
}

static bool is_null(struct mdt_ref ref)
{
	uint64_t value;

	return mdt_slice_eq(mdt_ref_text(ref), SLICE("NULL")) ||
	       (mdt_ref_u64(ref, &value) && !value);
}

static void read_array_info(const struct mdt_event *event,
			    const struct mdt_annotation *annotation,
			    struct mdt_model_call *call, struct mdt_buf *text)
{
	if (annotation->has_in) {
		call->has_info = true;
		read_info(annotation, &call->info);
	} else if (is_null(mdt_event_arg(event, 2))) {
		call->has_info = true; // as a struct of zeros
		call->info.same_ctime = MDT_UNSURE;
	}
	if (!call->has_info || call->info.raid_disks == MDT_MODEL_UNKNOWN)
		return;
	if (call->info.raid_disks == 0)
		mdt_buf_printf(text, " version %d.%d", call->info.major_version,
			       call->info.minor_version);
	else
		mdt_buf_printf(text, " level %d, %d disks", call->info.level,
			       call->info.raid_disks);
}

static void name_device(struct mdt_life *states, const struct mdt_model_call *call)
{
	const struct mdt_device *device =
		mdt_trace_device(&states->annotator.trace, call->major, call->minor);

	mdt_buf_addc(&states->text, ' ');
	if (device)
		mdt_device_name(&states->text, device);
	else
		mdt_buf_printf(&states->text, "%u:%u", call->major, call->minor);
}

static void read_disk_info(struct mdt_life *states,
			   const struct mdt_annotation *annotation,
			   struct mdt_model_call *call)
{
	int32_t major, minor, state;

	if (!field(annotation, SLICE("major"), &major) ||
	    !field(annotation, SLICE("minor"), &minor) ||
	    !field(annotation, SLICE("number"), &call->number) ||
	    !field(annotation, SLICE("raid_disk"), &call->raid_disk) ||
	    !field(annotation, SLICE("state"), &state))
		return;
	call->has_disk_info = call->has_device = true;
	call->major = (uint32_t)major;
	call->minor = (uint32_t)minor;
	call->disk_state = (uint32_t)state;
	mdt_life_learn_size(states, call->major, call->minor);
	name_device(states, call);
	if (call->disk_state & 1 << 0)
		mdt_buf_adds(&states->text, " as faulty");
	else if (call->disk_state & 1 << 2)
		mdt_buf_printf(&states->text, " slot %d in sync", call->raid_disk);
}

static void read_dev(struct mdt_life *states, const struct mdt_event *event,
		     struct mdt_model_call *call)
{
	struct mdt_ref ref = mdt_event_arg(event, 2);
	uint64_t value;

	if (mdt_ref_u64(ref, &value)) {
		call->major = mdt_dev_major(value);
		call->minor = mdt_dev_minor(value);
	} else if (!mdt_devnum_read(ref, &call->major, &call->minor)) {
		return;
	}
	call->has_device = true;
	mdt_life_learn_size(states, call->major, call->minor);
	name_device(states, call);
}

static void read_bitmap_fd(const struct mdt_event *event, struct mdt_model_call *call)
{
	uint64_t value;

	if (mdt_ref_u64(mdt_event_arg(event, 2), &value) && (int32_t)value < 0)
		call->fd = MDT_BITMAP_FD_NONE;
}

static void read_argument(struct mdt_life *states, const struct mdt_event *event,
			  const struct mdt_annotation *annotation,
			  struct mdt_model_call *call)
{
	switch (call->op) {
	case MDT_OP_SET_ARRAY_INFO:
		read_array_info(event, annotation, call, &states->text);
		break;
	case MDT_OP_ADD_NEW_DISK:
		read_disk_info(states, annotation, call);
		break;
	case MDT_OP_HOT_ADD_DISK:
	case MDT_OP_HOT_REMOVE_DISK:
	case MDT_OP_SET_DISK_FAULTY:
		read_dev(states, event, call);
		break;
	case MDT_OP_SET_BITMAP_FILE:
		read_bitmap_fd(event, call);
		break;
	default:
		break;
	}
}

/* ---- what GET_ARRAY_INFO has answered ---- */

static bool agree(int32_t *fact, int32_t seen)
{
	bool agrees = mdt_model_equal(*fact, seen) != MDT_NO;

	*fact = seen;
	return agrees;
}

static bool see_info(struct mdt_model_state *state, const void *seen)
{
	const struct mdt_model_info *info = seen;
	enum mdt_tri persistent = mdt_tri_of(!info->not_persistent);
	bool agrees;

	// Only containers, whose metadata are external, answer without slots.
	if (info->raid_disks == 0) {
		state->external = MDT_YES;
		state->raid_disks = 0;
		state->running = MDT_NO;
		return true;
	}
	agrees = agree(&state->raid_disks, info->raid_disks);

	agrees &= agree(&state->level, info->level);
	agrees &= agree(&state->major_version, info->major_version);
	agrees &= agree(&state->minor_version, info->minor_version);
	agrees &= mdt_tri_and(state->persistent, mdt_tri_not(persistent)) != MDT_YES;
	state->persistent = persistent;
	return agrees;
}

static void see_answer(struct mdt_life *states, struct mdt_life_array *array,
		       const struct mdt_event *event,
		       const struct mdt_annotation *annotation)
{
	struct mdt_annotation answer = *annotation;
	struct mdt_model_info info;

	if (annotation->has_out)
		answer.in = annotation->out;
	answer.has_in = annotation->has_in || annotation->has_out;
	read_info(&answer, &info);
	if (!answer.has_in || info.raid_disks == MDT_MODEL_UNKNOWN)
		return;
	mdt_buf_clear(&states->text);
	mdt_buf_adds(&states->text, "the answer of GET_ARRAY_INFO");
	mdt_buf_clear(&states->result);
	mdt_buf_printf(&states->result, "level %d, %d disks", info.level,
		       info.raid_disks);
	mdt_life_see(states, array, see_info, &info, event->line);
}

/* ---- which ioctl, of which array ---- */

// A descriptor that was open before the log began.
static struct mdt_life_array *array_of_fd(struct mdt_life *states,
					  const struct mdt_event *event)
{
	mdt_buf_clear(&states->other);
	mdt_buf_adds(&states->other, "descriptor ");
	mdt_buf_add(&states->other, mdt_ref_text(mdt_event_arg(event, 0)));
	if (event->prefix.pid)
		mdt_buf_printf(&states->other, " of %u", event->prefix.pid);
	return mdt_life_array(states, mdt_buf_slice(&states->other));
}

// An ioctl of md's own, or one with its type byte.
static bool is_mds(const struct mdt_annotation *annotation, struct mdt_model_call *call)
{
	if (mdt_md_op_find(annotation->name, &call->op))
		return call->op > MDT_OP_OTHER_IOCTL && call->op < MDT_OP_ARRAY_STATE;
	call->op = MDT_OP_OTHER_IOCTL;
	if (annotation->ioctl)
		return strcmp(annotation->ioctl->pack, "md") == 0;
	return annotation->has_request &&
	       (annotation->request >> 8 & 0xff) == MDT_MD_MAJOR;
}

static struct mdt_life_array *array_of_ioctl(struct mdt_life *states,
					     const struct mdt_event *event,
					     const struct mdt_annotation *annotation)
{
	if (annotation->array)
		return mdt_life_array_of(states, annotation->array);
	// mdadm asks other devices, too, whether they are arrays.
	if (annotation->device || annotation->file || mdt_event_failed(event))
		return NULL;
	return array_of_fd(states, event);
}

/* ---- all of it ---- */

// What a plan says of an argument that the log does not have.
static bool derive(struct mdt_life *states, const struct mdt_event *event,
		   const struct mdt_annotation *annotation, struct mdt_model_call *call)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_annotation derived = *annotation;
	struct mdt_error *err;

	if (!annotation->ioctl || !mdt_ioctl_has_payload(annotation->ioctl) ||
	    annotation->ioctl->arg == MDT_ARG_OUT ||
	    !mdt_life_plan_bytes(states, event, 2))
		return false;
	err = mdt_value_decode(annotation->ioctl->type, annotation->ioctl->meaning,
			       mdt_buf_slice(&states->bytes), &arena, &derived.in);
	derived.has_in = !err;
	mdt_error_destroy(err);
	if (derived.has_in)
		read_argument(states, event, &derived, call);
	return derived.has_in;
}

void mdt_life_ioctl(struct mdt_life *states, const struct mdt_event *event,
		    const struct mdt_annotation *annotation)
{
	struct mdt_model_call call = { .op = MDT_OP_OTHER_IOCTL }, derived;
	struct mdt_life_array *array;

	if (!is_mds(annotation, &call))
		return;
	array = array_of_ioctl(states, event, annotation);
	if (!array)
		return;
	mdt_buf_clear(&states->text);
	mdt_buf_add(&states->text, annotation->name);
	read_argument(states, event, annotation, &call);
	if (call.op == MDT_OP_OTHER_IOCTL && mdt_event_succeeded(event))
		mdt_life_kernel_by_answer(states, annotation->name);
	derived = call;
	if (!annotation->has_in && derive(states, event, annotation, &derived))
		mdt_life_apply_event(states, array, &call, &derived, event, NULL);
	else
		mdt_life_apply_event(states, array, &call, NULL, event, NULL);
	if (call.op == MDT_OP_GET_ARRAY_INFO && mdt_event_succeeded(event))
		see_answer(states, array, event, annotation);
}
