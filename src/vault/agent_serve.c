/*
 * agent_serve.c - poll, read a line, answer it.
 */
#include "vault/agent_serve.h"

#include "base/codec.h"
#include "crypto/age.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX 64

void
cs_agent_serving_init(struct cs_agent_serving *s, int listener, int timer,
    struct cs_agent_clock clock, int64_t ends_ms, struct cs_guarded *identity)
{
	*s = (struct cs_agent_serving){
		.listener = listener,
		.timer = timer,
		.clock = clock,
		.ends_ms = ends_ms,
		.identity = identity,
	};
	for (size_t i = 0; i < CS_AGENT_CALLERS_MAX; i++)
		s->callers[i].fd = -1;
	cs_guarded_shut(identity);
}

static int64_t
now_ms(const struct cs_agent_serving *s)
{
	return s->clock.now_ms(s->clock.ctx);
}

static void
hang_up(struct cs_agent_caller *c)
{
	if (c->fd != -1)
		close(c->fd);
	cs_wipe(c->line, sizeof(c->line));
	*c = (struct cs_agent_caller){ .fd = -1 };
}

void
cs_agent_serving_end(struct cs_agent_serving *s)
{
	cs_guarded_free(&s->identity);
	for (size_t i = 0; i < CS_AGENT_CALLERS_MAX; i++)
		hang_up(&s->callers[i]);
}

/* --- what is asked --- */

/* EPHEMERAL BODY, in base64 without padding. */
static cs_err
decode_stanza(cs_str words, struct cs_age_x25519 *out)
{
	size_t space = cs_str_find(words, ' ', 0);

	CS_TRY(cs_base64_raw_exact(
	    cs_str_slice(words, 0, space), sizeof(out->ephemeral), out->ephemeral));
	return cs_base64_raw_exact(
	    cs_str_slice(words, space + 1, words.len), sizeof(out->body), out->body);
}

static cs_err
answer_unwrap(struct cs_agent_serving *s, cs_str words, struct cs_buf *out)
{
	uint8_t file_key[CS_AGE_FILE_KEY_LEN];
	struct cs_age_x25519 x;
	bool is_found;

	CS_TRY(decode_stanza(words, &x));
	cs_span identity = CS_SPAN(cs_guarded_open(s->identity), CS_AGE_KEY_LEN);
	cs_err err = cs_age_x25519_unwrap(identity, &x, file_key, &is_found);
	cs_guarded_shut(s->identity);
	if (cs_failed(err)) {
		cs_buf_add_c(out, "invalid\n");
	} else if (is_found) {
		cs_buf_add_c(out, "key ");
		cs_base64_raw_encode(CS_SPAN(file_key, sizeof(file_key)), out);
		cs_buf_add_byte(out, '\n');
	} else {
		cs_buf_add_c(out, "no\n");
	}
	cs_wipe(file_key, sizeof(file_key));
	return CS_OK;
}

/* Errors: INVALID: not a request; the caller is hung up on. */
static cs_err
answer(struct cs_agent_serving *s, cs_str line, struct cs_buf *out)
{
	cs_str unwrap = CS_STR("unwrap ");

	if (cs_str_starts(line, unwrap))
		return answer_unwrap(s, cs_str_slice(line, unwrap.len, line.len), out);
	if (cs_str_equal(line, CS_STR("until"))) {
		cs_buf_printf(out, "left %lld\n", (long long)(s->ends_ms - now_ms(s)));
		return CS_OK;
	}
	if (!cs_str_equal(line, CS_STR("stop")))
		return CS_FAIL(INVALID);
	cs_guarded_free(&s->identity);
	/* Whoever comes after the answer is to find nobody. */
	close(s->listener);
	s->listener = -1;
	cs_buf_add_c(out, "stopped\n");
	return CS_OK;
}

/* False: hang up. */
static bool
answer_line(struct cs_agent_serving *s, const struct cs_agent_caller *c, cs_str line)
{
	CS_AUTO(cs_buf_clear) struct cs_buf out;

	cs_buf_init_sensitive(&out, ANSWER_MAX);
	if (cs_failed(answer(s, line, &out)) || cs_failed(cs_buf_finish(&out, NULL)))
		return false;
	/* Who does not read its answers is not waited for. */
	return send(c->fd, out.p, out.len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)out.len;
}

