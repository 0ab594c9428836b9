/*
 * compose.c - a message as the bytes of a mail. Pure.
 */
#include "notify/mail.h"

#include "base/codec.h"

#include <stdio.h>
#include <time.h>

/* RFC 2045 §6.7; RFC 2047 §2, where the longest name before a word is "Subject: ". */
#define LINE_MAX_LEN 76
#define WORD_MAX_LEN (76 - 9)

static bool
is_visible(char c)
{
	return c > ' ' && c <= '~';
}

/* RFC 5322 §3.2.3: atext */
static bool
is_atext(char c)
{
	return is_visible(c) && strchr("()<>[]:;@\\,.\"", c) == NULL;
}

static bool
is_dotted(cs_str s, bool (*is_good)(char))
{
	cs_str part;

	if (s.len == 0 || s.p[s.len - 1] == '.')
		return false;
	while (cs_str_cut(&s, '.', &part)) {
		if (part.len == 0 || part.len > 64)
			return false;
		for (size_t i = 0; i < part.len; i++) {
			if (!is_good(part.p[i]))
				return false;
		}
	}
	return true;
}

static bool
is_host_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-';
}

bool
cs_mail_address_is_valid(cs_str text)
{
	size_t at = cs_str_find(text, '@', 0);

	return text.len <= 254 && at < text.len && at <= 64 &&
	       is_dotted(cs_str_slice(text, 0, at), is_atext) &&
	       is_dotted(cs_str_slice(text, at + 1, text.len), is_host_character);
}

/* Neither line ends nor anything else that a header cannot hold. */
static bool
is_header_text(cs_str s)
{
	if (!cs_utf8_is_valid(cs_str_span(s)))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return false;
	}
	return true;
}

/* How many bytes of s make whole characters and stay within max. */
static size_t
whole_characters(cs_str s, size_t max)
{
	return cs_utf8_prefix(cs_str_span(cs_str_slice(s, 0, max)));
}

/*
 * RFC 2047 §4.1: every header text goes out as encoded words, so that no text can look like one,
 * and lines stay short without folding at spaces.
 */
static void
add_words(struct cs_buf *out, cs_str text)
{
	const size_t most = (WORD_MAX_LEN - strlen("=?utf-8?B?"
						   "?=")) /
			    4 * 3;

	for (bool is_first = true; text.len != 0; is_first = false) {
		size_t n = whole_characters(text, most);

		cs_buf_add_c(out, is_first ? "=?utf-8?B?" : "\r\n =?utf-8?B?");
		cs_base64_encode(cs_str_span(cs_str_slice(text, 0, n)), out);
		cs_buf_add_c(out, "?=");
		text = cs_str_slice(text, n, text.len);
	}
}

static bool
is_plain(cs_str text)
{
	bool is_short = text.len <= 60;

	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] != ' ' && !is_atext(text.p[i]) && text.p[i] != '.' &&
		    text.p[i] != ',' && text.p[i] != ':')
			return false;
		if (text.p[i] == '=' || text.p[i] == '?')
			return false; /* the signs of an encoded word */
	}
	return is_short && text.len != 0 && text.p[0] != ' ' && text.p[text.len - 1] != ' ';
}

static void
add_subject(struct cs_buf *out, cs_str subject)
{
	cs_buf_add_c(out, "Subject: ");
	if (is_plain(subject))
		cs_buf_add_str(out, subject);
	else
		add_words(out, subject);
	cs_buf_add_c(out, "\r\n");
}

static void
add_from(struct cs_buf *out, const struct cs_mail_config *cfg)
{
	cs_buf_add_c(out, "From: ");
	if (cfg->from_name.len != 0) {
		add_words(out, cfg->from_name);
		cs_buf_add_c(out, "\r\n ");
	}
	cs_buf_add_c(out, "<");
	cs_buf_add_str(out, cfg->from_address);
	cs_buf_add_c(out, ">\r\n");
}

/* RFC 5322 §3.3, in UTC: "Sun, 22 Nov 2026 07:41:32 +0000". */
static void
add_date(struct cs_buf *out, cs_time t)
{
	static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	time_t seconds = (time_t)(t.ms / CS_SECOND_MS);
	struct tm tm;

	CS_ASSERT(gmtime_r(&seconds, &tm) != NULL);
	cs_buf_printf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday],
	    tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void
