/*
 * mail.h - a message as a mail (RFC 5322, 2045, 2047), and its way to the mail server (RFC 5321).
 */
#ifndef CS_NOTIFY_MAIL_H
#define CS_NOTIFY_MAIL_H

#include "base/buf.h"
#include "base/op.h"
#include "crypto/secret.h"
#include "model/message.h"
#include "notify/delivery.h"

enum cs_mail_tls {
	CS_MAIL_STARTTLS = 0, /* required; no mail leaves without it */
	CS_MAIL_TLS, /* from the first byte (port 465) */
	CS_MAIL_TLS_IF_OFFERED, /* encrypted where the server offers it; its certificate is not judged */
	CS_MAIL_PLAIN, /* never: a relay on the same machine */
};

/* Borrowed by whoever is given it; must outlive every delivery. */
struct cs_mail_config {
	cs_str host; /* name or address; empty: no mail server, messages wait */
	uint16_t port;
	enum cs_mail_tls tls;
	cs_str ca_file; /* PEM; empty: the system's certificates */
	cs_str user; /* empty: no AUTH. With it, TLS, STARTTLS, or PLAIN to localhost */
	const struct cs_secret *password; /* NULL when user is empty */
	cs_str from_address;
	cs_str from_name; /* may be empty */
	cs_str helo; /* our own host name */
	int64_t timeout_ms; /* one delivery; also never past op->deadline */
};

#define CS_MAIL_MAX_BYTES (256 * 1024)

/*
 * Whether the settings can be used at all, for app/ to judge at start. INVALID: no host, port or
 * sender; a name that could leave its line; user without password; a password that would travel
 * in the clear beyond this machine.
 */
cs_err cs_mail_config_check(const struct cs_mail_config *cfg);

/*
 * The whole mail, CRLF, 7 bit: From, To, Subject, Date (m->created), Message-ID (stable: of m->id
 * and the domain of from_address), Auto-Submitted (RFC 3834), text/plain as quoted-printable.
 * Errors: INVALID (a header value with CR, LF or NUL; an address that is none), LIMIT.
 */
cs_err cs_mail_compose(
    const struct cs_mail_config *cfg, const struct cs_message *m, struct cs_buf *out);

/* Whether text may stand as the one address in To: and RCPT: local@domain, no more than 254. */
bool cs_mail_address_is_valid(cs_str text);

/* Blocks its worker until the server answered or time is up. Logs the outcome. */
void cs_mail_deliver(const struct cs_mail_config *cfg, const struct cs_op *op,
    const struct cs_message *m, struct cs_delivery *out);

#endif
