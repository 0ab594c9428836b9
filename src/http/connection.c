/*
 * connection.c - one connection: read, decode, hand over, answer.
 *
 * cs_conn_pump is the only way through: it takes whatever can be taken now, writes what was answered,
 * and sets the one deadline. Functions beneath it only change the state; the end is at its end.
 */
#include "http/loop.h"

#include "base/log.h"
#include "base/metric.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define READS_A_TURN 16
#define COPY_MAX (8 * 1024) /* bodies up to here are copied behind their head */
#define KEEP_MAX (64 * 1024) /* buffers of the fast lane larger than that are given back */
#define OUT_KEPT_MAX (16 * 1024 * 1024)

static bool
has_output(const struct cs_conn *c)
{
	return c->out.len > c->out_sent || c->tail.len > 0;
}

/* Between two requests, and nothing more to read. */
static bool
is_idle(const struct cs_conn *c)
{
	return c->state == CS_CONN_HEAD && c->served > 0 && c->in.len == 0 && !c->is_readable &&
	       !has_output(c);
}

static bool
takes_bytes(const struct cs_conn *c)
{
	return (c->state <= CS_CONN_BODY || c->state == CS_CONN_LINGERING) && !has_output(c);
}

/* What the socket takes of the parts; CS_CONN_DEAD when the other side is gone. */
static size_t
send_parts(struct cs_conn *c, cs_span a, cs_span b)
{
	struct iovec iov[2] = {
		{ (void *)(uintptr_t)a.p, a.len },
		{ (void *)(uintptr_t)b.p, b.len },
	};
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t n;

	do {
		n = b.len > 0 ? sendmsg(c->fd, &m, MSG_NOSIGNAL)
			      : send(c->fd, a.p, a.len, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN)
		c->state = CS_CONN_DEAD;
	return n < 0 ? 0 : (size_t)n;
}

/* Sends what the socket did not take before. */
static void
flush_kept(struct cs_conn *c)
{
	cs_span rest = { c->out.p + c->out_sent, c->out.len - c->out_sent };
	size_t n = send_parts(c, rest, c->tail);
	size_t of_tail = n > rest.len ? n - rest.len : 0;

	c->out_sent += n - of_tail;
	c->tail = CS_SPAN(c->tail.p + of_tail, c->tail.len - of_tail);
	if (!has_output(c)) {
		cs_buf_clear(&c->out);
		c->out_sent = 0;
		c->tail = CS_SPAN_NONE;
	}
}

/*
 * Sends the loop's output and body behind it. What is not taken is kept with the connection: copied,
 * or borrowed where the body lives as long as the process.
 */
static void
flush(struct cs_loop *l, struct cs_conn *c, cs_span body, bool is_static)
{
	cs_span head = CS_SPAN(l->out, l->out_len);
	size_t n = 0;

	l->out_len = 0;
	if (c->state == CS_CONN_DEAD || head.len + body.len == 0)
		return;
	bool can_borrow = is_static && c->tail.len == 0;
	if (!has_output(c))
		n = send_parts(c, head, body);
	if (n < head.len) {
		cs_buf_add(&c->out, CS_SPAN(head.p + n, head.len - n));
		n = head.len;
	}
	n -= head.len;
	if (can_borrow)
		c->tail = CS_SPAN(body.p + n, body.len - n);
	else if (n < body.len)
		cs_buf_add(&c->out, CS_SPAN(body.p + n, body.len - n));
	if (c->out.has_failed)
		c->state = CS_CONN_DEAD;
}

static void
respond(struct cs_loop *l, struct cs_conn *c, struct cs_response *rs, const struct cs_request *rq,
    bool is_last)
{
	bool closes = is_last || rs->close || l->is_stopping;
	cs_span body;

	/* behind a borrowed tail nothing can be kept in order; feed waits until it is out */
	CS_ASSERT(c->tail.len == 0);
	if (l->out_len > CS_LOOP_OUT_MAX / 2)
		flush(l, c, CS_SPAN_NONE, false);
	cs_response_write(l, rs, rq->id, rq->method == CS_HEAD, closes, &body);
	if (body.len > COPY_MAX) {
		flush(l, c, body, rs->has_static_body);
	} else if (body.len > 0) {
		memcpy(l->out + l->out_len, body.p, body.len);
		l->out_len += body.len;
	}
	if (closes && c->state != CS_CONN_DEAD)
		c->state = CS_CONN_CLOSING;
	cs_metric_add(CS_M_REQUESTS, 1);
}

/* rq: complete as far as its head, or only an id. What the client still sends is not looked at. */
static void
refuse(struct cs_loop *l, struct cs_conn *c, const struct cs_request *rq, int status, bool is_last)
{
	const struct cs_handler *h = c->listener->handler;

	cs_metric_add(CS_M_REQUESTS_REFUSED, 1);
	cs_loop_log(l, CS_EV_HTTP_REFUSED, rq->id, &c->peer, status);
	cs_response_refuse(l, status, rq->id);
	if (rq->header_count > 0 && h->refused != NULL) {
		cs_response_reset(&l->rs);
		l->rs.status = status;
		if (status == 503)
			cs_response_header(&l->rs, CS_STR("Retry-After"), CS_STR("1"));
		h->refused(h->ctx, rq, status, &l->rs);
	}
	c->is_dropped = is_last;
	respond(l, c, &l->rs, rq, is_last);
}

static void
refuse_unread(struct cs_loop *l, struct cs_conn *c, int status)
{
	struct cs_request rq = { .id = cs_loop_id(l), .method = CS_METHOD_OTHER };

	refuse(l, c, &rq, status, true);
}

static void
free_exchange(struct cs_exchange *x)
{
	/* PINs, codes and cookies went through here */
	explicit_bzero(x->bytes, x->head.len);
	cs_buf_clear(&x->body);
	cs_response_clear(&x->rs);
	free(x);
}

/* With its own copy of the head, decoded again so that all spans lie in the copy. */
static struct cs_exchange *
new_exchange(struct cs_loop *l, struct cs_conn *c, const struct cs_http_head *h, const uint8_t *p)
{
	size_t fields = sizeof(struct cs_header) * (h->rq.header_count + 1);
	struct cs_exchange *x = calloc(1, sizeof(*x) + fields + h->len);

	CS_ASSERT(x != NULL);
	x->bytes = (uint8_t *)x->fields + fields;
	memcpy(x->bytes, p, h->len);
	enum cs_http_step step =
	    cs_http_head_decode(x->bytes, h->len, h->len + 1, x->fields, &x->head);
	CS_ASSERT(step == CS_HTTP_DONE);
	x->head.rq.id = h->rq.id;
	x->head.rq.peer = h->rq.peer;
	x->head.rq.listener = h->rq.listener;
	x->loop = l;
	x->conn = c;
	x->handler = c->listener->handler;
	cs_response_init(&x->rs);
	return x;
}

static void
run_slow(struct cs_job *job)
{
	struct cs_exchange *x = (struct cs_exchange *)job;

	if (!atomic_load(&x->is_abandoned))
		x->handler->slow(x->handler->ctx, &x->head.rq, &x->rs);
	cs_loop_finish(x->loop, x);
}

static void
park(struct cs_loop *l, struct cs_conn *c, struct cs_exchange *x)
{
	x->job.run = run_slow;
	c->x = x;
	c->state = CS_CONN_PARKED;
	if (cs_workers_try(l->server->workers, &x->job))
		return;
	cs_loop_log(l, CS_EV_HTTP_QUEUE_FULL, x->head.rq.id, &c->peer, 503);
	c->x = NULL;
	c->state = CS_CONN_HEAD;
	refuse(l, c, &x->head.rq, 503, x->head.wants_close);
	free_exchange(x);
}

/* The fast lane, or else the slow one. x: NULL while the request still lies in a read buffer at p. */
static void
answer(struct cs_loop *l, struct cs_conn *c, const struct cs_http_head *h, const uint8_t *p,
    struct cs_exchange *x)
{
	const struct cs_handler *handler = c->listener->handler;

	cs_response_reset(&l->rs);
	if (!handler->fast(handler->ctx, &h->rq, &l->rs)) {
		park(l, c, x != NULL ? x : new_exchange(l, c, h, p));
		return;
	}
	respond(l, c, &l->rs, &h->rq, h->wants_close);
	if (l->rs.body.cap > KEEP_MAX || l->rs.headers.cap > KEEP_MAX)
		cs_response_clear(&l->rs);
	if (x != NULL)
		free_exchange(x);
}

/* A head is complete. */
static void
begin_request(
    struct cs_loop *l, struct cs_conn *c, struct cs_http_head *h, const uint8_t *p, bool has_more)
{
	const struct cs_handler *handler = c->listener->handler;
	struct cs_exchange *x;
	size_t limit;

	c->served++;
	h->rq.id = cs_loop_id(l);
	h->rq.peer = c->peer;
	h->rq.listener = &c->listener->info;
	if (!h->is_chunked && h->content_length == 0) {
		answer(l, c, h, p, NULL);
		return;
	}
	limit = handler->body_limit(handler->ctx, &h->rq);
	if ((uint64_t)h->content_length > limit) {
		refuse(l, c, &h->rq, 413, true);
		return;
	}
	x = new_exchange(l, c, h, p);
	cs_buf_init_sensitive(&x->body, limit);
	c->x = x;
	c->state = CS_CONN_BODY;
	if (h->wants_continue && !has_more) {
		static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
		memcpy(l->out + l->out_len, go_on, sizeof(go_on) - 1);
		l->out_len += sizeof(go_on) - 1;
	}
}

static size_t
feed_head(struct cs_loop *l, struct cs_conn *c, uint8_t *p, size_t len)
{
	struct cs_http_head h;

	switch (cs_http_head_decode(p, len, l->server->cfg.head_max, l->fields, &h)) {
	case CS_HTTP_MORE:
		return 0;
	case CS_HTTP_REFUSED:
		c->served++;
		refuse_unread(l, c, h.status);
		return len;
	case CS_HTTP_DONE:
		break;
	}
	begin_request(l, c, &h, p, len > h.len);
	return h.len;
}

static void
drop_body(struct cs_loop *l, struct cs_conn *c, int status)
{
	struct cs_exchange *x = CS_TAKE(c->x);

	refuse(l, c, &x->head.rq, status, true);
	free_exchange(x);
}

static void
complete_body(struct cs_loop *l, struct cs_conn *c)
{
	struct cs_exchange *x = CS_TAKE(c->x);

	c->state = CS_CONN_HEAD;
	x->head.rq.body = cs_buf_span(&x->body);
	answer(l, c, &x->head, NULL, x);
}

static size_t
feed_body(struct cs_loop *l, struct cs_conn *c, const uint8_t *p, size_t len)
{
	struct cs_exchange *x = c->x;
	enum cs_http_step step = CS_HTTP_MORE;
	cs_span data = CS_SPAN(p, len);
	size_t used = len;

	if (x->head.is_chunked) {
		step = cs_http_chunks_decode(&x->chunks, CS_SPAN(p, len), &used, &data);
	} else {
		size_t missing = (size_t)x->head.content_length - x->body.len;
		if (data.len >= missing) {
			data.len = used = missing;
			step = CS_HTTP_DONE;
		}
	}
	cs_buf_add(&x->body, data);
	if (step == CS_HTTP_REFUSED || x->body.has_failed)
		drop_body(l, c, step == CS_HTTP_REFUSED ? 400 : 413);
	else if (step == CS_HTTP_DONE)
		complete_body(l, c);
	return used;
}

/* Takes as many requests as there are, until one has to wait; how many bytes that took. */
static size_t
feed(struct cs_loop *l, struct cs_conn *c, uint8_t *p, size_t len)
{
	size_t used = 0;

	c->is_fresh = false;
	while (used < len && c->state <= CS_CONN_BODY && !has_output(c)) {
		size_t n;

		if (l->out_len > CS_LOOP_OUT_MAX / 2)
			flush(l, c, CS_SPAN_NONE, false);
		n = c->state == CS_CONN_BODY ? feed_body(l, c, p + used, len - used)
					     : feed_head(l, c, p + used, len - used);
		if (n == 0)
			return used;
		used += n;
	}
	c->is_fresh = used < len;
	return used;
}

static void
feed_kept(struct cs_loop *l, struct cs_conn *c)
{
	size_t used = feed(l, c, c->in.p, c->in.len);

	if (used == c->in.len) {
		cs_buf_clear(&c->in);
	} else if (used > 0) {
		memmove(c->in.p, c->in.p + used, c->in.len - used);
		c->in.len -= used;
	}
}

static void
take(struct cs_loop *l, struct cs_conn *c, uint8_t *p, size_t len)
{
	size_t used;

	if (c->in.len > 0) {
		/* part of a head: nothing new can be decided before a line ends or it is too long */
		bool is_line =
		    memchr(p, '\n', len) != NULL || c->in.len + len >= l->server->cfg.head_max;
		cs_buf_add(&c->in, CS_SPAN(p, len));
		if (is_line)
			feed_kept(l, c);
		return;
	}
	used = feed(l, c, p, len);
	if (used < len && c->state != CS_CONN_CLOSING)
		cs_buf_add(&c->in, CS_SPAN(p + used, len - used));
}

static void
read_some(struct cs_loop *l, struct cs_conn *c)
{
	/* never more than fits behind what is kept */
	size_t room = CS_LOOP_IN_MAX - c->in.len;
	ssize_t n;

	do {
		n = recv(c->fd, l->in, room, 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN) {
		c->is_readable = false;
		return;
	}
	if (n <= 0) {
		/* at the end of its requests a client may still wait for answers */
		c->state = n == 0 && c->state != CS_CONN_LINGERING ? CS_CONN_CLOSING : CS_CONN_DEAD;
		return;
	}
	/* epoll(7): a short read from a stream means that it is empty, but its end makes no new event */
	if ((size_t)n < room && !c->is_hup)
		c->is_readable = false;
	if (c->state != CS_CONN_LINGERING)
		take(l, c, l->in, (size_t)n);
}

static void
ask_for_output(struct cs_loop *l, struct cs_conn *c)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = c };

	/* not from the start: a Unix socket reports EPOLLOUT whenever the other side reads */
	if (has_output(c) == c->wants_out)
		return;
	c->wants_out = !c->wants_out;
	ev.events |= c->wants_out ? EPOLLOUT : 0;
	epoll_ctl(l->epoll_fd, EPOLL_CTL_MOD, c->fd, &ev);
}

