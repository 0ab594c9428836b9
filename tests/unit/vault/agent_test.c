#include "vault/agent.h"
#include "vault/agent_serve.h"

#include "test.h"

#include "base/codec.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../folder.h"

#define NOBODY 65534
#define HOUR_MS 3600000

/* An agent in this process, whose clock the test turns. */
struct agent {
	char folder[TEST_FOLDER_SIZE];
	char socket[TEST_FOLDER_SIZE + sizeof(((struct cs_agent_at *)NULL)->name)];
	struct cs_agent_at at;
	struct cs_agent_serving serving;
	int64_t now_ms;
	int listener;
	struct cs_secret *identity;
};

static int64_t
agent_now(void *ctx)
{
	return *(int64_t *)ctx;
}

static struct sockaddr_un
address_of(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	CHECK(strlen(path) < sizeof(at.sun_path));
	memcpy(at.sun_path, path, strlen(path));
	return at;
}

static int
listen_at(const char *path)
{
	struct sockaddr_un at = address_of(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	CHECK(fd != -1);
	CHECK_INT(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	CHECK_INT(listen(fd, 64), 0);
	return fd;
}

static void
agent_open(struct agent *a)
{
	struct cs_guarded *key = NULL;

	*a = (struct agent){ .now_ms = 1000 };
	test_folder_new("agent", a->folder);
	CHECK_OK(cs_agent_locate(a->folder, NULL, &a->at));
	snprintf(a->socket, sizeof(a->socket), "%s/%s", a->folder, a->at.name);
	a->listener = listen_at(a->socket);
	CHECK_OK(cs_age_identity_new(&cs_random_system, &a->identity));
	CHECK_OK(cs_guarded_new(CS_AGE_KEY_LEN, &key));
	memcpy(cs_guarded_open(key), cs_secret_span(a->identity).p, CS_AGE_KEY_LEN);
	cs_agent_serving_init(&a->serving, a->listener, -1,
	    (struct cs_agent_clock){ agent_now, &a->now_ms }, 1000 + HOUR_MS, key);
}

static void
agent_close(struct agent *a)
{
	cs_agent_serving_end(&a->serving);
	if (a->serving.listener != -1)
		close(a->serving.listener);
	cs_secret_free(&a->identity);
	unlink(a->socket);
	rmdir(a->folder);
}

static int
call(const struct agent *a)
{
	struct sockaddr_un to = address_of(a->socket);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK(fd != -1);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
say(int fd, const char *text)
{
	CHECK_INT(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Everything that there is to do now. */
static bool
run(struct agent *a)
{
	bool goes_on = true;

	for (int i = 0; i < 40 && goes_on; i++)
		goes_on = cs_agent_serve_step(&a->serving, 0);
	return goes_on;
}

/* What came so far; "closed" when it was hung up on, "" when there is nothing. */
static const char *
heard(int fd)
{
	static char text[512];
	ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	if (n == 0 || (n == -1 && errno == ECONNRESET))
		return "closed";
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static void
check_heard(int fd, const char *want)
{
	cs_str got = cs_str_c(heard(fd));

	CHECK_TEXT(got, want);
}

static void
encrypt_for(const struct cs_secret *identity, struct cs_buf *file)
{
	cs_age_recipient to = cs_age_recipient_of(identity);

	cs_buf_init(file, 4096);
	CHECK_OK(cs_age_encrypt(&cs_random_system, &to, 1, cs_str_span(CS_STR("a book")), file));
}

/* --- asked by cs_agent_opener --- */

struct server {
	struct agent *agent;
	pthread_t thread;
};

static void *
serve(void *ctx)
{
	struct server *s = ctx;

	while (cs_agent_serve_step(&s->agent->serving, 5000))
		continue;
	return NULL;
}

TEST(the_agent_opens_what_is_for_its_key_and_says_no_to_the_rest)
{
	CS_AUTO(agent_close) struct agent a;
	CS_AUTO(cs_secret_free) struct cs_secret *other = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf mine, theirs, out;
	struct server s = { .agent = &a };
	cs_time until;

	agent_open(&a);
	cs_buf_init_sensitive(&out, 4096);
	CHECK_OK(cs_age_identity_new(&cs_random_system, &other));
	encrypt_for(a.identity, &mine);
	encrypt_for(other, &theirs);
	CHECK_INT(pthread_create(&s.thread, NULL, serve, &s), 0);
	struct cs_age_opener opener = cs_agent_opener(&a.at);
	CHECK_OK(cs_age_decrypt(cs_buf_span(&mine), &opener, &out));
	CHECK_TEXT(cs_buf_str(&out), "a book");
	CHECK_ERR(cs_age_decrypt(cs_buf_span(&theirs), &opener, &out), NOT_FOUND);
	CHECK_OK(cs_agent_until(&a.at, (cs_time){ 5000 }, &until));
	CHECK_INT(until.ms, 5000 + HOUR_MS);
	CHECK_OK(cs_agent_stop(&a.at));
	CHECK_INT(pthread_join(s.thread, NULL), 0);
	CHECK_ERR(cs_age_decrypt(cs_buf_span(&mine), &opener, &out), NOT_FOUND);
	CHECK_ERR(cs_agent_until(&a.at, (cs_time){ 0 }, &until), NOT_FOUND);
	CHECK_ERR(cs_agent_stop(&a.at), NOT_FOUND);
}

/* --- time --- */

TEST(at_its_time_the_key_is_gone_whoever_is_asking)
{
	CS_AUTO(agent_close) struct agent a;

	agent_open(&a);
	int fd = call(&a);
	say(fd, "until\n");
	CHECK(run(&a));
	check_heard(fd, "left 3600000\n");
	a.now_ms += HOUR_MS - 1;
	CHECK(cs_agent_serve_step(&a.serving, 0));
	int last = call(&a);
	say(last, "until\n");
	a.now_ms += 1;
	CHECK(!cs_agent_serve_step(&a.serving, 0));
	CHECK(a.serving.identity == NULL);
	check_heard(fd, "closed");
	close(a.serving.listener);
	a.serving.listener = -1;
	check_heard(last, "closed");
	close(fd);
	close(last);
}

TEST(being_asked_does_not_make_it_longer)
{
	CS_AUTO(agent_close) struct agent a;

	agent_open(&a);
	for (int i = 0; i < 59; i++) {
		int fd = call(&a);
		a.now_ms += 60000;
		say(fd, "until\n");
		CHECK(run(&a));
		CHECK(strncmp(heard(fd), "left ", 5) == 0);
		close(fd);
	}
	a.now_ms += 60000;
	CHECK(!run(&a));
}

TEST(stop_ends_it_and_nobody_answers_any_more)
{
	CS_AUTO(agent_close) struct agent a;

	agent_open(&a);
	int fd = call(&a);
	say(fd, "stop\nuntil\n");
	CHECK(!run(&a));
	CHECK(a.serving.identity == NULL);
	check_heard(fd, "stopped\n");
	CHECK_INT(call(&a), -1);
	close(fd);
}

/* --- callers of all kinds --- */

static void
check_hung_up(const char *text)
{
	CS_AUTO(agent_close) struct agent a;

	agent_open(&a);
	int fd = call(&a);
	say(fd, text);
	CHECK(run(&a));
	if (strcmp(heard(fd), "closed") != 0)
		fail_msg("not hung up on: %s", text);
	close(fd);
	int next = call(&a);
	say(next, "until\n");
	CHECK(run(&a));
	CHECK(strncmp(heard(next), "left ", 5) == 0);
	close(next);
}

TEST(garbage_is_hung_up_on_and_the_next_is_served)
{
	char long_line[400];

	memset(long_line, 'a', sizeof(long_line) - 1);
	long_line[sizeof(long_line) - 1] = '\0';
	check_hung_up("\n");
	check_hung_up("GET / HTTP/1.1\r\n\r\n");
	check_hung_up("unwrap\n");
	check_hung_up("unwrap AAAA BBBB\n");
	check_hung_up("unwrap TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\n");
	check_hung_up("UNTIL\n");
	check_hung_up("until \n");
	check_hung_up(long_line);
}

TEST(a_share_of_low_order_is_called_invalid)
{
	CS_AUTO(agent_close) struct agent a;

	agent_open(&a);
	int fd = call(&a);
	say(fd, "unwrap AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA "
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
	CHECK(run(&a));
	check_heard(fd, "invalid\n");
	close(fd);
}

TEST(a_request_may_come_byte_by_byte_and_several_at_once)
{
	CS_AUTO(agent_close) struct agent a;

	agent_open(&a);
	int fd = call(&a);
	for (const char *c = "until\nunt"; *c != '\0'; c++) {
		CHECK_INT(send(fd, c, 1, MSG_NOSIGNAL), 1);
		CHECK(cs_agent_serve_step(&a.serving, 0));
	}
	CHECK(run(&a));
	check_heard(fd, "left 3600000\n");
	say(fd, "il\nuntil\n");
	CHECK(run(&a));
	check_heard(fd, "left 3600000\nleft 3600000\n");
	close(fd);
}

TEST(a_slow_caller_is_hung_up_on_after_five_seconds_and_keeps_nobody_waiting)
{
	CS_AUTO(agent_close) struct agent a;

	agent_open(&a);
	int slow = call(&a);
	say(slow, "unt");
	CHECK(run(&a));
	int quick = call(&a);
	say(quick, "until\n");
	CHECK(run(&a));
	CHECK(strncmp(heard(quick), "left ", 5) == 0);
	a.now_ms += 4999;
	CHECK(run(&a));
	check_heard(slow, "");
	a.now_ms += 1;
	CHECK(run(&a));
	check_heard(slow, "closed");
	close(slow);
	close(quick);
}

TEST(of_too_many_callers_the_first_makes_room)
{
	CS_AUTO(agent_close) struct agent a;
	int fds[CS_AGENT_CALLERS_MAX + 1];

	agent_open(&a);
	for (size_t i = 0; i < CS_COUNT(fds); i++) {
		fds[i] = call(&a);
		a.now_ms++;
		CHECK(run(&a));
	}
	check_heard(fds[0], "closed");
	for (size_t i = 1; i < CS_COUNT(fds); i++) {
		say(fds[i], "until\n");
		CHECK(run(&a));
		CHECK(strncmp(heard(fds[i]), "left ", 5) == 0);
	}
	for (size_t i = 0; i < CS_COUNT(fds); i++)
		close(fds[i]);
}

TEST(who_does_not_read_answers_is_hung_up_on)
{
	CS_AUTO(agent_close) struct agent a;
	bool is_closed = false;

	agent_open(&a);
	int fd = call(&a);
	for (int i = 0; i < 100000 && !is_closed; i++) {
		is_closed =
		    send(fd, "until\n", 6, MSG_NOSIGNAL | MSG_DONTWAIT) == -1 && errno == EPIPE;
		CHECK(cs_agent_serve_step(&a.serving, 0));
	}
	CHECK(is_closed);
	close(fd);
}

/* Everything that files could refuse is opened wide: only who asks is left to tell them apart. */
TEST(another_user_is_hung_up_on)
{
	if (geteuid() != 0)
		SKIP("only root can be another user");
	CS_AUTO(agent_close) struct agent a;
	int status;

	agent_open(&a);
	CHECK_INT(chmod(a.folder, 0777), 0);
	CHECK_INT(chmod(a.socket, 0777), 0);
	pid_t child = fork();
	if (child == 0) {
		if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
			_exit(1);
		int fd = call(&a);
		char byte;
		if (fd == -1 || send(fd, "until\n", 6, MSG_NOSIGNAL) != 6)
			_exit(fd == -1 ? 2 : 0);
		_exit(recv(fd, &byte, 1, 0) > 0 ? 3 : 0);
	}
	while (waitpid(child, &status, WNOHANG) == 0)
		CHECK(cs_agent_serve_step(&a.serving, 20));
	CHECK_INT(status, 0);
}

/* --- where it is --- */

TEST(an_agent_in_a_folder_of_others_is_not_believed)
{
	CS_AUTO(agent_close) struct agent a;
	cs_time until;

	agent_open(&a);
	CHECK_INT(chmod(a.folder, 0755), 0);
	CHECK_ERR(cs_agent_until(&a.at, (cs_time){ 0 }, &until), NOT_FOUND);
}

TEST(the_socket_is_named_by_the_folder_whatever_its_path)
{
	char vault[TEST_FOLDER_SIZE], runtime[TEST_FOLDER_SIZE], longer[TEST_FOLDER_SIZE * 2];
	struct cs_agent_at a, b;

	test_folder_new("agent-vault", vault);
	test_folder_new("agent-runtime", runtime);
	snprintf(longer, sizeof(longer), "%s/../%s", vault, strrchr(vault, '/') + 1);
	CHECK_OK(cs_agent_locate(vault, runtime, &a));
	CHECK_OK(cs_agent_locate(longer, runtime, &b));
	CHECK_TEXT(cs_str_c(a.name), b.name);
	CHECK(strncmp(a.folder, runtime, strlen(runtime)) == 0);
	/* A runtime folder that others may write to, or that is not there, is not used. */
	CHECK_INT(chmod(runtime, 0770), 0);
	CHECK_OK(cs_agent_locate(vault, runtime, &a));
	CHECK_TEXT(cs_str_c(a.folder), vault);
	CHECK_TEXT(cs_str_c(a.name), "agent");
	CHECK_INT(rmdir(runtime), 0);
	CHECK_OK(cs_agent_locate(vault, runtime, &a));
	CHECK_TEXT(cs_str_c(a.folder), vault);
	CHECK_INT(rmdir(vault), 0);
	CHECK_ERR(cs_agent_locate(vault, NULL, &a), NOT_FOUND);
}

TEST(a_socket_that_was_left_behind_is_nobody)
{
	CS_AUTO(agent_close) struct agent a;
	cs_time until;

	agent_open(&a);
	close(a.serving.listener);
	a.serving.listener = -1;
	CHECK_ERR(cs_agent_until(&a.at, (cs_time){ 0 }, &until), NOT_FOUND);
}

TEST_MAIN("vault/agent")
