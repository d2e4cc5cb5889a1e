// SPDX-License-Identifier: MIT
// mdtrace-guest: the first process of the replay VM. It never returns: the kernel panics
// when its first process ends.
#include <fcntl.h>
#include <stdio.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "guest/machine.h"

// On the console, which the host keeps.
static void complain(struct mdt_error *err)
{
	char text[512];
	int n = snprintf(text, sizeof(text), "mdtrace-guest: %s\n", err->message);
	int fd = open("/dev/console", O_WRONLY | O_NOCTTY | O_CLOEXEC);

	mdt_error_destroy(err);
	if (fd < 0 || n < 0)
		return;
	if (write(fd, text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1) < 0)
		return;
}

int main(void)
{
	static struct guest_machine machine;
	struct mdt_error *err;

	if (getpid() != 1 || access("/modules/order", F_OK)) {
		fputs("mdtrace-guest: this is the first process of mdtrace's VM; "
		      "it does nothing elsewhere\n",
		      stderr);
		return 2;
	}
	err = guest_boot(&machine);
	if (err)
		complain(err);
	if (machine.report.fd > 0)
		guest_serve(&machine);
	// QEMU runs with -no-reboot: this ends it.
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}
