/*
 * agent_start.c - starting the agent's program, and handing the key to it.
 */
#include "vault/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define START_MS 6000 /* an older agent may take a while to let go */

static void
close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

struct pipes {
	int in[2]; /* the identity, to the agent */
	int out[2]; /* that it listens, from it */
};

static void
pipes_close(struct pipes *p)
{
	close_fd(&p->in[0]);
	close_fd(&p->in[1]);
	close_fd(&p->out[0]);
	close_fd(&p->out[1]);
}

/* Nothing of this process goes with it: neither memory, nor environment, nor descriptors. */
static cs_err
spawn(const char *program, const struct cs_agent_at *at, int64_t seconds, const struct pipes *p)
{
	posix_spawn_file_actions_t actions;
	char text[24];
	pid_t pid;

	snprintf(text, sizeof(text), "%lld", (long long)seconds);
	char *argv[] = { (char *)"countersign-agent", (char *)at->folder, (char *)at->name, text,
		NULL };
	char *environment[] = { NULL };
	if (posix_spawn_file_actions_init(&actions) != 0)
		return CS_FAIL(UNAVAILABLE);
	int failed = posix_spawn_file_actions_adddup2(&actions, p->in[0], 0) != 0 ||
		     posix_spawn_file_actions_adddup2(&actions, p->out[1], 1) != 0 ||
		     posix_spawn(&pid, program, &actions, NULL, argv, environment) != 0;
	posix_spawn_file_actions_destroy(&actions);
	return failed ? CS_FAIL(UNAVAILABLE) : CS_OK;
}

/* The one word that it says when it listens; nothing at all when it cannot. */
static cs_err
wait_until_it_listens(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	char word[2] = "";
	int n;

	do {
		n = poll(&ready, 1, START_MS);
	} while (n == -1 && errno == EINTR);
	if (n != 1 || read(fd, word, 1) != 1)
		return CS_FAIL(UNAVAILABLE);
	return word[0] == '+' ? CS_OK : CS_FAIL(UNAVAILABLE);
}

static cs_err
hand_over(const struct cs_secret *identity, int fd)
{
	cs_span key = cs_secret_span(identity);
	ssize_t n;

	/* Few bytes into an empty pipe: they go at once. Without a reader it would be SIGPIPE. */
	do {
		n = write(fd, key.p, key.len);
	} while (n == -1 && errno == EINTR);
	return n == (ssize_t)key.len ? CS_OK : CS_FAIL(UNAVAILABLE);
}

cs_err
cs_agent_start(const struct cs_agent_at *at, const char *program, const struct cs_secret *identity,
    int64_t seconds)
{
	CS_AUTO(pipes_close) struct pipes p = { { -1, -1 }, { -1, -1 } };

	if (seconds < 1 || seconds > CS_AGENT_SECONDS_MAX)
		return CS_FAIL(LIMIT);
	if (mkdir(at->folder, 0700) != 0 && errno != EEXIST)
		return CS_FAIL(UNAVAILABLE);
	if (pipe2(p.in, O_CLOEXEC) != 0 || pipe2(p.out, O_CLOEXEC) != 0)
		return CS_FAIL(UNAVAILABLE);
	/* Before there is anybody to read it: the pipe keeps it, and this end stays open. */
	CS_TRY(hand_over(identity, p.in[1]));
	close_fd(&p.in[1]);
	CS_TRY(spawn(program, at, seconds, &p));
	close_fd(&p.in[0]);
	close_fd(&p.out[1]);
	return wait_until_it_listens(p.out[0]);
}