add_message_id(struct cs_buf *out, const struct cs_mail_config *cfg, cs_id id)
{
	size_t at = cs_str_find(cfg->from_address, '@', 0);
	char uuid[CS_ID_UUID_LEN];

	cs_id_uuid(id, uuid);
	cs_buf_add_c(out, "Message-ID: <");
	cs_buf_add(out, CS_SPAN(uuid, sizeof(uuid)));
	cs_buf_add_str(out, cs_str_slice(cfg->from_address, at, cfg->from_address.len));
	cs_buf_add_c(out, ">\r\n");
}

/* One character of the body as quoted-printable writes it. */
static size_t
quote(char c, bool is_last_of_line, char out[static 4])
{
	bool is_blank = c == ' ' || c == '\t';

	if ((is_visible(c) && c != '=') || (is_blank && !is_last_of_line)) {
		out[0] = c;
		return 1;
	}
	snprintf(out, 4, "=%02X", (unsigned char)c);
	return 3;
}

static void
add_body_line(struct cs_buf *out, cs_str line)
{
	size_t column = 0;

	for (size_t i = 0; i < line.len; i++) {
		char quoted[4];
		size_t n = quote(line.p[i], i + 1 == line.len, quoted);

		if (column + n > LINE_MAX_LEN - 1) { /* room for the '=' that breaks softly */
			cs_buf_add_c(out, "=\r\n");
			column = 0;
		}
		cs_buf_add(out, CS_SPAN(quoted, n));
		column += n;
	}
	cs_buf_add_c(out, "\r\n");
}

/* RFC 2045 §6.7. Line ends of the text are LF, CR LF is taken as one. */
static void
add_body(struct cs_buf *out, cs_str text)
{
	cs_str line;

	while (cs_str_cut(&text, '\n', &line)) {
		if (line.len != 0 && line.p[line.len - 1] == '\r')
			line.len--;
		add_body_line(out, line);
	}
}

cs_err
cs_mail_compose(const struct cs_mail_config *cfg, const struct cs_message *m, struct cs_buf *out)
{
	if (!cs_mail_address_is_valid(cfg->from_address) || !cs_mail_address_is_valid(m->to) ||
	    !is_header_text(cfg->from_name) || !is_header_text(m->subject) ||
	    !cs_utf8_is_valid(cs_str_span(m->text)))
		return CS_FAIL(INVALID);
	add_from(out, cfg);
	cs_buf_add_c(out, "To: <");
	cs_buf_add_str(out, m->to);
	cs_buf_add_c(out, ">\r\n");
	add_subject(out, m->subject);
	add_date(out, m->created);
	add_message_id(out, cfg, m->id);
	cs_buf_add_c(out,
	    "Auto-Submitted: auto-generated\r\n" /* RFC 3834 §5: no vacation notice in return */
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
	add_body(out, m->text);
	return cs_buf_finish(out, NULL);
}

static bool
is_this_machine(cs_str host)
{
	struct cs_addr a;

	return cs_str_equal_nocase(host, CS_STR("localhost")) ||
	       (!cs_failed(cs_addr_decode(host, &a)) && cs_addr_is_loopback(&a));
}

/* A host name or address as it may stand in a URL, without brackets. */
static bool
is_host(cs_str host)
{
	struct cs_addr a;

	return is_dotted(host, is_host_character) || !cs_failed(cs_addr_decode(host, &a));
}

cs_err
cs_mail_config_check(const struct cs_mail_config *cfg)
{
	bool is_encrypted = cfg->tls == CS_MAIL_STARTTLS || cfg->tls == CS_MAIL_TLS;

	if (!is_host(cfg->host) || cfg->port == 0 || cfg->timeout_ms <= 0 ||
	    !cs_mail_address_is_valid(cfg->from_address) || !is_header_text(cfg->from_name) ||
	    (cfg->helo.len != 0 && !is_dotted(cfg->helo, is_host_character)))
		return CS_FAIL(INVALID);
	if (cfg->user.len == 0)
		return CS_OK;
	if (cfg->password == NULL || !is_header_text(cfg->user))
		return CS_FAIL(INVALID);
	if (!is_encrypted && !(cfg->tls == CS_MAIL_PLAIN && is_this_machine(cfg->host)))
		return CS_FAIL(INVALID);
	return CS_OK;
}
