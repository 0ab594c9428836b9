#include "http/systemd.h"

#include "base/span.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define FIRST_FD 3

size_t
cs_systemd_listen_fds(int out[static CS_INHERITED_MAX])
{
	int64_t pid, count;
	size_t n = 0;

	/* the protocol is the environment; getenv is allowed here and nowhere else */
	if (!cs_str_to_i64(cs_str_c(getenv("LISTEN_PID")), &pid) || pid != getpid() ||
	    !cs_str_to_i64(cs_str_c(getenv("LISTEN_FDS")), &count))
		return 0;
	for (; n < (size_t)count && n < CS_INHERITED_MAX; n++) {
		out[n] = FIRST_FD + (int)n;
		if (fcntl(out[n], F_SETFD, FD_CLOEXEC) != 0 ||
		    fcntl(out[n], F_SETFL, fcntl(out[n], F_GETFL) | O_NONBLOCK) != 0)
			break;
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return n;
}

void
cs_systemd_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	size_t len = path != NULL ? strlen(path) : 0;
	int fd;

	if (len < 2 || len >= sizeof(un.sun_path) || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(un.sun_path, path, len);
	if (path[0] == '@')
		un.sun_path[0] = '\0'; /* an abstract name */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&un,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	close(fd);
}

void
cs_systemd_notify_reloading(void)
{
	struct timespec ts;
	char text[64];

	clock_gettime(CLOCK_MONOTONIC, &ts);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)ts.tv_sec * 1000000 + ts.tv_nsec / 1000);
	cs_systemd_notify(text);
}
