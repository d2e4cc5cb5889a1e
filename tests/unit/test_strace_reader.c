// SPDX-License-Identifier: MIT
// A log, and an event for each of its lines; describe.h has the notation.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>

#include "describe.h"
#include "params.h"
#include "strace/reader.h"

static const struct {
	const char *what, *name;
	struct mdt_slice log;
	const char *events; // a line each: its number, and what it is
} logs[] = {
	{ "resumed, with the arguments of both lines", "log",
	  SLICE_INIT("1  read(3,  <unfinished ...>\n"
		     "2  close(4) = 0\n"
		     "1  <... read resumed>\"x\", 1) = 1\n"),
	  "1 unfinished (call read 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "2 call (call close 4) -> 0 | pid 2\n"
	  "3 resumed (call read 3 \"x\" 1) -> 1 | pid 1 | began 1 | tail \"x\", 1) = 1\n" },
	{ "resumed, as strace before 5.2 wrote it", "log",
	  SLICE_INIT(
		  "1  read(3,  <unfinished ...>\n"
		  "1  <... read resumed> \"x\", 1) = 1\n"
		  "1  wait4(-1,  <unfinished ...>\n"
		  "1  <... wait4 resumed> [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 5\n"
		  "1  futex(0x7f, FUTEX_WAIT, 1, NULL <unfinished ...>\n"
		  "1  <... futex resumed> ) = -1 EAGAIN (Resource temporarily unavailable)\n"
		  "1  vfork( <unfinished ...>\n"
		  "1  <... vfork resumed> ) = 2\n"),
	  "1 unfinished (call read 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "2 resumed (call read 3 \"x\" 1) -> 1 | pid 1 | began 1 | tail  \"x\", 1) = 1\n"
	  "3 unfinished (call wait4 -1)! | pid 1 | interrupted <unfinished ...>\n"
	  "4 resumed (call wait4 -1 (array (struct (expr  &&  (call WIFEXITED s) (call WEXITSTATUS s) 0))) 0 NULL) -> 5 | pid 1 | began 3 | tail  [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 5\n"
	  "5 unfinished (call futex 127:hex FUTEX_WAIT 1 NULL)! | pid 1 | interrupted <unfinished ...>\n"
	  "6 resumed (call futex 127:hex FUTEX_WAIT 1 NULL) -> -1 | error EAGAIN | means Resource temporarily unavailable | pid 1 | began 5 | tail  ) = -1 EAGAIN (Resource temporarily unavailable)\n"
	  "7 unfinished (call vfork)! | pid 1 | interrupted <unfinished ...>\n"
	  "8 resumed (call vfork) -> 2 | pid 1 | began 7 | tail  ) = 2\n" },
	{ "without an argument of its own", "log",
	  SLICE_INIT("1  close(3 <unfinished ...>\n"
		     "1  <... close resumed>) = 0 <0.000116>\n"
		     "1  vfork( <unfinished ...>\n"
		     "1  <... vfork resumed>) = 2\n"),
	  "1 unfinished (call close 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "2 resumed (call close 3) -> 0 | took 0.000116 | pid 1 | began 1 | tail ) = 0 <0.000116>\n"
	  "3 unfinished (call vfork)! | pid 1 | interrupted <unfinished ...>\n"
	  "4 resumed (call vfork) -> 2 | pid 1 | began 3 | tail ) = 2\n" },
	{ "a pid is used again", "log",
	  SLICE_INIT("1  read(3,  <unfinished ...>\n"
		     "1  +++ killed by SIGKILL +++\n"
		     "1  read(4,  <unfinished ...>\n"
		     "1  <... read resumed>\"\", 1) = 0\n"
		     "1  write(1,  <unfinished ...>\n"
		     "1  +++ exited with 0 +++\n"
		     "1  <... write resumed>\"x\", 1) = 1\n"),
	  "1 unfinished (call read 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "2 exit (group SIGKILL) | pid 1\n"
	  "3 unfinished (call read 4)! | pid 1 | interrupted <unfinished ...>\n"
	  "4 resumed (call read 4 \"\" 1) -> 0 | pid 1 | began 3 | tail \"\", 1) = 0\n"
	  "5 unfinished (call write 1)! | pid 1 | interrupted <unfinished ...>\n"
	  "6 exit (group 0) | pid 1\n"
	  "7 resumed (call write \"x\" 1) -> 1 | pid 1 | tail \"x\", 1) = 1\n" },
	{ "never resumed, and another call begins", "log",
	  SLICE_INIT("1  read(3,  <unfinished ...>\n"
		     "1  close(4) = 0\n"
		     "1  <... read resumed>\"\", 1) = 0\n"),
	  "1 unfinished (call read 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "2 call (call close 4) -> 0 | pid 1\n"
	  "3 resumed (call read \"\" 1) -> 0 | pid 1 | tail \"\", 1) = 0\n" },
	{ "resumed, but never begun", "log",
	  SLICE_INIT("1  <... read resumed>\"x\", 1) = 1\n"
		     "2  <... ioctl resumed>) = 0\n"),
	  "1 resumed (call read \"x\" 1) -> 1 | pid 1 | tail \"x\", 1) = 1\n"
	  "2 resumed (call ioctl) -> 0 | pid 2 | tail ) = 0\n" },
	{ "resumed by a name that is another call's", "log",
	  SLICE_INIT("1  read(3,  <unfinished ...>\n"
		     "1  <... close resumed>) = 0\n"),
	  "1 unfinished (call read 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "2 resumed (call close) -> 0 | pid 1 | tail ) = 0\n" },
	{ "no pid, and then one", "log",
	  SLICE_INIT("read(3,  <unfinished ...>\n"
		     "strace: Process 2 attached\n"
		     "[pid     2] close(4) = 0\n"
		     "[pid     1] <... read resumed>\"x\", 1) = 1\n"),
	  "1 unfinished (call read 3)! | interrupted <unfinished ...>\n"
	  "2 message\n"
	  "3 call (call close 4) -> 0 | pid 2\n"
	  "4 resumed (call read 3 \"x\" 1) -> 1 | pid 1 | began 1 | tail \"x\", 1) = 1\n" },
	{ "a pid, and then none", "log",
	  SLICE_INIT("[pid     1] read(3,  <unfinished ...>\n"
		     "[pid     2] +++ exited with 0 +++\n"
		     "<... read resumed>\"x\", 1) = 1\n"),
	  "1 unfinished (call read 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "2 exit (group 0) | pid 2\n"
	  "3 resumed (call read 3 \"x\" 1) -> 1 | began 1 | tail \"x\", 1) = 1\n" },
	{ "two calls that are open at once", "log",
	  SLICE_INIT("1  read(3,  <unfinished ...>\n"
		     "2  read(4,  <unfinished ...>\n"
		     "2  <... read resumed>\"b\", 1) = 1\n"
		     "1  <... read resumed>\"a\", 1) = 1\n"),
	  "1 unfinished (call read 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "2 unfinished (call read 4)! | pid 2 | interrupted <unfinished ...>\n"
	  "3 resumed (call read 4 \"b\" 1) -> 1 | pid 2 | began 2 | tail \"b\", 1) = 1\n"
	  "4 resumed (call read 3 \"a\" 1) -> 1 | pid 1 | began 1 | tail \"a\", 1) = 1\n" },
	{ "superseded by execve", "log",
	  SLICE_INIT(
		  "1  pause( <unfinished ...>\n"
		  "2  execve(\"/bin/x\", [\"x\"], 0x7ffe /* 1 var */ <unfinished ...>\n"
		  "1  +++ superseded by execve in pid 2 +++\n"
		  "1  <... execve resumed>) = 0\n"),
	  "1 unfinished (call pause)! | pid 1 | interrupted <unfinished ...>\n"
	  "2 unfinished (call execve \"/bin/x\" (array \"x\") 32766:hex{comment 1 var})! | pid 2 | interrupted <unfinished ...>\n"
	  "3 superseded (group 2) | pid 1\n"
	  "4 resumed (call execve \"/bin/x\" (array \"x\") 32766:hex{comment 1 var}) -> 0 | pid 1 | began 2 | tail ) = 0\n" },
	{ "the other half of a call makes no sense", "log",
	  SLICE_INIT("1  read(3,  <unfinished ...>\n"
		     "1  <... read resumed>\"x) = 1\n"),
	  "1 unfinished (call read 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "2 unknown (call read 3) | pid 1 | began 1 | tail \"x) = 1 | column 29: a closing quote\n" },
	{ "the program's output in the middle of its write()", "log",
	  SLICE_INIT(
		  "write(2, \"mdadm: Defaulting to version 1.2\"..., 42mdadm: Defaulting to version 1.2 metadata\n"
		  ") = 42\n"
		  "close(3) = 0\n"),
	  "1 unfinished (call write 2 \"mdadm: Defaulting to version 1.2\"... 42)! | output mdadm: Defaulting to version 1.2 metadata\n"
	  "2 resumed (call write 2 \"mdadm: Defaulting to version 1.2\"... 42) -> 42 | began 1 | tail ) = 42\n"
	  "3 call (call close 3) -> 0\n" },
	{ "the same, all of it in the log", "log",
	  SLICE_INIT("write(1, \"hello\\n\", 6hello\n"
		     ") = 6\n"
		     "write(1, \"hi\", 2hi) = 2\n"
		     "write(1, \"5\\n\", 25\n"
		     ") = 2\n"),
	  "1 unfinished (call write 1 \"hello\\x0a\" 6)! | output hello\n"
	  "2 resumed (call write 1 \"hello\\x0a\" 6) -> 6 | began 1 | tail ) = 6\n"
	  "3 call (call write 1 \"hi\" 2) -> 2 | tail ) = 2 | output hi\n"
	  "4 unfinished (call write 1 \"5\\x0a\" 2)! | output 5\n"
	  "5 resumed (call write 1 \"5\\x0a\" 2) -> 2 | began 4 | tail ) = 2\n" },
	{ "-c", "log",
	  SLICE_INIT(
		  "% time     seconds  usecs/call     calls    errors syscall\n"
		  "------ ----------- ----------- --------- --------- ----------------\n"
		  " 61.11    0.000011           1         9         2 openat\n"
		  " 38.89    0.000007           0        17           ioctl\n"
		  "------ ----------- ----------- --------- --------- ----------------\n"
		  "100.00    0.000018           0        26         2 total\n"),
	  "1 table\n"
	  "2 table\n"
	  "3 table\n"
	  "4 table\n"
	  "5 table\n"
	  "6 table\n" },
	{ "-c behind the calls", "log",
	  SLICE_INIT(
		  "close(3) = 0\n"
		  "+++ exited with 0 +++\n"
		  "% time     seconds  usecs/call     calls    errors syscall\n"
		  "------ ----------- ----------- --------- --------- ----------------\n"
		  "100.00    0.000007           0        17           close\n"
		  "------ ----------- ----------- --------- --------- ----------------\n"
		  "100.00    0.000007           0        17           total\n"),
	  "1 call (call close 3) -> 0\n"
	  "2 exit (group 0)\n"
	  "3 table\n"
	  "4 table\n"
	  "5 table\n"
	  "6 table\n"
	  "7 table\n" },
	{ "-c -U: other columns in another order, and where the table ends", "log",
	  SLICE_INIT("syscall              calls\n"
		     "---------------- ---------\n"
		     "ioctl                   17\n"
		     "---------------- ---------\n"
		     "total                   17\n"
		     "what is this\n"),
	  "1 table\n"
	  "2 table\n"
	  "3 table\n"
	  "4 table\n"
	  "5 table\n"
	  "6 unknown | column 1: a system call, a signal or an exit\n" },
	{ "-e kvm=vcpu: what KVM_RUN shared", "log",
	  SLICE_INIT("ioctl(13<anon_inode:kvm-vcpu:0>, KVM_RUN, 0) = 0 (KVM_EXIT_IO)\n"
		     " VCPU:0< {request_interrupt_window=0, exit_reason=0}\n"
		     " VCPU:0> {request_interrupt_window=0, exit_reason=2}\n"
		     " VCPU> {request_interrupt_window=0, exit_reason=2}\n"),
	  "1 call (call ioctl 13{path anon_inode:kvm-vcpu:0} KVM_RUN 0) -> 0 | aux (group KVM_EXIT_IO)\n"
	  "2 dump\n"
	  "3 dump\n"
	  "4 dump\n" },
	{ "the kernel says something while a call runs", "log",
	  SLICE_INIT("1  ioctl(3, RUN_ARRAY <unfinished ...>\n"
		     "[  142.077921] md/raid1:md0: active with 2 out of 2 mirrors\n"
		     "<4>[  142.078000][ T1234] ------------[ cut here ]------------\n"
		     "invalid opcode: 0000 [#1] SMP\n"
		     "1 lock held by mdadm/1:\n"
		     "---[ end trace 0000000000000000 ]---\n"
		     "what is this\n"
		     "1  <... ioctl resumed>, 0) = 0\n"
		     " ? md_ioctl+0x1c2/0x9d0 [md_mod]\n"),
	  "1 unfinished (call ioctl 3 RUN_ARRAY)! | pid 1 | interrupted <unfinished ...>\n"
	  "2 kernel | began 1\n"
	  "3 kernel | began 1\n"
	  "4 kernel\n"
	  "5 kernel\n"
	  "6 kernel\n"
	  "7 unknown | column 1: a system call, a signal or an exit\n"
	  "8 resumed (call ioctl 3 RUN_ARRAY 0) -> 0 | pid 1 | began 1 | tail , 0) = 0\n"
	  "9 kernel\n" },
	{ "CRLF", "log",
	  SLICE_INIT("close(3) = 0\r\n"
		     "1  read(3,  <unfinished ...>\r\n"
		     "1  <... read resumed>\"x\", 1) = 1\r\n"),
	  "1 call (call close 3) -> 0\n"
	  "2 unfinished (call read 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "3 resumed (call read 3 \"x\" 1) -> 1 | pid 1 | began 2 | tail \"x\", 1) = 1\n" },
	{ "NULs", "log",
	  SLICE_INIT("close(3) = 0\n"
		     "read(3, \"a\0"
		     "b\", 3) = 3\n"
		     "\x00\n"
		     "close(4) = 0\n"),
	  "1 call (call close 3) -> 0\n"
	  "2 call (call read 3 \"a\\x00b\" 3) -> 3\n"
	  "3 unknown | column 1: a system call, a signal or an exit\n"
	  "4 call (call close 4) -> 0\n" },
	{ "no end of the last line", "log",
	  SLICE_INIT("close(3) = 0\n"
		     "close(4) = 0"),
	  "1 call (call close 3) -> 0\n"
	  "2 call (call close 4) -> 0\n" },
	{ "the log ends in a call", "log",
	  SLICE_INIT("close(3) = 0\n"
		     "ioctl(3, 0x932, {a=1, b"),
	  "1 call (call close 3) -> 0\n"
	  "2 unfinished (call ioctl 3 2354:hex (struct a=1 b)!)!\n" },
	{ "the log ends in a string", "log", SLICE_INIT("write(1, \"abc"),
	  "1 unfinished (call write 1)\n" },
	{ "empty lines", "log",
	  SLICE_INIT("\n"
		     "\n"
		     "close(3) = 0\n"
		     "\n"),
	  "1 blank\n"
	  "2 blank\n"
	  "3 call (call close 3) -> 0\n"
	  "4 blank\n" },
	{ "columns of what is not understood", "log",
	  SLICE_INIT("close(3) = 0\n"
		     "12  close(3) 0\n"
		     "x\n"
		     "12  --- SIGCHLD\n"
		     "12  close(3) = x\n"),
	  "1 call (call close 3) -> 0\n"
	  "2 unknown (call close 3) | pid 12 | column 14: '= ' and a result\n"
	  "3 unknown | column 1: a system call, a signal or an exit\n"
	  "4 unknown | pid 12 | column 16: ' ---'\n"
	  "5 unknown (call close 3) | pid 12 | column 16: a number or '?'\n" },
	{ "the same line again and again", "log",
	  SLICE_INIT("ioctl(3, 0x932) = 0\n"
		     "ioctl(3, 0x932) = 0\n"
		     "ioctl(3, 0x932) = 0\n"
		     "ioctl(3, 0x932) = 0\n"
		     "ioctl(3, 0x932) = 0\n"),
	  "1 call (call ioctl 3 2354:hex) -> 0\n"
	  "2 call (call ioctl 3 2354:hex) -> 0\n"
	  "3 call (call ioctl 3 2354:hex) -> 0\n"
	  "4 call (call ioctl 3 2354:hex) -> 0\n"
	  "5 call (call ioctl 3 2354:hex) -> 0\n" },
	{ "the same line, and others between", "log",
	  SLICE_INIT("ioctl(3, 0x932) = 0\n"
		     "ioctl(3, 0x932) = 0\n"
		     "ioctl(3, 0x932) = 0\n"
		     "close(3) = 0\n"
		     "ioctl(3, 0x932) = 0\n"
		     "ioctl(3, 0x932) = 0\n"
		     "ioctl(3, 0x932) = 0\n"),
	  "1 call (call ioctl 3 2354:hex) -> 0\n"
	  "2 call (call ioctl 3 2354:hex) -> 0\n"
	  "3 call (call ioctl 3 2354:hex) -> 0\n"
	  "4 call (call close 3) -> 0\n"
	  "5 call (call ioctl 3 2354:hex) -> 0\n"
	  "6 call (call ioctl 3 2354:hex) -> 0\n"
	  "7 call (call ioctl 3 2354:hex) -> 0\n" },
	{ "the same line while a call is open", "log",
	  SLICE_INIT("2  read(3,  <unfinished ...>\n"
		     "1  ioctl(3, 0x932) = 0\n"
		     "1  ioctl(3, 0x932) = 0\n"
		     "1  ioctl(3, 0x932) = 0\n"
		     "1  ioctl(3, 0x932) = 0\n"
		     "2  <... read resumed>\"x\", 1) = 1\n"),
	  "1 unfinished (call read 3)! | pid 2 | interrupted <unfinished ...>\n"
	  "2 call (call ioctl 3 2354:hex) -> 0 | pid 1\n"
	  "3 call (call ioctl 3 2354:hex) -> 0 | pid 1\n"
	  "4 call (call ioctl 3 2354:hex) -> 0 | pid 1\n"
	  "5 call (call ioctl 3 2354:hex) -> 0 | pid 1\n"
	  "6 resumed (call read 3 \"x\" 1) -> 1 | pid 2 | began 1 | tail \"x\", 1) = 1\n" },
	{ "the same line ends a call that its pid had open", "log",
	  SLICE_INIT("1  close(3) = 0\n"
		     "1  close(3) = 0\n"
		     "1  close(3) = 0\n"
		     "1  read(3,  <unfinished ...>\n"
		     "1  close(3) = 0\n"
		     "1  close(3) = 0\n"
		     "1  close(3) = 0\n"
		     "1  <... read resumed>\"x\", 1) = 1\n"),
	  "1 call (call close 3) -> 0 | pid 1\n"
	  "2 call (call close 3) -> 0 | pid 1\n"
	  "3 call (call close 3) -> 0 | pid 1\n"
	  "4 unfinished (call read 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "5 call (call close 3) -> 0 | pid 1\n"
	  "6 call (call close 3) -> 0 | pid 1\n"
	  "7 call (call close 3) -> 0 | pid 1\n"
	  "8 resumed (call read \"x\" 1) -> 1 | pid 1 | tail \"x\", 1) = 1\n" },
	{ "the same unfinished line", "log",
	  SLICE_INIT("1  read(3,  <unfinished ...>\n"
		     "1  <... read resumed>\"x\", 1) = 1\n"
		     "1  read(3,  <unfinished ...>\n"
		     "1  <... read resumed>\"x\", 1) = 1\n"
		     "1  read(3,  <unfinished ...>\n"
		     "1  <... read resumed>\"x\", 1) = 1\n"),
	  "1 unfinished (call read 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "2 resumed (call read 3 \"x\" 1) -> 1 | pid 1 | began 1 | tail \"x\", 1) = 1\n"
	  "3 unfinished (call read 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "4 resumed (call read 3 \"x\" 1) -> 1 | pid 1 | began 3 | tail \"x\", 1) = 1\n"
	  "5 unfinished (call read 3)! | pid 1 | interrupted <unfinished ...>\n"
	  "6 resumed (call read 3 \"x\" 1) -> 1 | pid 1 | began 5 | tail \"x\", 1) = 1\n" },
	{ "the same note, the same fault", "log",
	  SLICE_INIT("close(3) = 0 -----X\n"
		     "close(3) = 0 -----X\n"
		     "close(3) = 0 -----X\n"
		     "close(3) 0\n"
		     "close(3) 0\n"
		     "close(3) 0\n"
		     "+++ exited with 0 +++\n"),
	  "1 call (call close 3) -> 0 | note  -----X\n"
	  "2 call (call close 3) -> 0 | note  -----X\n"
	  "3 call (call close 3) -> 0 | note  -----X\n"
	  "4 unknown (call close 3) | column 10: '= ' and a result\n"
	  "5 unknown (call close 3) | column 10: '= ' and a result\n"
	  "6 unknown (call close 3) | column 10: '= ' and a result\n"
	  "7 exit (group 0)\n" },
	{ "the same line with other ends", "log",
	  SLICE_INIT("close(3) = 0\n"
		     "close(3) = 0\r\n"
		     "close(3) = 0\r\n"
		     "close(3) = 0"),
	  "1 call (call close 3) -> 0\n"
	  "2 call (call close 3) -> 0\n"
	  "3 call (call close 3) -> 0\n"
	  "4 call (call close 3) -> 0\n" },
	{ "the pid in the log's name", "log.1234",
	  SLICE_INIT("close(3) = 0\n"
		     "read(3,  <unfinished ...>\n"
		     "<... read resumed>\"x\", 1) = 1\n"
		     "+++ exited with 0 +++\n"),
	  "1 call (call close 3) -> 0 | pid 1234\n"
	  "2 unfinished (call read 3)! | pid 1234 | interrupted <unfinished ...>\n"
	  "3 resumed (call read 3 \"x\" 1) -> 1 | pid 1234 | began 2 | tail \"x\", 1) = 1\n"
	  "4 exit (group 0) | pid 1234\n" },
	{ "the pid in the line goes first", "log.1234", SLICE_INIT("5  close(3) = 0\n"),
	  "1 call (call close 3) -> 0 | pid 5\n" },
	{ "a name that has no pid", "log.1234/x", SLICE_INIT("close(3) = 0\n"),
	  "1 call (call close 3) -> 0\n" },
	{ "the log's own pid, the same line", "dir.5/log.7",
	  SLICE_INIT("close(3) = 0\n"
		     "close(3) = 0\n"
		     "close(3) = 0\n"
		     "close(3) = 0\n"),
	  "1 call (call close 3) -> 0 | pid 7\n"
	  "2 call (call close 3) -> 0 | pid 7\n"
	  "3 call (call close 3) -> 0 | pid 7\n"
	  "4 call (call close 3) -> 0 | pid 7\n" },
	{ "a stack in a call", "log",
	  SLICE_INIT("read(3, \"x\", 1) = 1\n"
		     " > /lib/libc.so.6(read+0xd) [0xf82ad]\n"
		     " > /bin/x() [0x1]\n"
		     "\n"),
	  "1 call (call read 3 \"x\" 1) -> 1\n"
	  "2 stack\n"
	  "3 stack\n"
	  "4 blank\n" },
	{ "a stack of -kk in a call", "log",
	  SLICE_INIT(
		  "read(3, \"x\", > /lib/libc.so.6(read+0xd) [0xf82ad] ../io/read.c:26\n"
		  " > /bin/x() [0x1]\n"),
	  "1 unfinished (call read 3 \"x\")! | interrupted > "
	  "/lib/libc.so.6(read+0xd) [0xf82ad] ../io/read.c:26\n"
	  "2 stack\n" },
	{ "colors", "log",
	  SLICE_INIT("\033[1mioctl\033[0m(3, 0x932) = 0\n"
		     "\033[31mclose\033[0m(3 = 0\n"),
	  "1 call (call ioctl 3 2354:hex) -> 0\n"
	  "2 unknown (call close (expr  =  3 0))! | column 21: ')'\n" },
	{ "messages in the middle of a call", "log",
	  SLICE_INIT("clone(child_stack=NULL, flags=SIGCHLDstrace: Process 5 attached\n"
		     ") = 5\n"),
	  "1 unfinished (call clone child_stack=NULL flags=SIGCHLD)! | output strace: Process 5 attached\n"
	  "2 resumed (call clone child_stack=NULL flags=SIGCHLD) -> 5 | began 1 | tail ) = 5\n" },
};

static void describe_log(const char *name, struct mdt_slice log, struct mdt_buf *ret)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_event event;
	bool got;

	cr_assert_null(mdt_reader_create_memory(name, log, &reader));
	for (;;) {
		cr_assert_null(mdt_reader_next(reader, &event, &got));
		if (!got)
			break;
		mdt_buf_printf(ret, "%lu ", event.line);
		describe_event(&event, ret);
		mdt_buf_addc(ret, '\n');
	}
}

ParameterizedTestParameters(strace_reader, log)
{
	return index_params(logs);
}

ParameterizedTest(size_t *i, strace_reader, log)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	describe_log(logs[*i].name, logs[*i].log, &text);
	cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(&text), logs[*i].events),
		  "%s:\n%.*s--- should be ---\n%s", logs[*i].what,
		  SLICE_FMT(mdt_buf_slice(&text)), logs[*i].events);
}

