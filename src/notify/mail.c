/*
 * mail.c - handing a mail to the next server, by libcurl's SMTP.
 */
#include "notify/mail.h"

#include "base/log.h"

#include <curl/curl.h>

struct sending {
	cs_span rest;
	bool was_read; /* the server wants the message: DATA was accepted */
};

static size_t
give_bytes(char *to, size_t size, size_t count, void *ctx)
{
	struct sending *s = ctx;
	size_t n = size * count < s->rest.len ? size * count : s->rest.len;

	s->was_read = true;
	if (n != 0)
		memcpy(to, s->rest.p, n);
	s->rest = (cs_span){ s->rest.p + n, s->rest.len - n };
	return n;
}

static void
easy_free(CURL **easy)
{
	curl_easy_cleanup(*easy);
	*easy = NULL;
}

static void
list_free(struct curl_slist **list)
{
	curl_slist_free_all(*list);
	*list = NULL;
}

#define SET(easy, option, value) CS_ASSERT(curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

static const char *
url_of(const struct cs_mail_config *cfg, struct cs_arena *a)
{
	bool is_ip6 = cs_str_find(cfg->host, ':', 0) < cfg->host.len;
	cs_str helo = cfg->helo.len != 0 ? cfg->helo : CS_STR("localhost");

	return cs_arena_printf(a, "%s://%s%.*s%s:%u/%.*s",
	    cfg->tls == CS_MAIL_TLS ? "smtps" : "smtp", is_ip6 ? "[" : "", CS_STR_ARG(cfg->host),
	    is_ip6 ? "]" : "", (unsigned)cfg->port, CS_STR_ARG(helo))
	    .p;
}

static void
set_encryption(CURL *easy, const struct cs_mail_config *cfg, struct cs_arena *a)
{
	static const long use_ssl[] = {
		[CS_MAIL_STARTTLS] = CURLUSESSL_ALL,
		[CS_MAIL_TLS] = CURLUSESSL_ALL,
		[CS_MAIL_TLS_IF_OFFERED] = CURLUSESSL_TRY,
		[CS_MAIL_PLAIN] = CURLUSESSL_NONE,
	};
	bool is_judged = cfg->tls != CS_MAIL_TLS_IF_OFFERED;

	SET(easy, CURLOPT_USE_SSL, use_ssl[cfg->tls]);
	SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(easy, CURLOPT_SSL_VERIFYPEER, is_judged ? 1L : 0L);
	SET(easy, CURLOPT_SSL_VERIFYHOST, is_judged ? 2L : 0L);
	if (cfg->ca_file.len != 0)
		SET(easy, CURLOPT_CAINFO, cs_arena_c(a, cfg->ca_file));
}

static void
set_user(CURL *easy, const struct cs_mail_config *cfg, struct cs_arena *a)
{
	struct cs_buf password;

	if (cfg->user.len == 0)
		return;
	cs_buf_init_sensitive(&password, CS_SECRET_MAX + 1);
	cs_buf_add(&password, cs_secret_span(cfg->password));
	cs_buf_add_byte(&password, '\0');
	SET(easy, CURLOPT_USERNAME, cs_arena_c(a, cfg->user));
	SET(easy, CURLOPT_PASSWORD, (const char *)password.p);
	cs_buf_clear(&password);
}

static long
time_left(const struct cs_mail_config *cfg, const struct cs_op *op)
{
	int64_t left = cfg->timeout_ms;

	if (op->deadline.ms != 0 && op->deadline.ms - op->now.ms < left)
		left = op->deadline.ms - op->now.ms;
	return (long)left;
}

static void
set_all(CURL *easy, const struct cs_mail_config *cfg, const struct cs_op *op, struct sending *s)
{
	SET(easy, CURLOPT_URL, url_of(cfg, op->arena));
	SET(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(easy, CURLOPT_PROXY, "");
	SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_TIMEOUT_MS, time_left(cfg, op));
	SET(easy, CURLOPT_CONNECTTIMEOUT_MS, time_left(cfg, op));
	set_encryption(easy, cfg, op->arena);
	set_user(easy, cfg, op->arena);
	SET(easy, CURLOPT_UPLOAD, 1L);
	SET(easy, CURLOPT_READFUNCTION, give_bytes);
	SET(easy, CURLOPT_READDATA, s);
	SET(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)s->rest.len);
}

