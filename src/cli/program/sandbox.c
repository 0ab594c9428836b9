#include "cli/program/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <seccomp.h>

#define READ_BYTES 65536

static const int allowed[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(lseek),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(brk),
	SCMP_SYS(mremap),
	SCMP_SYS(munmap),
	SCMP_SYS(madvise),
	SCMP_SYS(mlock),
	SCMP_SYS(munlock),
	SCMP_SYS(futex),
	SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sched_yield),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* What libraries try when they look for a configuration: they take no for an answer. */
static const int refused[] = {
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(stat),
	SCMP_SYS(readlink),
	SCMP_SYS(ioctl),
	SCMP_SYS(sysinfo),
	SCMP_SYS(prlimit64),
	SCMP_SYS(sched_getaffinity),
};

/* Memory, but none that can be run; and abort, which is a signal to oneself and to nobody else. */
static int
allow_in_part(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp is_data = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	const struct scmp_arg_cmp is_self = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0);

	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, is_data) != 0 ||
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, is_data) != 0 ||
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, is_self) != 0;
}

static cs_err
load_filter(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int failed = filter == NULL;

	for (size_t i = 0; i < CS_COUNT(allowed) && !failed; i++)
		failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; i < CS_COUNT(refused) && !failed; i++)
		failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), refused[i], 0);
	if (!failed)
		failed = allow_in_part(filter);
	if (!failed)
		failed = seccomp_load(filter);
	seccomp_release(filter);
	return failed ? CS_FAIL(UNAVAILABLE) : CS_OK;
}

static void
limit(__rlimit_resource_t what, rlim_t most)
{
	struct rlimit l = { most, most };

	(void)setrlimit(what, &l); /* may be lower already, and then stays so */
}

/* The address space in use: libraries are mapped, and count. */
static size_t
mapped_now(void)
{
	char text[64] = "";
	int64_t pages = 0;
	FILE *statm = fopen("/proc/self/statm", "re");

	if (statm == NULL)
		return 0;
	if (fgets(text, sizeof(text), statm) == NULL)
		text[0] = '\0';
	fclose(statm);
	cs_str all = cs_str_c(text);
	if (!cs_str_to_i64(cs_str_slice(all, 0, cs_str_find(all, ' ', 0)), &pages))
		return 0;
	return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

void
cs_sandbox_keep_private(void)
{
	limit(RLIMIT_CORE, 0);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* fails for no value but a wrong one */
}

cs_err
cs_sandbox_enter(const struct cs_sandbox *limits)
{
	cs_sandbox_keep_private();
	limit(RLIMIT_CPU, limits->cpu_s);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return CS_FAIL(UNAVAILABLE);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	/* A sanitizer opens files, starts threads and maps terabytes: what it finds is worth more. */
	(void)mapped_now;
	(void)load_filter;
	return CS_OK;
#else
	limit(RLIMIT_AS, mapped_now() + limits->memory_max);
	return load_filter();
#endif
}

cs_err
cs_sandbox_read(int fd, struct cs_buf *out)
{
	for (;;) {
		uint8_t *room = cs_buf_reserve(out, READ_BYTES);
		ssize_t got;

		if (room == NULL)
			return CS_FAIL(LIMIT);
		do
			got = read(fd, room, READ_BYTES);
		while (got < 0 && errno == EINTR);
		out->len -= READ_BYTES - (got > 0 ? (size_t)got : 0);
		if (got < 0)
			return CS_FAIL(UNAVAILABLE);
		if (got == 0)
			return CS_OK;
	}
}
