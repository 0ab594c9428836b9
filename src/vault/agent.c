/*
 * agent.c - finding the agent, and asking it. (Starting it: agent_start.c.)
 */
#include "vault/agent.h"

#include "base/codec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_SECONDS 2
#define LINE_MAX_LEN 256

static void
close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

static bool
is_ours_alone(const struct stat *st)
{
	return S_ISDIR(st->st_mode) && st->st_uid == geteuid() && (st->st_mode & 077) == 0;
}

/* The vault's folder, by what it is and not by what it is called today. */
static bool
locate_at_runtime(const char *runtime, const struct stat *vault, struct cs_agent_at *out)
{
	struct stat st;

	if (runtime == NULL || runtime[0] != '/' || stat(runtime, &st) != 0 || !is_ours_alone(&st))
		return false;
	int n = snprintf(out->folder, sizeof(out->folder), "%s/countersign", runtime);
	snprintf(out->name, sizeof(out->name), "%jx-%jx.agent", (uintmax_t)vault->st_dev,
	    (uintmax_t)vault->st_ino);
	return n < (int)sizeof(out->folder);
}

cs_err
cs_agent_locate(const char *vault, const char *runtime, struct cs_agent_at *out)
{
	struct stat st;

	*out = (struct cs_agent_at){ .name = "" };
	if (stat(vault, &st) != 0)
		return errno == EACCES ? CS_FAIL(UNAVAILABLE) : CS_FAIL(NOT_FOUND);
	if (!S_ISDIR(st.st_mode))
		return CS_FAIL(NOT_FOUND);
	if (locate_at_runtime(runtime, &st, out))
		return CS_OK;
	int n = snprintf(out->folder, sizeof(out->folder), "%s", vault);
	snprintf(out->name, sizeof(out->name), "agent");
	return n < (int)sizeof(out->folder) ? CS_OK : CS_FAIL(LIMIT);
}

/* --- asking --- */

/*
 * Through the folder's own descriptor: a socket's address has room for 108 bytes, a path may be
 * longer. In a folder of anybody else's nobody is believed to be the agent.
 */
static cs_err
connect_in(int folder, const char *name, int *out)
{
	CS_AUTO(close_fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct timeval patience = { .tv_sec = ANSWER_SECONDS };
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct ucred peer;
	socklen_t len = sizeof(peer);

	*out = -1;
	snprintf(to.sun_path, sizeof(to.sun_path), "/proc/self/fd/%d/%.63s", folder, name);
	if (fd == -1 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) != 0)
		return CS_FAIL(UNAVAILABLE);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		return errno == ENOENT || errno == ECONNREFUSED ? CS_FAIL(NOT_FOUND)
								: CS_FAIL(UNAVAILABLE);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 || peer.uid != geteuid())
		return CS_FAIL(UNAVAILABLE);
	*out = fd;
	fd = -1;
	return CS_OK;
}

