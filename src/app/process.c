#include "app/process.h"

#include "base/err.h"

#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

void
cs_process_harden(void)
{
	const struct rlimit none = { 0, 0 };
	struct rlimit files;

	CS_ASSERT(setrlimit(RLIMIT_CORE, &none) == 0);
	CS_ASSERT(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
	CS_ASSERT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files); /* fewer connections, no wrong answers */
	}
}
