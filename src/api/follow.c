// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "api/parts.h"
#include "life/life.h"

struct mdtrace_follower {
	struct mdt_life life;
	struct mdt_arena names; // of logs
	mdtrace_on_call *on_call;
	void *data;
};

API_SAME(const struct mdtrace_remark, const struct mdt_annotation, api_remark,
	 api_remark_of)
API_SAME(const struct mdtrace_call, const struct mdt_life_call, api_call, api_call_of)

/* ---- the follower ---- */

static void pass_on(void *data, const struct mdt_life_call *call)
{
	const struct mdtrace_follower *follower = data;

	if (follower->on_call)
		follower->on_call(follower->data, api_call(call));
}

struct mdtrace_error *mdtrace_follower_create(mdtrace_on_call *on_call, void *data,
					      struct mdtrace_follower **ret)
{
	struct mdtrace_follower *it = calloc(1, sizeof(*it));
	struct mdt_error *err;

	if (!it)
		return api_error(&mdt_enomem);
	it->on_call = on_call;
	it->data = data;
	err = mdt_life_init(&it->life, mdt_ioctl_builtin(), NULL, pass_on, it);
	it->life.topics |= MDT_TOPIC_IOCTL;
	if (err)
		mdtrace_follower_free(it);
	else
		*ret = it;
	return api_error(err);
}

void mdtrace_follower_free(struct mdtrace_follower *follower)
{
	if (!follower)
		return;
	mdt_life_deinit(&follower->life);
	mdt_arena_deinit(&follower->names);
	free(follower);
}

struct mdtrace_error *mdtrace_follower_set_kernel(struct mdtrace_follower *follower,
						  const char *version)
{
	struct mdt_kernel_match match;

	if (!mdt_kernel_match(mdt_slice_cstr(version), &match))
		return api_error(mdt_error_create(
			MDT_ERR_INVALID, "'%s' is not a kernel's version", version));
	mdt_life_set_kernel(&follower->life, mdt_slice_cstr(version));
	return NULL;
}

struct mdtrace_error *mdtrace_follower_begin(struct mdtrace_follower *follower,
					     const char *name)
{
	struct mdt_slice kept;

	if (!mdt_arena_copy(&follower->names, mdt_slice_from(name, strlen(name) + 1),
			    &kept))
		return api_error(&mdt_enomem);
	mdt_life_begin_log(&follower->life, kept.str, false);
	return NULL;
}

struct mdtrace_error *mdtrace_follower_event(struct mdtrace_follower *follower,
					     const struct mdtrace_event *event,
					     const struct mdtrace_remark **ret)
{
	struct mdt_error *err =
		mdt_life_event(&follower->life, (const struct mdt_event *)event);
	const struct mdt_annotation *remark = err ? NULL : follower->life.annotation;

	*ret = remark && remark->text.len ? api_remark(remark) : NULL;
	return api_error(err);
}

struct mdtrace_error *mdtrace_follower_end(struct mdtrace_follower *follower)
{
	return api_error(mdt_life_end(&follower->life));
}

/* ---- remarks ---- */

const char *mdtrace_remark_text(const struct mdtrace_remark *remark, size_t *len)
{
	return api_text(api_remark_of(remark)->text, len);
}

const char *mdtrace_remark_operation(const struct mdtrace_remark *remark, size_t *len)
{
	return api_text(api_remark_of(remark)->name, len);
}

bool mdtrace_remark_is_md(const struct mdtrace_remark *remark)
{
	return api_remark_of(remark)->topics & MDT_TOPIC_MD;
}

bool mdtrace_remark_device(const struct mdtrace_remark *remark, uint32_t *major,
			   uint32_t *minor)
{
	const struct mdt_device *device = api_remark_of(remark)->device;

	if (!device || device->source == MDT_DEV_UNKNOWN)
		return false;
	*major = device->major;
	*minor = device->minor;
	return true;
}

const char *mdtrace_remark_argument(const struct mdtrace_remark *remark, size_t *len)
{
	return api_text(api_remark_of(remark)->argument, len);
}

const char *mdtrace_remark_meaning(const struct mdtrace_remark *remark, size_t *len)
{
	return api_text(api_remark_of(remark)->means, len);
}

const char *mdtrace_remark_source(const struct mdtrace_remark *remark)
{
	return api_remark_of(remark)->source;
}

/* ---- calls ---- */

const char *mdtrace_call_file(const struct mdtrace_call *call)
{
	return api_call_of(call)->file;
}

unsigned long mdtrace_call_line(const struct mdtrace_call *call)
{
	return api_call_of(call)->line;
}

const char *mdtrace_call_array(const struct mdtrace_call *call, size_t *len)
{
	return api_text(api_call_of(call)->array->name, len);
}

const char *mdtrace_call_text(const struct mdtrace_call *call, size_t *len)
{
	return api_text(api_call_of(call)->text, len);
}

const char *mdtrace_call_result(const struct mdtrace_call *call, size_t *len)
{
	return api_text(api_call_of(call)->result, len);
}

const char *mdtrace_call_predicted(const struct mdtrace_call *call, size_t *len)
{
	return api_text(api_call_of(call)->predicted, len);
}

enum mdtrace_verdict mdtrace_call_verdict(const struct mdtrace_call *call)
{
	static const enum mdtrace_verdict verdicts[MDT_LIFE_VERDICTS] = {
		[MDT_LIFE_AGREES] = MDTRACE_AGREES,
		[MDT_LIFE_POSSIBLE] = MDTRACE_POSSIBLE,
		[MDT_LIFE_NOT_COVERED] = MDTRACE_NOT_COVERED,
		[MDT_LIFE_NO_RESULT] = MDTRACE_NO_RESULT,
		[MDT_LIFE_CONTRADICTS] = MDTRACE_CONTRADICTS,
	};

	return verdicts[api_call_of(call)->verdict];
}

const char *mdtrace_call_before(const struct mdtrace_call *call, size_t *len)
{
	return api_text(api_call_of(call)->before, len);
}

const char *mdtrace_call_after(const struct mdtrace_call *call, size_t *len)
{
	return api_text(api_call_of(call)->after, len);
}