// The lines and their ends, put together, are the log.
ParameterizedTestParameters(strace_reader, nothing_is_lost)
{
	return index_params(logs);
}

ParameterizedTest(size_t *i, strace_reader, nothing_is_lost)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_event event;
	bool got;

	cr_assert_null(mdt_reader_create_memory(logs[*i].name, logs[*i].log, &reader));
	while (!mdt_reader_next(reader, &event, &got) && got) {
		mdt_buf_add(&text, event.raw);
		mdt_buf_add(&text, event.eol);
	}
	cr_expect(mdt_slice_eq(mdt_buf_slice(&text), logs[*i].log), "%s:\n%.*s",
		  logs[*i].what, SLICE_FMT(mdt_buf_slice(&text)));
}

Test(strace_reader, an_empty_log_has_no_lines)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_event event;
	bool got = true;

	cr_assert_null(mdt_reader_create_memory("log", SLICE(""), &reader));
	for (int round = 0; round < 2; round++) {
		cr_expect_null(mdt_reader_next(reader, &event, &got));
		cr_expect_not(got);
	}
}

// What is left of the line is no text at all.
Test(strace_reader, a_line_of_nothing_but_color)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_event event;
	bool got;

	cr_assert_null(mdt_reader_create_memory("log", SLICE("\33[m"), &reader));
	cr_assert_null(mdt_reader_next(reader, &event, &got));
	cr_assert(got);
	cr_expect_eq(event.raw.len, 3);
	cr_assert_null(mdt_reader_next(reader, &event, &got));
	cr_expect_not(got);
}

