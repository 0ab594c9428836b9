/*
 * oath_bench.c - one code as a whole process: `countersign oath --totp -b KEY` beside Debian's
 * oathtool doing the same, in turn.
 *
 *     oath_bench COUNTERSIGN OATHTOOL ROUNDS
 *
 * Wall time: from posix_spawn until the process has been waited for, output to /dev/null. Memory: the
 * kernel's own peak (VmHWM), read when the process is about to end; ru_maxrss would not do, since it
 * begins with the peak of whoever started the process.
 */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KEY "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define WARM_UP 20
#define ROUNDS_MAX 100000
#define MEMORY_ROUNDS 21

extern char **environ;

struct program {
	const char *path;
	char *argv[6];
	double *us;
	double kib[MEMORY_ROUNDS];
};

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

__attribute__((noreturn)) static void
give_up(const char *what)
{
	perror(what);
	exit(2);
}

static int
order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double
median(double *v, size_t count)
{
	qsort(v, count, sizeof(*v), order);
	return v[count / 2];
}

static double
run_us(const struct program *p, const posix_spawn_file_actions_t *quiet)
{
	int status;
	pid_t pid;
	double begun = now_us();

	if (posix_spawn(&pid, p->path, quiet, NULL, p->argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid)
		give_up(p->path);
	double took = now_us() - begun;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "%s: status %d\n", p->path, status);
		exit(2);
	}
	return took;
}

static double
peak_kib(pid_t pid)
{
	char path[64], line[256];
	double kib = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		(void)sscanf(line, "VmHWM: %lf kB", &kib);
	if (f == NULL || kib == 0)
		give_up(path);
	fclose(f);
	return kib;
}

static void
become(const struct program *p)
{
	int null = open("/dev/null", O_WRONLY);

	if (null < 0 || dup2(null, STDOUT_FILENO) < 0 || ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
		_exit(126);
	execv(p->path, p->argv);
	_exit(127);
}

/* Stops where execve and exit do. */
static double
run_kib(const struct program *p)
{
	int status;
	double kib = 0;
	pid_t pid = fork();

	if (pid == 0)
		become(p);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACEEXIT) != 0)
		give_up("ptrace");
	while (!WIFEXITED(status) && !WIFSIGNALED(status)) {
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8))
			kib = peak_kib(pid);
		if (ptrace(PTRACE_CONT, pid, NULL, NULL) != 0 || waitpid(pid, &status, 0) != pid)
			give_up("ptrace");
	}
	return kib;
}

int
main(int argc, char **argv)
{
	struct program ours = { .argv = { "countersign", "oath", "--totp", "-b", KEY, NULL } };
	struct program theirs = { .argv = { "oathtool", "--totp", "-b", KEY, NULL } };
	struct program *both[] = { &ours, &theirs };
	posix_spawn_file_actions_t quiet;

	int rounds = argc == 4 ? atoi(argv[3]) : 0;
	if (rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: oath_bench COUNTERSIGN OATHTOOL ROUNDS\n");
		return 2;
	}
	for (int i = 0; i < 2; i++) {
		both[i]->path = argv[1 + i];
		both[i]->us = calloc((size_t)rounds, sizeof(double));
	}
	if (ours.us == NULL || theirs.us == NULL || posix_spawn_file_actions_init(&quiet) != 0 ||
	    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0) != 0)
		give_up("posix_spawn");
	for (int n = -WARM_UP; n < rounds; n++) {
		for (int i = 0; i < 2; i++) {
			struct program *p = both[(n + i) & 1];
			double us = run_us(p, &quiet);
			if (n >= 0)
				p->us[n] = us;
		}
	}
	for (int n = 0; n < MEMORY_ROUNDS; n++) {
		for (int i = 0; i < 2; i++)
			both[i]->kib[n] = run_kib(both[i]);
	}
	double a = median(ours.us, (size_t)rounds), b = median(theirs.us, (size_t)rounds);
	printf("oath.wall = %.3f (%.0f / %.0f us)\n", a / b, a, b);
	a = median(ours.kib, MEMORY_ROUNDS), b = median(theirs.kib, MEMORY_ROUNDS);
	printf("oath.memory = %.3f (%.0f / %.0f KiB)\n", a / b, a, b);
	posix_spawn_file_actions_destroy(&quiet);
	free(ours.us);
	free(theirs.us);
	return 0;
}
