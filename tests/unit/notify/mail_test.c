/* Delivery against a mail server in a thread of the test that answers as each test wants. */
#include "notify/mail.h"

#include "test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "letter.h"

/* What the server says at each point; NULL: as a good server would; "": nothing, and it hangs up. */
struct script {
	const char *greeting, *ehlo, *auth, *mail, *rcpt, *data, *end;
	bool is_mute; /* accepts the connection and says nothing at all */
};

struct server {
	struct script script;
	int listener;
	uint16_t port;
	pthread_t thread;
	int connections;
	char heard[65536]; /* everything the client said, terminated */
	size_t heard_len;
};

static bool
say(int fd, const char *scripted, const char *good)
{
	const char *text = scripted != NULL ? scripted : good;

	return text[0] != '\0' && send(fd, text, strlen(text), MSG_NOSIGNAL) > 0;
}

/* One line, kept in heard; false at the end of the connection. */
static bool
hear(struct server *s, int fd, char line[static 2048])
{
	size_t len = 0;

	while (len < 2047) {
		if (recv(fd, line + len, 1, 0) != 1)
			return false;
		len++;
		if (line[len - 1] == '\n')
			break;
	}
	line[len] = '\0';
	if (s->heard_len + len < sizeof(s->heard)) {
		memcpy(s->heard + s->heard_len, line, len + 1);
		s->heard_len += len;
	}
	return true;
}

static bool
hear_message(struct server *s, int fd)
{
	char line[2048];

	do {
		if (!hear(s, fd, line))
			return false;
	} while (strcmp(line, ".\r\n") != 0);
	return true;
}

static bool
answer_line(struct server *s, int fd, const char *line)
{
	const struct script *t = &s->script;

	if (strncmp(line, "EHLO", 4) == 0)
		return say(fd, t->ehlo, "250-test\r\n250 AUTH PLAIN\r\n");
	if (strncmp(line, "AUTH", 4) == 0) {
		char credentials[2048];

		return say(fd, NULL, "334 \r\n") && hear(s, fd, credentials) &&
		       say(fd, t->auth, "235 in\r\n");
	}
	if (strncmp(line, "MAIL", 4) == 0)
		return say(fd, t->mail, "250 ok\r\n");
	if (strncmp(line, "RCPT", 4) == 0)
		return say(fd, t->rcpt, "250 ok\r\n");
	if (strncmp(line, "DATA", 4) == 0)
		return say(fd, t->data, "354 go\r\n") &&
		       (t->data != NULL ||
			   (hear_message(s, fd) && say(fd, t->end, "250 taken\r\n")));
	return say(fd, NULL, "221 bye\r\n");
}

static void
converse(struct server *s, int fd)
{
	char line[2048];

	if (s->script.is_mute) {
		(void)!hear(s, fd, line);
		return;
	}
	if (!say(fd, s->script.greeting, "220 test\r\n"))
		return;
	while (hear(s, fd, line)) {
		if (!answer_line(s, fd, line))
			return;
	}
}

static void *
run(void *ctx)
{
	struct server *s = ctx;

	for (;;) {
		int fd = accept(s->listener, NULL, NULL);
		if (fd < 0)
			return NULL;
		s->connections++;
		converse(s, fd);
		close(fd);
	}
}

static void
server_open(struct server *s, struct script script)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(at);

	*s = (struct server){ .script = script };
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(bind(s->listener, (struct sockaddr *)&at, sizeof(at)) == 0);
	CHECK(listen(s->listener, 4) == 0);
	CHECK(getsockname(s->listener, (struct sockaddr *)&at, &len) == 0);
	s->port = ntohs(at.sin_port);
	CHECK(pthread_create(&s->thread, NULL, run, s) == 0);
}

static void
server_close(struct server *s)
{
	shutdown(s->listener, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->listener);
}

static struct cs_op
operation(void)
{
	return (struct cs_op){
		.now = cs_seconds(1790000000),
		.deadline = cs_seconds(1790000030),
		.arena = cs_arena_new(65536),
	};
}

/* One delivery of a good letter, with these settings but the port. */
static struct cs_delivery
deliver_with(struct script script, struct cs_mail_config cfg, struct server *s)
{
	struct cs_op op = operation();
	struct cs_message m = letter();
	struct cs_delivery d = { .outcome = CS_DELIVERY_EXPIRED };

	server_open(s, script);
	cfg.port = s->port;
	cs_mail_deliver(&cfg, &op, &m, &d);
	server_close(s);
	cs_arena_free(&op.arena);
	return d;
}