static void next(struct mdt_reader *reader, struct mdt_event *event)
{
	bool got;

	cr_assert_null(mdt_reader_next(reader, event, &got));
	cr_assert(got);
}

Test(strace_reader, counts_the_calls_that_are_open)
{
	static const size_t open[] = { 1, 2, 2, 1, 1, 0, 0 };
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_event event;

	cr_assert_null(
		mdt_reader_create_memory("log",
					 SLICE("1  read(3,  <unfinished ...>\n"
					       "2  read(3,  <unfinished ...>\n"
					       "3  close(3) = 0\n"
					       "1  <... read resumed>\"x\", 1) = 1\n"
					       "2  read(4,  <unfinished ...>\n"
					       "2  +++ killed by SIGKILL +++\n"
					       "2  +++ exited with 0 +++\n"),
					 &reader));
	for (size_t i = 0; i < array_size(open); i++) {
		next(reader, &event);
		cr_expect_eq(mdt_reader_unfinished(reader), open[i], "line %zu", i + 1);
	}
}

Test(strace_reader, says_what_the_end_of_a_line_was)
{
	static const char *const ends[] = { "\n", "\r\n", "\r\n", "" };
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_event event;

	cr_assert_null(mdt_reader_create_memory("log",
						SLICE("close(3) = 0\nclose(3) = 0\r\n"
						      "close(3) = 0\r\nclose(3) = 0"),
						&reader));
	for (size_t i = 0; i < array_size(ends); i++) {
		next(reader, &event);
		cr_expect(mdt_slice_eq_cstr(event.eol, ends[i]), "line %zu", i + 1);
		cr_expect(mdt_slice_eq(event.raw, SLICE("close(3) = 0")));
	}
}

