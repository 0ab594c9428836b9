#include "app/parts.h"

#include "base/log.h"
#include "domain/config/publish.h"
#include "domain/keys.h"
#include "domain/witness.h"
#include "idp/client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OP_LIMIT_MS (30 * CS_SECOND_MS)

/* --- settings into the form that the parts want --- */

static cs_err
refuse(struct cs_buf *problem, const char *key, cs_str value, const char *why)
{
	cs_buf_printf(problem, "%s = '%.*s': %s", key, CS_STR_ARG(value), why);
	return CS_FAIL(INVALID);
}

/* "smtp://HOST:PORT" or "smtps://HOST:PORT"; the port may be left out. */
static cs_err
decode_server(cs_str text, struct cs_mail_config *out, struct cs_buf *problem)
{
	static const cs_str plain = CS_STR("smtp://");
	static const cs_str tls = CS_STR("smtps://");
	bool is_tls = cs_str_starts(text, tls);
	int64_t port = is_tls ? 465 : 587;

	if (!is_tls && !cs_str_starts(text, plain))
		return refuse(
		    problem, "mail.server", text, "begins with neither smtp:// nor smtps://");
	cs_str host = cs_str_slice(text, is_tls ? tls.len : plain.len, text.len);
	/* "[::1]:25": colons inside the brackets are the address's own */
	size_t colon = cs_str_find(
	    host, ':', cs_str_starts(host, CS_STR("[")) ? cs_str_find(host, ']', 0) : 0);
	if (colon < host.len) {
		if (!cs_str_to_i64(cs_str_slice(host, colon + 1, host.len), &port) || port < 1 ||
		    port > 65535)
			return refuse(
			    problem, "mail.server", text, "the port is not a number to 65535");
		host = cs_str_slice(host, 0, colon);
	}
	if (cs_str_starts(host, CS_STR("[")) && cs_str_ends(host, CS_STR("]")))
		host = cs_str_slice(host, 1, host.len - 1);
	if (host.len == 0)
		return refuse(problem, "mail.server", text, "names no host");
	out->host = host;
	out->port = (uint16_t)port;
	if (is_tls)
		out->tls = CS_MAIL_TLS;
	return CS_OK;
}

/* The file's first line. */
static cs_err
read_password(cs_str path, struct cs_arena *a, struct cs_secret **out, struct cs_buf *problem)
{
	uint8_t text[CS_SECRET_MAX];
	int fd = open(cs_arena_c(a, path), O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return refuse(problem, "mail.password_file", path, strerror(errno));
	size_t len = cs_str_find((cs_str){ (char *)text, (size_t)n }, '\n', 0);
	cs_err e = cs_secret_from(CS_SPAN(text, len), out);
	cs_wipe(text, sizeof(text));
	return cs_failed(e) ? refuse(problem, "mail.password_file", path, "holds no password")
			    : CS_OK;
}

static cs_str
domain_of(cs_str address)
{
	return cs_str_slice(address, cs_str_find(address, '@', 0) + 1, address.len);
}

static cs_err
decode_mail(const struct cs_settings *c, struct cs_mail_config *out, struct cs_secret **password,
    struct cs_buf *problem)
{
	*out = (struct cs_mail_config){
		.tls = cs_str_equal(c->mail.security, CS_STR("none"))  ? CS_MAIL_PLAIN
		       : cs_str_equal(c->mail.security, CS_STR("tls")) ? CS_MAIL_TLS
								       : CS_MAIL_STARTTLS,
		.user = c->mail.user,
		.from_address = c->mail.from,
		.from_name = c->mail.from_name,
		.helo = domain_of(c->mail.from),
		.timeout_ms = c->mail.timeout_ms,
	};
	if (c->mail.server.len == 0)
		return CS_OK;
	if (!cs_mail_address_is_valid(c->mail.from))
		return refuse(problem, "mail.from", c->mail.from, "is no mail address");
	CS_TRY(decode_server(c->mail.server, out, problem));
	if (c->mail.user.len > 0)
		CS_TRY(read_password(c->mail.password_file, c->arena, password, problem));
	out->password = *password;
	if (cs_failed(cs_mail_config_check(out)))
		return refuse(problem, "mail.server", c->mail.server,
		    "a password would travel in the clear, or a name is malformed");
	return CS_OK;
}

static cs_err
decode_outbound(const struct cs_settings *c, const struct cs_clock *clock,
    struct cs_network *networks, struct cs_idp_client_config *out, struct cs_buf *problem)
{
	for (size_t i = 0; i < c->outbound.allow.count; i++) {
		if (cs_failed(cs_network_decode(c->outbound.allow.items[i], &networks[i])))
			return refuse(problem, "outbound.allow", c->outbound.allow.items[i],
			    "is no network such as 10.0.0.0/8");
	}
	*out = (struct cs_idp_client_config){
		.allowed = networks,
		.allowed_count = c->outbound.allow.count,
		.timeout_ms = c->outbound.timeout_ms,
		.clock = clock,
	};
	return CS_OK;
}

static cs_err
check_support(const struct cs_settings *c, struct cs_buf *problem)
{
	if (c->support_address.len > 0 && !cs_mail_address_is_valid(c->support_address))
		return refuse(problem, "support_address", c->support_address, "is no mail address");
	return CS_OK;
}

cs_err
cs_parts_check(const struct cs_settings *c, struct cs_buf *problem)
{
	CS_AUTO(cs_secret_free) struct cs_secret *password = NULL;
	struct cs_mail_config mail;

	CS_TRY(check_support(c, problem));
	return decode_mail(c, &mail, &password, problem);
}

/* --- opening --- */

static cs_err
fail(struct cs_buf *problem, const char *what, cs_str about, cs_err e)
{
	cs_buf_printf(problem, "%s %.*s: %s", what, CS_STR_ARG(about), cs_code_name(e.code));
	return e;
}

static cs_err
open_store(struct cs_parts *p, const struct cs_settings *c, struct cs_buf *problem)
{
	const struct cs_store_config cfg = {
		.url = c->database,
		.readers = (unsigned)c->database_connections,
	};
	cs_err e = cs_store_open_migrated(&cfg, &p->domain.store);

	if (cs_is(e, CS_E_CONFLICT)) {
		cs_buf_printf(problem, "the database was made by a newer version of countersignd");
		return e;
	}
	return cs_failed(e) ? fail(problem, "cannot open the database of", CS_STR("`database`"), e)
			    : CS_OK;
}

/* A wrong file is no reason not to serve: what rests on countries refuses, and the log says why. */
static void
set_geo(struct cs_parts *p, const struct cs_settings *c)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(1 << 16);
	struct cs_geo *geo = NULL;
	const char *problem = "";

	if (c->geo_database.len > 0 &&
	    cs_failed(cs_geo_open(cs_arena_c(arena, c->geo_database), &problem, &geo)))
		CS_LOG(NULL, GEO_DATABASE_UNUSABLE, CS_F_STR("path", c->geo_database),
		    CS_F_C("reason", problem));
	cs_gate_set_geo(p->domain.gate, &geo);
}