static cs_err
connect_to(const struct cs_agent_at *at, int *out)
{
	CS_AUTO(close_fd)
	int folder = open(at->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	*out = -1;
	if (folder == -1)
		return CS_FAIL(NOT_FOUND);
	if (fstat(folder, &st) != 0 || !is_ours_alone(&st))
		return CS_FAIL(NOT_FOUND);
	return connect_in(folder, at->name, out);
}

/* One answer without its line feed, borrowed from room. UNAVAILABLE when none comes. */
static cs_err
ask(int fd, cs_str request, struct cs_buf *room, cs_str *out)
{
	cs_buf_reset(room);
	*out = CS_STR_NONE;
	if (send(fd, request.p, request.len, MSG_NOSIGNAL) != (ssize_t)request.len)
		return CS_FAIL(UNAVAILABLE);
	while (room->len == 0 || room->p[room->len - 1] != '\n') {
		uint8_t bytes[LINE_MAX_LEN];
		ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

		if (n == -1 && errno == EINTR)
			continue;
		if (n > 0)
			cs_buf_add(room, CS_SPAN(bytes, (size_t)n));
		cs_wipe(bytes, sizeof(bytes));
		if (n <= 0 || room->has_failed)
			return CS_FAIL(UNAVAILABLE);
	}
	*out = cs_str_slice(cs_buf_str(room), 0, room->len - 1);
	return CS_OK;
}

static cs_err
ask_once(const struct cs_agent_at *at, cs_str request, struct cs_buf *room, cs_str *out)
{
	CS_AUTO(close_fd) int fd = -1;

	*out = CS_STR_NONE;
	CS_TRY(connect_to(at, &fd));
	return ask(fd, request, room, out);
}

static cs_err
ask_unwrap(int fd, const struct cs_age_x25519 *x, uint8_t out_file_key[static CS_AGE_FILE_KEY_LEN],
    bool *out_found)
{
	CS_AUTO(cs_buf_clear) struct cs_buf request = { .max = LINE_MAX_LEN };
	CS_AUTO(cs_buf_clear) struct cs_buf room;
	cs_str got, key = CS_STR("key ");

	cs_buf_init_sensitive(&room, LINE_MAX_LEN);
	cs_buf_add_c(&request, "unwrap ");
	cs_base64_raw_encode(CS_SPAN(x->ephemeral, sizeof(x->ephemeral)), &request);
	cs_buf_add_byte(&request, ' ');
	cs_base64_raw_encode(CS_SPAN(x->body, sizeof(x->body)), &request);
	cs_buf_add_byte(&request, '\n');
	CS_TRY(ask(fd, cs_buf_str(&request), &room, &got));
	if (cs_str_equal(got, CS_STR("no")))
		return CS_OK;
	if (cs_str_equal(got, CS_STR("invalid")))
		return CS_FAIL(INVALID);
	*out_found = cs_str_starts(got, key) &&
		     !cs_failed(cs_base64_raw_exact(
			 cs_str_slice(got, key.len, got.len), CS_AGE_FILE_KEY_LEN, out_file_key));
	return *out_found ? CS_OK : CS_FAIL(UNAVAILABLE);
}

static cs_err
unwrap_by_agent(void *ctx, const struct cs_age_stanza *s, size_t stanza_count,
    uint8_t out_file_key[static CS_AGE_FILE_KEY_LEN], bool *out_found)
{
	CS_AUTO(close_fd) int fd = -1;
	struct cs_age_x25519 x;
	bool is_mine;

	*out_found = false;
	CS_TRY(connect_to(ctx, &fd));
	for (size_t i = 0; i < stanza_count && !*out_found; i++) {
		CS_TRY(cs_age_x25519_decode(&s[i], &x, &is_mine));
		if (is_mine)
			CS_TRY(ask_unwrap(fd, &x, out_file_key, out_found));
	}
	return CS_OK;
}

struct cs_age_opener
cs_agent_opener(struct cs_agent_at *at)
{
	return (struct cs_age_opener){ .unwrap = unwrap_by_agent, .ctx = at };
}

cs_err
cs_agent_until(const struct cs_agent_at *at, cs_time now, cs_time *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf room = { .max = LINE_MAX_LEN };
	cs_str got, left = CS_STR("left ");
	int64_t ms;

	*out = (cs_time){ 0 };
	CS_TRY(ask_once(at, CS_STR("until\n"), &room, &got));
	if (!cs_str_starts(got, left) || !cs_str_to_i64(cs_str_slice(got, left.len, got.len), &ms))
		return CS_FAIL(UNAVAILABLE);
	*out = cs_time_add(now, ms);
	return CS_OK;
}

cs_err
cs_agent_stop(const struct cs_agent_at *at)
{
	CS_AUTO(cs_buf_clear) struct cs_buf room = { .max = LINE_MAX_LEN };
	cs_str got;

	CS_TRY(ask_once(at, CS_STR("stop\n"), &room, &got));
	return cs_str_equal(got, CS_STR("stopped")) ? CS_OK : CS_FAIL(UNAVAILABLE);
}