static struct cs_delivery
deliver(struct script script)
{
	static struct server s;

	return deliver_with(script, settings(), &s);
}

#define CHECK_DELIVERY(SCRIPT, OUTCOME, CODE) \
	do { \
		struct cs_delivery d_ = deliver(SCRIPT); \
		CHECK_INT(d_.outcome, OUTCOME); \
		CHECK_INT(d_.code, CODE); \
	} while (0)

#define SCRIPT(...) ((struct script){ __VA_ARGS__ })

TEST(a_message_is_handed_over)
{
	static struct server s;
	struct cs_delivery d = deliver_with(SCRIPT(0), settings(), &s);

	CHECK_INT(d.outcome, CS_DELIVERED);
	CHECK_INT(d.code, 250);
	CHECK(strstr(s.heard, "EHLO auth.example.test\r\n") == s.heard);
	CHECK(strstr(s.heard, "MAIL FROM:<no-reply@auth.example.test>") != NULL);
	CHECK(strstr(s.heard, "RCPT TO:<ada@example.test>\r\n") != NULL);
	CHECK(strstr(s.heard, "\r\nSubject: Your PIN\r\n") != NULL);
	CHECK(strstr(s.heard, "\r\n\r\nHello,\r\n\r\n123456\r\n.\r\n") != NULL);
	CHECK(strstr(s.heard, "AUTH") == NULL);
}

TEST(a_passing_refusal_is_tried_again)
{
	CHECK_DELIVERY(SCRIPT(.mail = "451 later\r\n"), CS_DELIVERY_RETRY, 451);
	CHECK_DELIVERY(SCRIPT(.rcpt = "450 busy\r\n"), CS_DELIVERY_RETRY, 450);
	CHECK_DELIVERY(SCRIPT(.data = "452 full\r\n"), CS_DELIVERY_RETRY, 452);
	CHECK_DELIVERY(SCRIPT(.end = "451 later\r\n"), CS_DELIVERY_RETRY, 451);
	CHECK_DELIVERY(SCRIPT(.greeting = "421 closing\r\n"), CS_DELIVERY_RETRY, 421);
}

TEST(a_lasting_refusal_of_the_message_is_not_tried_again)
{
	CHECK_DELIVERY(SCRIPT(.mail = "553 not you\r\n"), CS_DELIVERY_REFUSED, 553);
	CHECK_DELIVERY(SCRIPT(.rcpt = "550 nobody\r\n"), CS_DELIVERY_REFUSED, 550);
	CHECK_DELIVERY(SCRIPT(.data = "554 no\r\n"), CS_DELIVERY_REFUSED, 554);
	CHECK_DELIVERY(SCRIPT(.end = "554 spam\r\n"), CS_DELIVERY_REFUSED, 554);
}

TEST(a_refusal_of_ourselves_lets_the_message_wait)
{
	CHECK_DELIVERY(SCRIPT(.greeting = "554 go away\r\n"), CS_DELIVERY_RETRY, 554);
	CHECK_DELIVERY(SCRIPT(.mail = "530 authenticate first\r\n"), CS_DELIVERY_RETRY, 530);
}

TEST(a_server_that_hangs_up_is_tried_again)
{
	CHECK_INT(deliver(SCRIPT(.greeting = "")).outcome, CS_DELIVERY_RETRY);
	CHECK_INT(deliver(SCRIPT(.mail = "")).outcome, CS_DELIVERY_RETRY);
	CHECK_INT(deliver(SCRIPT(.data = "")).outcome, CS_DELIVERY_RETRY);
	CHECK_INT(deliver(SCRIPT(.end = "")).outcome, CS_DELIVERY_RETRY);
}

TEST(what_is_not_smtp_is_tried_again)
{
	static struct server s;
	struct cs_mail_config cfg = settings();
	const struct script web = { .greeting = "HTTP/1.1 400 Bad Request\r\n\r\n" };

	cfg.timeout_ms = 200; /* curl goes on waiting for a reply that begins with a number */
	CHECK_INT(deliver_with(web, cfg, &s).outcome, CS_DELIVERY_RETRY);
}