/* Every whole line in what has come so far. False: hang up. */
static bool
answer_lines(struct cs_agent_serving *s, struct cs_agent_caller *c)
{
	cs_str rest = { c->line, c->len };
	size_t end;

	while (s->identity != NULL && (end = cs_str_find(rest, '\n', 0)) < rest.len) {
		if (!answer_line(s, c, cs_str_slice(rest, 0, end)))
			return false;
		rest = cs_str_slice(rest, end + 1, rest.len);
	}
	memmove(c->line, rest.p, rest.len);
	cs_wipe(c->line + rest.len, c->len - rest.len);
	c->len = rest.len;
	return c->len < sizeof(c->line);
}

static void
hear(struct cs_agent_serving *s, struct cs_agent_caller *c)
{
	ssize_t n = recv(c->fd, c->line + c->len, sizeof(c->line) - c->len, MSG_DONTWAIT);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		hang_up(c);
		return;
	}
	c->len += (size_t)n;
	if (!answer_lines(s, c))
		hang_up(c);
}

/* --- who calls --- */

static bool
is_own_user(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && len == sizeof(peer) &&
	       peer.uid == geteuid();
}

/* A free place, or that of whoever has been here longest. */
static struct cs_agent_caller *
place_for_caller(struct cs_agent_serving *s)
{
	struct cs_agent_caller *first = &s->callers[0];

	for (size_t i = 0; i < CS_AGENT_CALLERS_MAX; i++) {
		if (s->callers[i].fd == -1)
			return &s->callers[i];
		if (s->callers[i].until_ms < first->until_ms)
			first = &s->callers[i];
	}
	hang_up(first);
	return first;
}

static void
take_caller(struct cs_agent_serving *s)
{
	int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd == -1)
		return;
	if (!is_own_user(fd)) {
		close(fd);
		return;
	}
	struct cs_agent_caller *c = place_for_caller(s);
	*c = (struct cs_agent_caller){ .fd = fd, .until_ms = now_ms(s) + CS_AGENT_CALL_MS };
}

/* --- waiting --- */

/* Until the first caller has been here too long. */
static int
wait_for(const struct cs_agent_serving *s, int wait_ms)
{
	int64_t now = now_ms(s);

	for (size_t i = 0; i < CS_AGENT_CALLERS_MAX; i++) {
		if (s->callers[i].fd == -1)
			continue;
		int64_t left = s->callers[i].until_ms - now;
		if (left < 0)
			left = 0;
		if (wait_ms < 0 || left < wait_ms)
			wait_ms = (int)left;
	}
	return wait_ms;
}

static void
drop_slow(struct cs_agent_serving *s)
{
	int64_t now = now_ms(s);

	for (size_t i = 0; i < CS_AGENT_CALLERS_MAX; i++)
		if (s->callers[i].fd != -1 && s->callers[i].until_ms <= now)
			hang_up(&s->callers[i]);
}

bool
cs_agent_serve_step(struct cs_agent_serving *s, int wait_ms)
{
	/* poll passes over descriptors below zero. */
	struct pollfd ready[2 + CS_AGENT_CALLERS_MAX] = {
		{ .fd = s->listener, .events = POLLIN },
		{ .fd = s->timer, .events = POLLIN },
	};

	for (size_t i = 0; i < CS_AGENT_CALLERS_MAX; i++)
		ready[2 + i] = (struct pollfd){ .fd = s->callers[i].fd, .events = POLLIN };
	int count = poll(ready, CS_COUNT(ready), wait_for(s, wait_ms));
	/* The time is looked at before anybody is answered, whatever woke us. */
	if (now_ms(s) >= s->ends_ms)
		cs_guarded_free(&s->identity);
	drop_slow(s);
	for (size_t i = 0; count > 0 && i < CS_AGENT_CALLERS_MAX; i++)
		if (s->identity != NULL && ready[2 + i].revents != 0 &&
		    s->callers[i].fd == ready[2 + i].fd && s->callers[i].fd != -1)
			hear(s, &s->callers[i]);
	if (s->identity != NULL && count > 0 && ready[0].revents != 0)
		take_caller(s);
	if (s->identity == NULL)
		cs_agent_serving_end(s);
	return s->identity != NULL;
}
