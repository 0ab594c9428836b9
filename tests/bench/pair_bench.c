/*
 * pair_bench.c - one command as a whole process beside another, in turn.
 *
 *     pair_bench ROUNDS COMMAND … -- FLOOR …
 *
 * Prints "ratio = R (A ms, floor B ms)": medians of the wall time from posix_spawn until the process
 * has been waited for, output to /dev/null. Fails when a command does.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP 3
#define ROUNDS_MAX 10000

extern char **environ;

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static double
run(char **argv)
{
	posix_spawn_file_actions_t to_null;
	double begun = now_ms();
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&to_null);
	posix_spawn_file_actions_addopen(&to_null, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&to_null, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &to_null, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid || status != 0) {
		fprintf(stderr, "pair_bench: %s failed (%d)\n", argv[0], status);
		exit(1);
	}
	posix_spawn_file_actions_destroy(&to_null);
	return now_ms() - begun;
}

static int
order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(double *all, int count)
{
	qsort(all, (size_t)count, sizeof(*all), order);
	return all[count / 2];
}

int
main(int argc, char **argv)
{
	static double ours[ROUNDS_MAX], floors[ROUNDS_MAX];
	int rounds = argc > 4 ? atoi(argv[1]) : 0, at = 2;

	while (at < argc && strcmp(argv[at], "--") != 0)
		at++;
	if (rounds < 1 || rounds > ROUNDS_MAX || at + 1 >= argc)
		return 2;
	argv[at] = NULL;
	for (int i = -WARM_UP; i < rounds; i++) {
		double one = run(argv + 2), other = run(argv + at + 1);

		if (i >= 0) {
			ours[i] = one;
			floors[i] = other;
		}
	}
	double mine = median(ours, rounds), floor = median(floors, rounds);
	printf("ratio = %.3f (%.2f ms, floor %.2f ms)\n", mine / floor, mine, floor);
	return 0;
}