TEST(a_server_that_says_nothing_is_given_up_in_time)
{
	static struct server s;
	struct cs_mail_config cfg = settings();

	cfg.timeout_ms = 200;
	struct cs_delivery d = deliver_with(SCRIPT(.is_mute = true), cfg, &s);
	CHECK_INT(d.outcome, CS_DELIVERY_RETRY);
	CHECK_INT(d.code, 0);
}

TEST(nobody_listening_is_tried_again)
{
	static struct server s;
	struct cs_op op = operation();
	struct cs_mail_config cfg = settings();
	struct cs_message m = letter();
	struct cs_delivery d;

	server_open(&s, SCRIPT(0));
	cfg.port = s.port;
	server_close(&s);
	cs_mail_deliver(&cfg, &op, &m, &d);
	CHECK_INT(d.outcome, CS_DELIVERY_RETRY);
	CHECK_INT(d.code, 0);
	cs_arena_free(&op.arena);
}

TEST(a_server_without_starttls_gets_nothing_when_it_is_required)
{
	static struct server s;
	struct cs_mail_config cfg = settings();

	cfg.tls = CS_MAIL_STARTTLS;
	struct cs_delivery d = deliver_with(SCRIPT(0), cfg, &s);
	CHECK_INT(d.outcome, CS_DELIVERY_RETRY);
	CHECK(strstr(s.heard, "MAIL") == NULL);
	CHECK(strstr(s.heard, "123456") == NULL);
}

TEST(a_server_without_starttls_gets_the_mail_where_it_is_only_preferred)
{
	static struct server s;
	struct cs_mail_config cfg = settings();

	cfg.tls = CS_MAIL_TLS_IF_OFFERED;
	CHECK_INT(deliver_with(SCRIPT(0), cfg, &s).outcome, CS_DELIVERED);
}

TEST(credentials_are_given_and_a_refusal_of_them_lets_the_message_wait)
{
	static struct server s;
	CS_AUTO(cs_secret_free) struct cs_secret *password = NULL;
	struct cs_mail_config cfg = settings();

	CHECK_OK(cs_secret_from(CS_SPAN("pw", 2), &password));
	cfg.user = CS_STR("relay");
	cfg.password = password;
	CHECK_INT(deliver_with(SCRIPT(0), cfg, &s).outcome, CS_DELIVERED);
	/* base64 of NUL relay NUL pw */
	CHECK(strstr(s.heard, "AHJlbGF5AHB3") != NULL);
	struct cs_delivery d = deliver_with(SCRIPT(.auth = "535 wrong\r\n"), cfg, &s);
	CHECK_INT(d.outcome, CS_DELIVERY_RETRY);
	CHECK(strstr(s.heard, "MAIL") == NULL);
}

TEST(a_message_that_is_over_is_not_sent)
{
	static struct server s;
	struct cs_op op = operation();
	struct cs_mail_config cfg = settings();
	struct cs_message m = letter();
	struct cs_delivery d;

	server_open(&s, SCRIPT(0));
	cfg.port = s.port;
	m.valid_until = cs_time_add(op.now, -1);
	cs_mail_deliver(&cfg, &op, &m, &d);
	server_close(&s);
	CHECK_INT(d.outcome, CS_DELIVERY_EXPIRED);
	CHECK_INT(s.connections, 0);
	cs_arena_free(&op.arena);
}

TEST(with_settings_that_cannot_be_used_messages_wait)
{
	struct cs_op op = operation();
	struct cs_mail_config cfg = settings();
	struct cs_message m = letter();
	struct cs_delivery d = { .outcome = CS_DELIVERED };

	cfg.host = CS_STR_NONE;
	cs_mail_deliver(&cfg, &op, &m, &d);
	CHECK_INT(d.outcome, CS_DELIVERY_RETRY);
	cs_arena_free(&op.arena);
}

TEST(after_the_deadline_nothing_is_sent)
{
	static struct server s;
	struct cs_op op = operation();
	struct cs_mail_config cfg = settings();
	struct cs_message m = letter();
	struct cs_delivery d = { .outcome = CS_DELIVERED };

	server_open(&s, SCRIPT(0));
	cfg.port = s.port;
	op.deadline = op.now;
	cs_mail_deliver(&cfg, &op, &m, &d);
	server_close(&s);
	CHECK_INT(d.outcome, CS_DELIVERY_RETRY);
	CHECK_INT(s.connections, 0);
	cs_arena_free(&op.arena);
}

TEST_MAIN("notify/mail")