Test(strace_reader, pid_of_the_name)
{
	static const struct {
		const char *name;
		uint32_t pid;
	} names[] = {
		{ "log.1234", 1234 },
		{ "a.b/log.7", 7 },
		{ "log", 0 },
		{ "log.x", 0 },
		{ "log.1/x", 0 },
		{ "log.", 0 },
		{ "log.4294967295", UINT32_MAX },
		{ "log.4294967296", 0 },
		{ "log.12x", 0 },
		{ "log.0", 0 },
	};

	array_for_each (it, names) {
		_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;

		cr_assert_null(mdt_reader_create_memory(it->name, SLICE(""), &reader));
		cr_expect_eq(mdt_reader_pid(reader), it->pid, "%s", it->name);
	}
}

// Each of many threads is in a call when the next begins its own, and all come back.
Test(strace_reader, many_calls_open_at_once)
{
	enum { THREADS = 2000 };
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };
	struct mdt_event event;

	for (int i = 1; i <= THREADS; i++)
		mdt_buf_printf(&log, "%d  futex(0x%x,  <unfinished ...>\n", i, i);
	for (int i = THREADS; i >= 1; i--)
		mdt_buf_printf(&log, "%d  <... futex resumed>%d) = 0\n", i, i + 1);
	cr_assert_null(mdt_reader_create_memory("log", mdt_buf_slice(&log), &reader));
	for (int i = 1; i <= THREADS; i++)
		next(reader, &event);
	cr_expect_eq(mdt_reader_unfinished(reader), THREADS);
	for (uint64_t i = THREADS; i >= 1; i--) {
		uint64_t first = 0, second = 0;

		next(reader, &event);
		cr_assert_eq(event.kind, MDT_EVENT_RESUMED);
		cr_expect_eq(event.began, i);
		cr_expect(mdt_ref_u64(mdt_event_arg(&event, 0), &first));
		cr_expect(mdt_ref_u64(mdt_event_arg(&event, 1), &second));
		cr_expect_eq(first, i);
		cr_expect_eq(second, i + 1);
	}
	cr_expect_eq(mdt_reader_unfinished(reader), 0);
}