static void
put_again(struct cs_loop *l, struct cs_conn *c)
{
	if (c->is_again)
		return;
	c->is_again = true;
	c->again = l->again;
	l->again = c;
}

/* The last answer is out: close, after lingering where the client may still be sending. */
static void
shut(struct cs_loop *l, struct cs_conn *c)
{
	if (!c->is_dropped && c->in.len == 0) {
		c->state = CS_CONN_DEAD;
		return;
	}
	shutdown(c->fd, SHUT_WR);
	cs_buf_clear(&c->in);
	c->state = CS_CONN_LINGERING;
	c->is_readable = true;
	put_again(l, c);
}

static void
set_timer(struct cs_loop *l, struct cs_conn *c)
{
	if (has_output(c))
		cs_loop_time(l, c, CS_TIMER_WRITE);
	else if (c->state == CS_CONN_LINGERING)
		cs_loop_time(l, c, CS_TIMER_LINGER);
	else if (c->state == CS_CONN_PARKED)
		cs_loop_time(l, c, CS_TIMER_HANDLER);
	else if (c->state == CS_CONN_BODY)
		cs_loop_time(l, c, CS_TIMER_BODY);
	else
		cs_loop_time(l, c, c->in.len > 0 || c->served == 0 ? CS_TIMER_HEAD : CS_TIMER_IDLE);
}

