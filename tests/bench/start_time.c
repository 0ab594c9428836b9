/*
 * start_time.c - how long until a server answers: runs it, asks until there is an answer, ends it.
 *
 *     start_time PORT PATH COMMAND …      prints milliseconds
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 10000

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

/* Whether the first bytes of an HTTP answer came. */
static int
answers(int port, const char *path)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	char text[256];
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), is_answer = 0;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0) {
		snprintf(text, sizeof(text),
		    "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", path);
		if (write(fd, text, strlen(text)) == (ssize_t)strlen(text) &&
		    read(fd, text, sizeof(text)) > 12)
			is_answer = memcmp(text, "HTTP/1.1 2", 10) == 0;
	}
	close(fd);
	return is_answer;
}

int
main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = 500000 };
	double begun = now_ms(), took = 0;
	int port, is_up = 0;

	if (argc < 4)
		return 2;
	port = atoi(argv[1]);
	pid_t pid = fork();
	if (pid == 0) {
		execv(argv[3], argv + 3);
		_exit(127);
	}
	while (pid > 0 && !is_up && took < PATIENCE_MS && waitpid(pid, NULL, WNOHANG) == 0) {
		is_up = answers(port, argv[2]);
		took = now_ms() - begun;
		if (!is_up)
			nanosleep(&pause, NULL);
	}
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	if (!is_up)
		return 1;
	printf("%.1f\n", took);
	return 0;
}
