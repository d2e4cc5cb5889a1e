/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What we ask of QEMU on its monitor (docs/interop/qmp-spec of QEMU): to put a machine's
 * state aside, and to take it up again. RAM that is shared with us is not part of the
 * state (the capability x-ignore-shared, QEMU 3.1 and later).
 */
#ifndef MDT_VM_QMP_H
#define MDT_VM_QMP_H

#include "base/error.h"

/**
 * Stop the machine and have its state written; it stands still after that, also after an
 * error.
 * @param monitor A socket, of which nothing was read yet.
 * @param state A descriptor to write to.
 * @return NULL, or MDT_ERR_OS with what QEMU says, or that it says nothing.
 */
struct mdt_error *mdt_qmp_save(int monitor, int state, int timeout_ms) MUST_CHECK;

/** Let it go on. */
struct mdt_error *mdt_qmp_resume(int monitor, int timeout_ms) MUST_CHECK;

/**
 * Ask a QEMU that was started with `-incoming defer` to take a state up, and to go on.
 * @param state Its descriptor, in QEMU.
 * @return NULL: it was asked; see mdt_qmp_wait_loaded().
 */
struct mdt_error *mdt_qmp_load(int monitor, int state) MUST_CHECK;

/** Wait until it has, and goes on. */
struct mdt_error *mdt_qmp_wait_loaded(int monitor, int timeout_ms) MUST_CHECK;

#endif