/* The handler goes on, or will find out before it begins; nobody waits for it. */
static void
abandon(struct cs_conn *c)
{
	atomic_store(&c->x->is_abandoned, true);
	c->x->conn = NULL;
	c->x = NULL;
}

void
cs_conn_close(struct cs_loop *l, struct cs_conn *c)
{
	struct cs_conn **at = &l->again;

	while (c->is_again && *at != c)
		at = &(*at)->again;
	if (c->is_again)
		*at = c->again;
	if (c->x != NULL && c->x->job.run != NULL)
		abandon(c);
	else if (c->x != NULL)
		free_exchange(c->x);
	cs_loop_time(l, c, CS_TIMER_NONE);
	close(c->fd);
	cs_peers_remove(l->server->peers, &c->peer);
	cs_metric_add(CS_M_CONNECTIONS, -1);
	l->open--;
	cs_buf_clear(&c->in);
	cs_buf_clear(&c->out);
	free(c);
}

void
cs_conn_pump(struct cs_loop *l, struct cs_conn *c)
{
	if (has_output(c))
		flush_kept(c);
	for (unsigned turns = 0; takes_bytes(c) && (c->is_fresh || c->is_readable); turns++) {
		if (turns == READS_A_TURN) {
			put_again(l, c);
			break;
		}
		if (c->is_fresh && c->in.len > 0)
			feed_kept(l, c);
		else
			read_some(l, c);
	}
	flush(l, c, CS_SPAN_NONE, false);
	if (c->state == CS_CONN_CLOSING && !has_output(c))
		shut(l, c);
	if (l->is_stopping && is_idle(c))
		c->state = CS_CONN_DEAD;
	if (c->state == CS_CONN_DEAD) {
		cs_conn_close(l, c);
		return;
	}
	ask_for_output(l, c);
	set_timer(l, c);
}