/*
 * What the server's last reply says about this message. A 5xx in answer to MAIL, RCPT, DATA or the
 * message itself is about the message; one in the greeting, to EHLO, STARTTLS or AUTH is about us
 * and the settings, which can be mended, so the message waits. So do 530 and its kin (RFC 4954
 * §6: authentication required), whatever they answer.
 */
static enum cs_outcome
judge(CURLcode code, long reply, const struct sending *s)
{
	bool is_about_message = s->was_read || code == CURLE_SEND_ERROR;
	bool is_about_us = reply == 530 || reply == 534 || reply == 535 || reply == 538;

	if (code == CURLE_OK)
		return CS_DELIVERED;
	if (reply >= 500 && reply <= 599 && is_about_message && !is_about_us)
		return CS_DELIVERY_REFUSED;
	return CS_DELIVERY_RETRY;
}

static void
log_outcome(const struct cs_op *op, const struct cs_message *m, const struct cs_delivery *d,
    const char *reason)
{
	switch (d->outcome) {
	case CS_DELIVERED:
		CS_LOG(op, MAIL_SENT, CS_F_ID("message", m->id), CS_F_INT("reply", d->code));
		break;
	case CS_DELIVERY_REFUSED:
		CS_LOG(op, MAIL_REFUSED, CS_F_ID("message", m->id), CS_F_INT("reply", d->code),
		    CS_F_C("reason", reason));
		break;
	case CS_DELIVERY_RETRY:
		CS_LOG(op, MAIL_DEFERRED, CS_F_ID("message", m->id), CS_F_INT("reply", d->code),
		    CS_F_C("reason", reason));
		break;
	case CS_DELIVERY_EXPIRED:
		CS_LOG(op, MAIL_EXPIRED, CS_F_ID("message", m->id));
		break;
	}
}

static void
send_mail(const struct cs_mail_config *cfg, const struct cs_op *op, const struct cs_message *m,
    cs_span mail, struct cs_delivery *out)
{
	CS_AUTO(easy_free) CURL *easy = curl_easy_init();
	CS_AUTO(list_free) struct curl_slist *to = NULL;
	struct sending s = { .rest = mail };
	long reply = 0;

	CS_ASSERT(easy != NULL);
	to = curl_slist_append(NULL, cs_arena_printf(op->arena, "<%.*s>", CS_STR_ARG(m->to)).p);
	CS_ASSERT(to != NULL);
	set_all(easy, cfg, op, &s);
	SET(easy, CURLOPT_MAIL_FROM,
	    cs_arena_printf(op->arena, "<%.*s>", CS_STR_ARG(cfg->from_address)).p);
	SET(easy, CURLOPT_MAIL_RCPT, to);
	CURLcode code = curl_easy_perform(easy);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply);
	*out = (struct cs_delivery){ .outcome = judge(code, reply, &s), .code = (int)reply };
	log_outcome(op, m, out, curl_easy_strerror(code));
}

void
cs_mail_deliver(const struct cs_mail_config *cfg, const struct cs_op *op,
    const struct cs_message *m, struct cs_delivery *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf mail;

	*out = (struct cs_delivery){ .outcome = CS_DELIVERY_RETRY };
	cs_buf_init_sensitive(&mail, CS_MAIL_MAX_BYTES);
	if (m->valid_until.ms < op->now.ms) {
		out->outcome = CS_DELIVERY_EXPIRED;
		log_outcome(op, m, out, NULL);
	} else if (cs_failed(cs_mail_config_check(cfg))) {
		CS_LOG(op, MAIL_MISCONFIGURED, CS_F_ID("message", m->id));
	} else if (cs_failed(cs_mail_compose(cfg, m, &mail))) {
		out->outcome = CS_DELIVERY_REFUSED;
		log_outcome(op, m, out, "it cannot be written as a mail");
	} else if (time_left(cfg, op) > 0) {
		send_mail(cfg, op, m, cs_buf_span(&mail), out);
	}
}
