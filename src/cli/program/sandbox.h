/*
 * sandbox.h - a programme that turns one stream of bytes into another gives everything else away.
 */
#ifndef CS_CLI_SANDBOX_H
#define CS_CLI_SANDBOX_H

#include "base/buf.h"

struct cs_sandbox {
	size_t memory_max; /* bytes of address space, beyond what there is already */
	unsigned cpu_s; /* seconds of processor, then it is ended */
};

/*
 * From here on: read and write what is open, take memory, end; a file that a library looks for is
 * refused, anything else ends the process. No core file, no tracing, no new privileges. To be called
 * before the first byte from outside is read, after libraries have loaded what they need.
 * Errors: UNAVAILABLE (the kernel has no seccomp: then nothing may be read).
 */
cs_err cs_sandbox_enter(const struct cs_sandbox *limits);

/* The least of it, for who needs files: no core file, no tracing. */
void cs_sandbox_keep_private(void);

/* All of a descriptor. Errors: LIMIT (beyond the buffer's maximum), UNAVAILABLE (a read failed). */
cs_err cs_sandbox_read(int fd, struct cs_buf *out);

#endif