void
cs_conn_open(struct cs_loop *l, struct cs_conn *c)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = c };

	cs_buf_init(&c->in, CS_LOOP_IN_MAX);
	cs_buf_init(&c->out, OUT_KEPT_MAX);
	l->open++;
	if (epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, c->fd, &ev) != 0)
		cs_conn_close(l, c);
	else
		set_timer(l, c);
}

void
cs_conn_event(struct cs_loop *l, struct cs_conn *c, uint32_t events)
{
	c->is_readable = true;
	if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
		c->is_hup = true;
	cs_conn_pump(l, c);
}

/* The handler is done with x. */
void
cs_conn_finish(struct cs_loop *l, struct cs_exchange *x)
{
	struct cs_conn *c = x->conn;

	if (c != NULL) {
		c->x = NULL;
		c->state = CS_CONN_HEAD;
		c->is_fresh = c->in.len > 0;
		respond(l, c, &x->rs, &x->head.rq, x->head.wants_close);
		cs_conn_pump(l, c);
	}
	free_exchange(x);
}

void
cs_conn_expire(struct cs_loop *l, struct cs_conn *c)
{
	switch (c->timer) {
	case CS_TIMER_HEAD:
		if (c->in.len > 0)
			refuse_unread(l, c, 408);
		else
			c->state = CS_CONN_DEAD;
		break;
	case CS_TIMER_BODY:
		drop_body(l, c, 408);
		break;
	case CS_TIMER_HANDLER: {
		/* its parts live until the handler is done, and that this thread is told by itself */
		struct cs_request rq = c->x->head.rq;
		cs_loop_log(l, CS_EV_HTTP_HANDLER_LATE, rq.id, &c->peer, 503);
		abandon(c);
		refuse(l, c, &rq, 503, true);
		break;
	}
	case CS_TIMER_IDLE:
	case CS_TIMER_WRITE:
	case CS_TIMER_LINGER:
	case CS_TIMER_COUNT:
		c->state = CS_CONN_DEAD;
	}
	cs_conn_pump(l, c);
}