// A repeated line is not parsed again, but its event must be that of a line of its own.
Test(strace_reader, a_repeated_line_is_as_good_as_the_first)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };
	struct mdt_event event;
	uint64_t number;

	for (int i = 0; i < 100; i++)
		mdt_buf_adds(&log, "7  ioctl(3, 0x932, \"x\") = 5 (y) <0.1> -- z\n");
	cr_assert_null(mdt_reader_create_memory("log", mdt_buf_slice(&log), &reader));
	for (unsigned long i = 1; i <= 100; i++) {
		next(reader, &event);
		cr_expect_eq(event.line, i);
		cr_expect_eq(event.kind, MDT_EVENT_CALL);
		cr_expect_eq(event.prefix.pid, 7);
		cr_expect_eq(event.raw.str, log.str + (i - 1) * log.len / 100);
		cr_expect(mdt_ref_u64(mdt_event_arg(&event, 1), &number));
		cr_expect_eq(number, 0x932);
		cr_expect(mdt_slice_eq(mdt_ref_inside(mdt_event_arg(&event, 2)),
				       SLICE("x")));
		cr_expect(mdt_ref_u64(event.result.value, &number));
		cr_expect_eq(number, 5);
		cr_expect(mdt_ref_ok(event.result.aux));
		cr_expect(mdt_slice_eq(event.note, SLICE(" -- z")));
		cr_expect(mdt_slice_eq(event.result.duration, SLICE("0.1")));
	}
}
