#include "idp/client.h"

#include "test.h"

#include <stdlib.h>

#include "server.h"

static void
plain(struct server *s, const char *path, struct cs_buf *response)
{
	respond(response, strcmp(path, "/missing") == 0 ? 404 : 200, "{\"ok\":true}");
}

static void
redirect(struct server *s, const char *path, struct cs_buf *response)
{
	cs_buf_printf(response,
	    "HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:%u/inner\r\nContent-Length: 0\r\n\r\n",
	    (unsigned)s->port);
}

static void
silent(struct server *s, const char *path, struct cs_buf *response)
{
}

static void
endless(struct server *s, const char *path, struct cs_buf *response)
{
	cs_buf_add_c(response, "HTTP/1.1 200 X\r\nConnection: close\r\n\r\n");
	for (size_t i = 0; i < CS_IDP_ANSWER_MAX_BYTES + 1; i++)
		cs_buf_add_c(response, "x");
}

static void
endless_chunks(struct server *s, const char *path, struct cs_buf *response)
{
	cs_buf_add_c(response, "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (size_t i = 0; i < CS_IDP_ANSWER_MAX_BYTES / 256 + 2; i++)
		cs_buf_printf(response, "100\r\n%0256d\r\n", 0);
}

static void
garbage(struct server *s, const char *path, struct cs_buf *response)
{
	cs_buf_add_c(response, "SSH-2.0-OpenSSH_9.2\r\n");
}

struct play {
	struct server server;
	struct stage stage;
	struct cs_idp_answer answer;
};

static void
play_open(struct play *p, void (*handle)(struct server *, const char *, struct cs_buf *))
{
	*p = (struct play){ .server = { .handle = handle } };
	server_open(&p->server);
	stage_open(&p->stage, 30000);
}

static void
play_close(struct play *p)
{
	stage_close(&p->stage);
	server_close(&p->server);
}

static cs_err
get(struct play *p, cs_str url)
{
	return cs_idp_exchange(
	    p->stage.client, &p->stage.op, &(struct cs_idp_call){ .url = url }, &p->answer);
}

static cs_err
get_path(struct play *p, const char *path)
{
	return get(p, server_url(&p->server, p->stage.op.arena, path));
}

static void
forbid_everything(struct play *p)
{
	cs_idp_client_configure(p->stage.client,
	    &(struct cs_idp_client_config){ .timeout_ms = 30000, .clock = &p->stage.clock });
}

TEST(an_answer_comes_with_status_and_body)
{
	static struct play p;

	play_open(&p, plain);
	CHECK_OK(get_path(&p, "/a?b=c"));
	CHECK_INT(p.answer.status, 200);
	CHECK_TEXT(p.answer.body, "{\"ok\":true}");
	CHECK(strstr(p.server.seen, "GET /a?b=c HTTP/1.1\r\n") == p.server.seen);
	CHECK(strstr(p.server.seen, "\r\nAccept: application/json\r\n") != NULL);
	CHECK(strstr(p.server.seen, "Authorization") == NULL);
	CHECK_OK(get_path(&p, "/missing"));
	CHECK_INT(p.answer.status, 404);
	play_close(&p);
}

TEST(a_form_is_posted_with_its_credentials)
{
	static struct play p;

	play_open(&p, plain);
	CHECK_OK(cs_idp_exchange(p.stage.client, &p.stage.op,
	    &(struct cs_idp_call){
		.url = server_url(&p.server, p.stage.op.arena, "/token"),
		.form = CS_STR("a=b&c=d"),
		.basic = CS_STR("id:secret"),
	    },
	    &p.answer));
	CHECK(strstr(p.server.seen, "POST /token HTTP/1.1\r\n") == p.server.seen);
	CHECK(strstr(p.server.seen, "\r\nAuthorization: Basic aWQ6c2VjcmV0\r\n") != NULL);
	CHECK(strstr(p.server.seen, "\r\nContent-Type: application/x-www-form-urlencoded\r\n") !=
	      NULL);
	CHECK(strstr(p.server.seen, "\r\n\r\na=b&c=d") != NULL);
	play_close(&p);
}

TEST(a_bearer_token_that_is_none_is_not_sent)
{
	static struct play p;

	play_open(&p, plain);
	CHECK_ERR(cs_idp_exchange(p.stage.client, &p.stage.op,
		      &(struct cs_idp_call){
			  .url = server_url(&p.server, p.stage.op.arena, "/me"),
			  .bearer = CS_STR("a\r\nX-Injected: yes"),
		      },
		      &p.answer),
	    INVALID);
	CHECK_INT(server_requests(&p.server), 0);
	play_close(&p);
}

TEST(loopback_is_refused_unless_it_is_allowed)
{
	static struct play p;

	play_open(&p, plain);
	forbid_everything(&p);
	CHECK_ERR(get_path(&p, "/"), FORBIDDEN);
	CHECK_ERR(get(&p, cs_arena_printf(
			      p.stage.op.arena, "https://127.0.0.1:%u/", (unsigned)p.server.port)),
	    FORBIDDEN);
	CHECK_INT(server_requests(&p.server), 0);
	play_close(&p);
}

TEST(a_name_is_judged_by_the_address_that_it_resolves_to)
{
	static struct play p;

	play_open(&p, plain);
	forbid_everything(&p);
	CHECK_ERR(get(&p, cs_arena_printf(
			      p.stage.op.arena, "https://localhost:%u/", (unsigned)p.server.port)),
	    FORBIDDEN);
	play_close(&p);
}

TEST(special_addresses_in_every_spelling_are_refused)
{
	static const char *const urls[] = { "https://127.0.0.1/", "https://127.1/",
		"https://2130706433/", "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://0/",
		"https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
		"https://[::]/", "https://10.0.0.1/", "https://192.168.1.1/", "https://172.16.0.1/",
		"https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/",
		"https://[fe80::1]/", "https://[fd00::1]/", "https://[64:ff9b::7f00:1]/",
		"https://[2002:7f00:1::]/", "https://224.0.0.1/", "https://255.255.255.255/" };
	static struct play p;

	play_open(&p, plain);
	forbid_everything(&p);
	for (size_t i = 0; i < CS_COUNT(urls); i++) {
		if (!cs_is(get(&p, cs_str_c(urls[i])), CS_E_FORBIDDEN))
			fail_msg("reached: %s", urls[i]);
	}
	play_close(&p);
}

TEST(plain_http_goes_to_allowed_networks_only_even_if_the_address_is_public)
{
	static struct play p;

	play_open(&p, plain);
	CHECK_ERR(get(&p, CS_STR("http://192.0.2.1/")), FORBIDDEN);
	CHECK_OK(get_path(&p, "/"));
	play_close(&p);
}

TEST(a_redirect_is_an_answer_and_is_not_followed)
{
	static struct play p;

	play_open(&p, redirect);
	CHECK_OK(get_path(&p, "/"));
	CHECK_INT(p.answer.status, 302);
	CHECK_INT(server_requests(&p.server), 1);
	play_close(&p);
}

TEST(a_proxy_of_the_environment_is_not_used)
{
	static struct play p;

	CHECK(setenv("http_proxy", "http://127.0.0.1:1", 1) == 0);
	CHECK(setenv("all_proxy", "http://127.0.0.1:1", 1) == 0);
	play_open(&p, plain);
	CHECK_OK(get_path(&p, "/"));
	play_close(&p);
	unsetenv("http_proxy");
	unsetenv("all_proxy");
}

TEST(an_answer_beyond_the_cap_is_refused_with_and_without_length)
{
	static struct play p;

	play_open(&p, endless);
	CHECK_ERR(get_path(&p, "/"), LIMIT);
	CHECK_INT(p.answer.body.len, 0);
	p.server.handle = endless_chunks;
	CHECK_ERR(get_path(&p, "/"), LIMIT);
	play_close(&p);
}

TEST(a_server_that_says_nothing_is_given_up)
{
	static struct play p;

	play_open(&p, silent);
	cs_idp_client_free(&p.stage.client);
	cs_arena_free(&p.stage.op.arena);
	stage_open(&p.stage, 200);
	CHECK_ERR(get_path(&p, "/"), UNAVAILABLE);
	CHECK_INT(p.answer.status, 0);
	play_close(&p);
}

TEST(what_is_not_http_is_no_answer)
{
	static struct play p;

	play_open(&p, garbage);
	CHECK_ERR(get_path(&p, "/"), UNAVAILABLE);
	play_close(&p);
}

TEST(nobody_listening_is_unavailable)
{
	static struct play p;

	play_open(&p, plain);
	cs_str url = server_url(&p.server, p.stage.op.arena, "/");
	server_close(&p.server);
	CHECK_ERR(get(&p, url), UNAVAILABLE);
	stage_close(&p.stage);
}

TEST(a_server_that_did_not_answer_is_left_alone_for_a_moment)
{
	static struct play p;

	play_open(&p, garbage);
	p.stage.op.deadline = (cs_time){ 0 };
	CHECK_ERR(get_path(&p, "/"), UNAVAILABLE);
	p.server.handle = plain;
	for (int i = 0; i < 3; i++)
		CHECK_ERR(get_path(&p, "/other"), UNAVAILABLE);
	CHECK_INT(server_requests(&p.server), 1);
	p.stage.op.now = cs_time_add(p.stage.op.now, 2 * CS_SECOND_MS);
	CHECK_OK(get_path(&p, "/"));
	CHECK_OK(get_path(&p, "/"));
	CHECK_INT(server_requests(&p.server), 3);
	play_close(&p);
}

TEST(our_own_lack_of_time_is_not_held_against_a_server)
{
	static struct play p;

	play_open(&p, silent);
	p.stage.op.deadline = cs_time_add(p.stage.op.now, 100);
	CHECK_ERR(get_path(&p, "/"), UNAVAILABLE);
	p.server.handle = plain;
	p.stage.op.deadline = (cs_time){ 0 };
	CHECK_OK(get_path(&p, "/"));
	play_close(&p);
}

TEST(after_the_deadline_nothing_is_sent)
{
	static struct play p;

	play_open(&p, plain);
	p.stage.op.deadline = p.stage.op.now;
	CHECK_ERR(get_path(&p, "/"), UNAVAILABLE);
	CHECK_INT(server_requests(&p.server), 0);
	play_close(&p);
}

TEST(urls_that_are_none_are_refused)
{
	static const char *const bad[] = { "", "ftp://127.0.0.1/", "file:///etc/passwd",
		"gopher://127.0.0.1/", "https://", "https://u:p@127.0.0.1/", "https://a b/",
		"https://127.0.0.1/\r\nX: y", "//127.0.0.1/" };
	static struct play p;

	play_open(&p, plain);
	for (size_t i = 0; i < CS_COUNT(bad); i++)
		CHECK_ERR(get(&p, cs_str_c(bad[i])), INVALID);
	play_close(&p);
}

TEST_MAIN("idp/client")