static cs_err
open_all(struct cs_parts *p, const struct cs_settings *c, struct cs_buf *problem)
{
	struct cs_domain *d = &p->domain;
	struct cs_network networks[CS_SETTINGS_LIST_MAX];
	struct cs_idp_client_config outbound;
	const struct cs_gate_config gate = { .max_sessions = (size_t)c->sessions_in_memory };
	const struct cs_pwhash_cost cost = { (uint32_t)c->password.memory_kib,
		(uint32_t)c->password.passes };

	CS_TRY(check_support(c, problem));
	CS_TRY(decode_mail(c, &p->notify.mail, &p->mail_password, problem));
	CS_TRY(decode_outbound(c, p->clock, networks, &outbound, problem));
	cs_err e = cs_keyring_open(cs_arena_c(c->arena, c->keyring), &d->keyring);
	if (cs_failed(e))
		return fail(problem, "cannot use the keyring", c->keyring, e);
	CS_TRY(open_store(p, c, problem));
	CS_TRY(cs_idp_client_new(&outbound, &d->idp));
	CS_TRY(cs_pwhasher_new(
	    (unsigned)c->password.threads, (unsigned)c->password.queue, cost, &d->pwhasher));
	cs_gate_new(&gate, &d->gate);
	set_geo(p, c);
	d->keys = cs_keys_new();
	cs_publisher_new(&d->publisher);
	if (c->audit_witness.len > 0)
		d->witness = cs_witness_new(c->audit_witness);
	return CS_OK;
}

/* With less to go by nobody waits shorter. */
static void
set_member_times(struct cs_domain *d, const struct cs_settings *c)
{
	int64_t wait = c->recovery_wait_ms;

	d->remember_browser_ms = c->remember_browser_ms;
	d->recovery_wait_ms = wait;
	d->recovery_wait_thin_ms =
	    c->recovery_wait_thin_ms < wait ? wait : c->recovery_wait_thin_ms;
}

static struct cs_parts *
parts_new(const struct cs_clock *clock, const struct cs_settings *c)
{
	struct cs_parts *p = calloc(1, sizeof(*p));

	CS_ASSERT(p != NULL);
	p->clock = clock;
	pthread_mutex_init(&p->notify_lock, NULL);
	p->domain = (struct cs_domain){
		.rng = &cs_random_system,
		.mfa_age_is_login_only = c->mfa_age_at_sign_in_only,
		.notify = &p->notify,
		.republish = cs_config_republish,
		.node = cs_id_new(&cs_random_system),
		.change_stale_ms = c->change_stale_ms,
		.auth_log_keep_ms = c->auth_log_keep_ms,
	};
	set_member_times(&p->domain, c);
	CS_ASSERT(c->support_address.len <= CS_SUPPORT_ADDRESS_MAX);
	if (c->support_address.len > 0)
		memcpy(p->domain.support_address, c->support_address.p, c->support_address.len);
	return p;
}

