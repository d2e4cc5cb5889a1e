#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""failed.py LOG: print the md calls of a log that failed, and what that means.

The library is looked for as libmdtrace.so.0; MDTRACE_LIBRARY is another place.
"""
import ctypes
import os
import sys

lib = ctypes.CDLL(os.environ.get("MDTRACE_LIBRARY", "libmdtrace.so.0"))

POINTER, TEXT = ctypes.c_void_p, ctypes.c_char_p
OUT = ctypes.POINTER(POINTER)


def declare(name, result, *arguments):
    function = getattr(lib, name)
    function.restype, function.argtypes = result, arguments
    return function


def text_of(function, of):
    length = ctypes.c_size_t()
    return ctypes.string_at(function(of, ctypes.byref(length)), length.value).decode(errors="replace")


LENGTH = ctypes.POINTER(ctypes.c_size_t)
error_message = declare("mdtrace_error_message", TEXT, POINTER)
error_free = declare("mdtrace_error_free", None, POINTER)
log_open = declare("mdtrace_log_open", POINTER, TEXT, OUT)
log_next = declare("mdtrace_log_next", POINTER, POINTER, OUT)
log_close = declare("mdtrace_log_close", None, POINTER)
event_line = declare("mdtrace_event_line", ctypes.c_ulong, POINTER)
event_failed = declare("mdtrace_event_failed", ctypes.c_bool, POINTER)
follower_create = declare("mdtrace_follower_create", POINTER, POINTER, POINTER, OUT)
follower_begin = declare("mdtrace_follower_begin", POINTER, POINTER, TEXT)
follower_event = declare("mdtrace_follower_event", POINTER, POINTER, POINTER, OUT)
follower_end = declare("mdtrace_follower_end", POINTER, POINTER)
follower_free = declare("mdtrace_follower_free", None, POINTER)
remark_is_md = declare("mdtrace_remark_is_md", ctypes.c_bool, POINTER)
remark_text = declare("mdtrace_remark_text", POINTER, POINTER, LENGTH)


def check(error):
    if error:
        message = error_message(error).decode()
        error_free(error)
        raise SystemExit(f"failed: {message}")


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: failed.py LOG")
    log, follower, event, remark = (POINTER() for _ in range(4))
    path = os.fsencode(sys.argv[1])
    check(log_open(path, ctypes.byref(log)))
    check(follower_create(None, None, ctypes.byref(follower)))
    check(follower_begin(follower, path))
    while True:
        check(log_next(log, ctypes.byref(event)))
        if not event:
            break
        check(follower_event(follower, event, ctypes.byref(remark)))
        if remark and remark_is_md(remark) and event_failed(event):
            print(f"{event_line(event)}: {text_of(remark_text, remark)}")
    check(follower_end(follower))
    follower_free(follower)
    log_close(log)


main()
