/*
 * cmd_oath_key.c - keys as oathtool takes them. base/codec.h is stricter on purpose.
 */
#include "cli/oath/cmd_oath.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

cs_err
cs_oath_key_from_hex(cs_str text, struct cs_buf *out)
{
	if (text.len % 2 != 0)
		return CS_FAIL(INVALID);
	for (size_t i = 0; i < text.len; i += 2) {
		int high = hex_value(text.p[i]), low = hex_value(text.p[i + 1]);
		if (high < 0 || low < 0)
			return CS_FAIL(INVALID);
		cs_buf_add_byte(out, (uint8_t)(high << 4 | low));
	}
	return CS_OK;
}

static int
base32_value(char c)
{
	if (c >= '2' && c <= '7')
		return c - '2' + 26;
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'z' ? c - 'a' : -1;
}

/*
 * Signs of data in a text of len, or -1: RFC 4648 §6 has no other amounts of padding. What lacks to a
 * whole group counts as padding where the text is of a length that data without padding may have.
 */
static int64_t
data_signs(size_t len, size_t pad)
{
	static const int lacking[] = { 0, 0, 6, 0, 4, 3, 0, 1 };
	static const bool is_padding[] = { true, true, false, true, true, false, true, false };

	pad += (size_t)lacking[len % 8];
	len += (size_t)lacking[len % 8];
	return len % 8 == 0 && pad < 8 && is_padding[pad] ? (int64_t)(len - pad) : -1;
}

cs_err
cs_oath_key_from_base32(cs_str text, struct cs_buf *out)
{
	size_t len = 0, pad = 0;
	uint32_t bits = 0;
	int held = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == ' ')
			continue;
		len++;
		if (text.p[i] == '=') {
			pad++;
			continue;
		}
		int value = base32_value(text.p[i]);
		if (value < 0 || pad > 0)
			return CS_FAIL(INVALID);
		bits = bits << 5 | (uint32_t)value;
		held += 5;
		if (held >= 8) {
			held -= 8;
			cs_buf_add_byte(out, (uint8_t)(bits >> held));
		}
	}
	if (len == 0)
		return CS_OK;
	return data_signs(len, pad) < 0 ? CS_FAIL(INVALID) : CS_OK;
}

/* One byte at a time: what lies behind the line is the next reader's. */
static cs_err
read_line(int fd, struct cs_buf *out)
{
	size_t count = 0;
	bool is_over = false;
	char c;

	while (!is_over) {
		ssize_t n = read(fd, &c, 1);
		if (n < 0 && errno != EINTR)
			return CS_FAIL(INVALID);
		if (n < 0)
			continue;
		is_over = n == 0 || c == '\n';
		count += (size_t)n;
		if (!is_over)
			cs_buf_add_byte(out, (uint8_t)c);
	}
	errno = 0;
	return count == 0 ? CS_FAIL(INVALID) : CS_OK;
}

static void
complain(const char *name, const char *what)
{
	if (errno == 0)
		dprintf(STDERR_FILENO, "%s: %s\n", name, what);
	else
		dprintf(STDERR_FILENO, "%s: %s: %s\n", name, what, strerror(errno));
}

static cs_err
read_given(const char *name, int fd, struct cs_buf *out)
{
	cs_err e = read_line(fd, out);
	uint8_t *zero = out->len > 0 ? memchr(out->p, '\0', out->len) : NULL;

	if (cs_failed(e))
		complain(name, "read file for KEY/OTP");
	if (zero != NULL)
		out->len = (size_t)(zero - out->p);
	return e;
}

cs_err
cs_oath_text(const char *name, const char *given, struct cs_buf *out)
{
	if (strcmp(given, "-") == 0)
		return read_given(name, STDIN_FILENO, out);
	if (given[0] != '@' && given[0] != '-') {
		cs_buf_add_c(out, given);
		return CS_OK;
	}
	int fd = open(given + 1, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		complain(name, "open file for KEY/OTP");
		return CS_FAIL(INVALID);
	}
	cs_err e = read_given(name, fd, out);
	close(fd);
	return e;
}
