/*
 * countersignd-test: countersignd with a clock that a test can set. Never installed; the shipped
 * programme has no such code. The file named by CS_TEST_CLOCK holds a number of milliseconds that
 * is added to the wall clock.
 */
#include "app/command.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static cs_time
shifted_now(void *ctx)
{
	const int *fd = ctx;
	char text[32] = "";
	ssize_t n = pread(*fd, text, sizeof(text) - 1, 0);

	return cs_time_add(cs_clock_now(&cs_clock_wall), n > 0 ? strtoll(text, NULL, 10) : 0);
}

int
main(int argc, char **argv)
{
	const char *path = getenv("CS_TEST_CLOCK");
	int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0) {
		fputs("countersignd-test: CS_TEST_CLOCK names no file that can be read\n", stderr);
		return 2;
	}
	struct cs_clock clock = { .now = shifted_now, .ctx = &fd };
	return cs_app_main(argc, argv, &clock);
}