cs_err
cs_parts_open(struct cs_settings **config, const struct cs_clock *clock, struct cs_parts **out,
    struct cs_buf *problem)
{
	CS_AUTO(cs_parts_close) struct cs_parts *p = parts_new(clock, *config);

	*out = NULL;
	p->settings = CS_TAKE(*config);
	cs_err e = open_all(p, p->settings, problem);
	if (cs_failed(e)) {
		if (problem->len == 0)
			return fail(problem, "cannot start", CS_STR("a part of the server"), e);
		return e;
	}
	*out = CS_TAKE(p);
	return CS_OK;
}

void
cs_parts_close(struct cs_parts **p)
{
	if (*p == NULL)
		return;
	struct cs_domain *d = &(*p)->domain;
	cs_witness_free(&d->witness);
	cs_publisher_free(&d->publisher);
	cs_keys_free(&d->keys);
	cs_gate_free(&d->gate);
	cs_pwhasher_free(&d->pwhasher);
	cs_idp_client_free(&d->idp);
	cs_store_close(&d->store);
	cs_keyring_close(&d->keyring);
	cs_secret_free(&(*p)->mail_password);
	cs_settings_free(&(*p)->settings);
	pthread_mutex_destroy(&(*p)->notify_lock);
	free(*p);
	*p = NULL;
}

/* --- reloading --- */

/* What a running process cannot change; named in the log so that nobody waits for it. */
static void
tell_what_waits(const struct cs_settings *was, const struct cs_settings *is)
{
	const struct {
		const char *key;
		bool is_same;
	} fixed[] = {
		{ "database", cs_str_equal(was->database, is->database) },
		{ "keyring", cs_str_equal(was->keyring, is->keyring) },
		{ "audit_witness", cs_str_equal(was->audit_witness, is->audit_witness) },
		{ "support_address", cs_str_equal(was->support_address, is->support_address) },
		{ "event_threads", was->event_threads == is->event_threads },
		{ "workers", was->workers == is->workers },
		{ "queue", was->queue == is->queue },
		{ "database_connections", was->database_connections == is->database_connections },
		{ "sessions_in_memory", was->sessions_in_memory == is->sessions_in_memory },
		{ "password", was->password.memory_kib == is->password.memory_kib &&
				  was->password.passes == is->password.passes &&
				  was->password.threads == is->password.threads &&
				  was->password.queue == is->password.queue },
	};

	for (size_t i = 0; i < CS_COUNT(fixed); i++) {
		if (!fixed[i].is_same)
			CS_LOG(NULL, CONFIG_NEEDS_RESTART, CS_F_C("key", fixed[i].key));
	}
}

static void
swap_notify(struct cs_parts *p, struct cs_settings **config, const struct cs_mail_config *mail,
    struct cs_secret **password)
{
	pthread_mutex_lock(&p->notify_lock);
	p->notify.mail = *mail;
	cs_secret_free(&p->mail_password);
	p->mail_password = CS_TAKE(*password);
	cs_settings_free(&p->settings);
	p->settings = CS_TAKE(*config);
	p->domain.mfa_age_is_login_only = p->settings->mfa_age_at_sign_in_only;
	p->domain.auth_log_keep_ms = p->settings->auth_log_keep_ms;
	set_member_times(&p->domain, p->settings);
	pthread_mutex_unlock(&p->notify_lock);
}

cs_err
cs_parts_reload(struct cs_parts *p, struct cs_settings **config, struct cs_buf *problem)
{
	CS_AUTO(cs_settings_free) struct cs_settings *c = CS_TAKE(*config);
	CS_AUTO(cs_secret_free) struct cs_secret *password = NULL;
	struct cs_network networks[CS_SETTINGS_LIST_MAX];
	struct cs_idp_client_config outbound;
	struct cs_mail_config mail;

	CS_TRY(check_support(c, problem));
	CS_TRY(decode_mail(c, &mail, &password, problem));
	CS_TRY(decode_outbound(c, p->clock, networks, &outbound, problem));
	cs_err e = cs_keyring_reload(p->domain.keyring);
	if (cs_failed(e))
		return fail(problem, "cannot read the keyring", c->keyring, e);
	tell_what_waits(p->settings, c);
	cs_idp_client_configure(p->domain.idp, &outbound);
	set_geo(p, c);
	swap_notify(p, &c, &mail, &password);
	return CS_OK;
}

const struct cs_settings *
cs_parts_settings(const struct cs_parts *p)
{
	return p->settings;
}

struct cs_op
cs_parts_op(const struct cs_parts *p, struct cs_arena *arena)
{
	cs_time now = cs_clock_now(p->clock);

	return (struct cs_op){
		.id = cs_id_new(&cs_random_system),
		.now = now,
		.deadline = cs_time_add(now, OP_LIMIT_MS),
		.arena = arena,
	};
}
