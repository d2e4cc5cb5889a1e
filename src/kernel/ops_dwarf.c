// SPDX-License-Identifier: MIT
#include <elfutils/libdwfl.h>
#include <dwarf.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/ops_parts.h"
#include "vm/file.h"

// libdwfl relocates the debug info of a module, which is not linked; it wants a file.
static int open_copy(struct mdt_slice bytes)
{
	int fd = memfd_create("mdtrace-object", MFD_CLOEXEC);

	if (fd >= 0 && !mdt_file_write(fd, bytes))
		mdt_closep(&fd);
	return fd;
}

static bool is_definition(Dwarf_Die *die)
{
	return dwarf_tag(die) == DW_TAG_variable && dwarf_hasattr(die, DW_AT_location);
}

static struct mdt_error *keep_variable(struct mdt_ops_reading *reading, Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);
	struct mdt_slice copy;
	Dwarf_Attribute attr;
	Dwarf_Die *kept, type;

	if (!name || !dwarf_attr_integrate(die, DW_AT_type, &attr) ||
	    !dwarf_formref_die(&attr, &type))
		return NULL;
	kept = mdt_arena_new(reading->arena, Dwarf_Die);
	if (!kept || !mdt_arena_copy(reading->arena, mdt_slice_cstr(name), &copy))
		return &mdt_enomem;
	*kept = type;
	return mdt_map_set_text(&reading->variables, copy, kept) ? NULL : &mdt_enomem;
}

static struct mdt_error *read_unit(struct mdt_ops_reading *reading, Dwarf_Die *unit)
{
	struct mdt_error *err = NULL;
	Dwarf_Die die;

	if (dwarf_child(unit, &die) != 0)
		return NULL;
	do
		if (is_definition(&die))
			err = keep_variable(reading, &die);
	while (!err && dwarf_siblingof(&die, &die) == 0);
	return err;
}

struct mdt_error *mdt_ops_dwarf_init(struct mdt_ops_reading *reading)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.section_address = dwfl_offline_section_address,
	};
	struct mdt_kernel_object *object = reading->object;
	struct mdt_error *err = NULL;
	Dwfl_Module *module;
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;
	int fd;

	if (!mdt_kernel_elf_section(&object->elf, SLICE(".debug_info")))
		return NULL;
	fd = open_copy(mdt_buf_slice(&object->bytes));
	if (fd < 0)
		return mdt_error_os(errno, "%s: a copy in memory", object->path);
	reading->dwfl = dwfl_begin(&callbacks);
	module = reading->dwfl
			 ? dwfl_report_offline(reading->dwfl, "object", object->path, fd)
			 : NULL;
	if (!module) { // it did not take the descriptor
		close(fd);
		return mdt_error_create(MDT_ERR_DWARF, "%s: %s", object->path,
					dwfl_errmsg(-1));
	}
	dwfl_report_end(reading->dwfl, NULL, NULL);
	while (!err && (unit = dwfl_module_nextcu(module, unit, &bias)))
		err = read_unit(reading, unit);
	return err;
}

void mdt_ops_dwarf_deinit(struct mdt_ops_reading *reading)
{
	mdt_map_deinit(&reading->variables);
	if (reading->dwfl)
		dwfl_end(reading->dwfl);
	reading->dwfl = NULL;
}
