/* What a process that shut itself in can still do to the world: the filter, asked by trying. */
#include "cli/program/sandbox.h"

#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* How a process ends that tries something inside: an exit status, or 128 and its signal. */
static int
end_of(void (*attempt)(void))
{
	static const struct cs_sandbox limits = { .memory_max = 64 << 20, .cpu_s = 5 };
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (cs_failed(cs_sandbox_enter(&limits)))
			_exit(99);
		attempt();
		_exit(0);
	}
	CHECK(pid != -1 && waitpid(pid, &status, 0) == pid);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void
take_memory(void)
{
	char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect(p, 4096, PROT_READ) != 0 || munmap(p, 1 << 20) != 0)
		_exit(1);
}

static void
end_itself(void)
{
	abort();
}

TEST(memory_and_an_end_are_left_to_it)
{
	CHECK_INT(end_of(take_memory), 0);
	CHECK_INT(end_of(end_itself), 128 + SIGABRT);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* which know no filter */
static void
open_file(void)
{
	_exit(open("/etc/passwd", O_RDONLY) == -1 && errno == EACCES ? 7 : 1);
}

static void
signal_another(void)
{
	syscall(SYS_tgkill, getppid(), getppid(), 0);
}

static void
signal_everybody(void)
{
	kill(-1, 0);
}

static void
map_code(void)
{
	mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void
make_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

static void
connect_somewhere(void)
{
	socket(AF_UNIX, SOCK_STREAM, 0);
}

static void
run_program(void)
{
	execl("/bin/true", "true", NULL);
}

static void
make_process(void)
{
	fork();
}

TEST(files_are_refused_and_anything_else_ends_it)
{
	static void (*const attempts[])(void) = { signal_another, signal_everybody, map_code,
		make_code, connect_somewhere, run_program, make_process };

	CHECK_INT(end_of(open_file), 7);
	for (size_t i = 0; i < CS_COUNT(attempts); i++)
		CHECK_INT(end_of(attempts[i]), 128 + SIGSYS);
}
#endif

TEST_MAIN("cli/sandbox")
