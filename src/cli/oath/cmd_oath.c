/*
 * cmd_oath.c - one-time passwords as Debian's oathtool 2.6.7 makes and checks them: same options,
 * same output, same complaints. docs/decisions/0902 says what differs.
 *
 * Most of such a process is being started, and most of that is pages being mapped: so no stdio on the
 * way to a code, no large frames, and no question to the vDSO, whose data would be one page more.
 */
#include "cli/oath/cmd_oath.h"

#include "cli/oath/date.h"
#include "crypto/equal.h"
#include "crypto/secret.h"
#include "proto/hotp.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define STEP_S 30
/* Text of a key: more than an argument can be. */
#define TEXT_LIMIT (1 << 20)

static const char help_text[] =
    "Usage: oathtool [OPTION]... [KEY [OTP]]...\n"
    "Generate and validate OATH one-time passwords.  KEY and OTP is the string '-'\n"
    "to read from standard input, '@FILE' to read from indicated filename, or a hex\n"
    "encoded value (not recommended on multi-user systems).\n"
    "\n"
    "  -h, --help                    Print help and exit\n"
    "  -V, --version                 Print version and exit\n"
    "      --hotp                    use event-based HOTP mode  (default=on)\n"
    "      --totp[=MODE]             use time-variant TOTP mode (values \"SHA1\",\n"
    "                                  \"SHA256\", or \"SHA512\")  (default=`SHA1')\n"
    "  -b, --base32                  use base32 encoding of KEY instead of hex\n"
    "                                  (default=off)\n"
    "  -c, --counter=COUNTER         HOTP counter value\n"
    "  -s, --time-step-size=DURATION TOTP time-step duration  (default=`30s')\n"
    "  -S, --start-time=TIME         when to start counting time steps for TOTP\n"
    "                                  (default=`1970-01-01 00:00:00 UTC')\n"
    "  -N, --now=TIME                use this time as current time for TOTP\n"
    "                                  (default=`now')\n"
    "  -d, --digits=DIGITS           number of digits in one-time password\n"
    "  -w, --window=WIDTH            number of additional OTPs to generate or\n"
    "                                  validate against\n"
    "  -v, --verbose                 explain what is being done  (default=off)\n"
    "\n"
    "Report bugs to: oath-toolkit-help@nongnu.org\n"
    "oathtool home page: <https://www.nongnu.org/oath-toolkit/>\n"
    "General help using GNU software: <https://www.gnu.org/gethelp/>\n";

static const char version_text[] =
    "oathtool (Countersign " CS_VERSION ")\n"
    "Takes the options of, and answers as, oathtool of OATH Toolkit 2.6.7.\n";

/* Standard output, collected. */
struct out {
	char text[512];
	size_t len;
	bool has_failed;
};

struct oath {
	const char *name;
	struct cs_oath_options options;
	struct cs_buf key;
	struct cs_buf otp;
	struct cs_hotp hotp;
	int64_t step_s, start_s, now_s;
	struct out out;
};

static void
flush(struct out *o)
{
	for (size_t at = 0; at < o->len && !o->has_failed;) {
		ssize_t n = write(STDOUT_FILENO, o->text + at, o->len - at);
		if (n >= 0)
			at += (size_t)n;
		else
			o->has_failed = errno != EINTR;
	}
	cs_wipe(o->text, o->len);
	o->len = 0;
}

static void
put(struct out *o, cs_str text)
{
	while (text.len > 0) {
		size_t n = sizeof(o->text) - o->len;
		n = text.len < n ? text.len : n;
		memcpy(o->text + o->len, text.p, n);
		o->len += n;
		text = cs_str_slice(text, n, text.len);
		if (o->len == sizeof(o->text))
			flush(o);
	}
}

__attribute__((format(printf, 2, 3))) static void
say(struct oath *a, const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	put(&a->out, cs_str_c(line));
}

/* Behind what was printed; yields the exit status. */
__attribute__((format(printf, 2, 3))) static int
complain(struct oath *a, const char *format, ...)
{
	va_list args;

	flush(&a->out);
	dprintf(STDERR_FILENO, "%s: ", a->name);
	va_start(args, format);
	vdprintf(STDERR_FILENO, format, args);
	va_end(args);
	dprintf(STDERR_FILENO, "\n");
	return CS_CLI_FAILED;
}

static int
read_key(struct oath *a)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	char **given = a->options.operands;

	cs_buf_init_sensitive(&text, TEXT_LIMIT);
	if (cs_failed(cs_oath_text(a->name, given[0], &text)) ||
	    (a->options.operand_count > 1 && cs_failed(cs_oath_text(a->name, given[1], &a->otp))))
		return CS_CLI_FAILED;
	if (!a->options.is_base32)
		return cs_failed(cs_oath_key_from_hex(cs_buf_str(&text), &a->key))
			   ? complain(a, "hex decoding of secret key failed")
			   : CS_CLI_OK;
	return cs_failed(cs_oath_key_from_base32(cs_buf_str(&text), &a->key))
		   ? complain(a, "base32 decoding failed: Base32 string is invalid")
		   : CS_CLI_OK;
}

static bool
is_check(const struct oath *a)
{
	return a->options.operand_count > 1;
}

static int
check_digits(struct oath *a)
{
	struct cs_oath_options *o = &a->options;

	if (o->has_digits && (o->digits < 6 || o->digits > 8))
		return complain(a, "only digits 6, 7 and 8 are supported");
	if (o->operand_count > 2)
		return complain(a, "too many parameters");
	if (is_check(a) && o->has_digits && (size_t)o->digits != a->otp.len)
		return complain(a, "given one-time password has bad length %d != %ld", o->digits,
		    (long)a->otp.len);
	if (is_check(a))
		o->digits = (int)a->otp.len;
	a->hotp = (struct cs_hotp){ .hash = o->hash, .digits = o->digits };
	return CS_CLI_OK;
}

static void
explain_key(struct oath *a)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	cs_span key = cs_buf_span(&a->key);

	say(a, "Hex secret: ");
	for (size_t i = 0; i < key.len; i++)
		say(a, "%02x", key.p[i]);
	say(a, "\nBase32 secret: ");
	for (size_t bit = 0; bit < (key.len + 4) / 5 * 40; bit += 5) {
		size_t at = bit / 8;
		unsigned two = at < key.len ? (unsigned)key.p[at] << 8 : 0;
		two |= at + 1 < key.len ? key.p[at + 1] : 0;
		put(&a->out, at < key.len ? (cs_str){ &letters[two >> (11 - bit % 8) & 31], 1 }
					  : CS_STR("="));
	}
	if (is_check(a)) {
		put(&a->out, CS_STR("\nOTP: "));
		put(&a->out, cs_buf_str(&a->otp));
	}
	say(a, "\nDigits: %d\nWindow size: %ld\n", a->options.digits, (long)a->options.window);
}

static struct timespec
clock_now(void)
{
	struct timespec now = { 0 };

	(void)syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
	return now;
}

/* -1 cannot be told from a failure there. */
static int
read_moment(struct oath *a, const char *text, int64_t *out)
{
	if (text == NULL)
		return CS_CLI_OK;
	struct timespec now = clock_now();
	/* The original reckons from a whole second: "0.5 sec ago" is the one before. */
	now.tv_nsec = 0;
	if (cs_failed(cs_date_parse(text, &now, out)) || *out == -1)
		return complain(a, "cannot parse time `%s'", text);
	return CS_CLI_OK;
}

static int
read_times(struct oath *a)
{
	const struct cs_oath_options *o = &a->options;
	int status;

	a->now_s = clock_now().tv_sec;
	a->start_s = 0;
	a->step_s = STEP_S;
	if ((status = read_moment(a, o->now, &a->now_s)) != CS_CLI_OK ||
	    (status = read_moment(a, o->start, &a->start_s)) != CS_CLI_OK)
		return status;
	if (o->step != NULL && cs_failed(cs_duration_parse(o->step, &a->step_s)))
		return complain(a, "cannot parse time `%s'", o->step);
	return CS_CLI_OK;
}

/* The steps of a time; it is cut off towards 0, not down, before the start. */
static int64_t
step_at(const struct oath *a, uint64_t time_s, int64_t length_s)
{
	return (int64_t)(time_s - (uint64_t)a->start_s) / length_s;
}

/* A 32-bit number there, 0 being the usual. */
static int64_t
effective_step_s(const struct oath *a)
{
	uint32_t step = (uint32_t)a->step_s;

	return step == 0 ? STEP_S : step;
}

static bool
is_in_calendar(int64_t s)
{
	time_t at = s;
	struct tm tm;

	return gmtime_r(&at, &tm) != NULL;
}

static int
explain_moment(struct oath *a, const char *what, int64_t s)
{
	time_t at = s;
	struct tm tm;
	char text[64];

	if (gmtime_r(&at, &tm) == NULL)
		return complain(a, "gmtime_r");
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm);
	say(a, "%s time: %s (%ld)\n", what, text, (long)s);
	return CS_CLI_OK;
}

static int64_t
shown_step(const struct oath *a)
{
	return step_at(a, (uint64_t)a->now_s, a->step_s == 0 ? STEP_S : a->step_s);
}

static int
explain_totp(struct oath *a)
{
	static const char *const names[] = { "SHA1", "SHA256", "SHA512" };
	int status;

	say(a, "TOTP mode: %s\n", names[a->hotp.hash]);
	/* a start that no calendar has is said before the step */
	if (is_in_calendar(a->start_s))
		say(a, "Step size (seconds): %ld\n", (long)a->step_s);
	if ((status = explain_moment(a, "Start", a->start_s)) != CS_CLI_OK ||
	    (status = explain_moment(a, "Current", a->now_s)) != CS_CLI_OK)
		return status;
	long step = (long)shown_step(a);
	say(a, "Counter: 0x%lX (%ld)\n\n", (unsigned long)step, step);
	return CS_CLI_OK;
}

/* Codes are made for later and later times … */
static uint64_t
factor_to_print(const struct oath *a, uint64_t i)
{
	if (!a->options.is_totp)
		return a->options.counter + i;
	return (uint64_t)step_at(
	    a, (uint64_t)a->now_s + i * (uint64_t)a->step_s, effective_step_s(a));
}

/* … but looked for at later and later steps. */
static uint64_t
factor_to_find(const struct oath *a, uint64_t i)
{
	if (!a->options.is_totp)
		return a->options.counter + i;
	return (uint64_t)step_at(a, (uint64_t)a->now_s, effective_step_s(a)) + i;
}

static cs_err
make_code(
    const struct oath *a, struct cs_mac *mac, uint64_t factor, char code[CS_OTP_DIGITS_MAX + 1])
{
	CS_TRY(cs_hotp_code(&a->hotp, mac, factor, code));
	code[a->hotp.digits] = '\n';
	return CS_OK;
}

static int
print_codes(struct oath *a, struct cs_mac *mac)
{
	char code[CS_OTP_DIGITS_MAX + 1];

	for (uint64_t i = 0; !a->out.has_failed; i++) {
		if (cs_failed(make_code(a, mac, factor_to_print(a, i), code)))
			return complain(a, "generating one-time password failed (%d)", -1);
		put(&a->out, (cs_str){ code, (size_t)a->hotp.digits + 1 });
		if (i == a->options.window)
			break;
	}
	return CS_CLI_OK;
}

static cs_err
is_code(const struct oath *a, struct cs_mac *mac, uint64_t i, bool *out)
{
	char code[CS_OTP_DIGITS_MAX + 1];

	*out = false;
	CS_TRY(make_code(a, mac, factor_to_find(a, i), code));
	*out = cs_equal(code, a->otp.p, a->otp.len);
	return CS_OK;
}

/* HOTP looks ahead, TOTP both ways; prints how far it was. */
static int
find_code(struct oath *a, struct cs_mac *mac)
{
	bool is_found = false;

	for (uint64_t i = 0;; i++) {
		cs_err e = is_code(a, mac, i, &is_found);
		if (!cs_failed(e) && !is_found && a->options.is_totp && i > 0)
			e = is_code(a, mac, 0 - i, &is_found);
		if (cs_failed(e))
			return complain(a, "validating one-time password failed (%d)", -1);
		if (is_found) {
			say(a, "%d\n", (int)i);
			return CS_CLI_OK;
		}
		if (i == a->options.window)
			break;
	}
	long low = (long)a->options.counter, high = (long)(a->options.counter + a->options.window);
	if (a->options.is_totp) {
		low = (long)((uint64_t)shown_step(a) - a->options.window / 2);
		high = (long)((uint64_t)shown_step(a) + a->options.window / 2);
	}
	(void)complain(a, "password \"%.*s\" not found in range %ld .. %ld",
	    CS_STR_ARG(cs_buf_str(&a->otp)), low, high);
	return CS_CLI_USAGE;
}

static int
answer(struct oath *a)
{
	CS_AUTO(cs_mac_free) struct cs_mac *mac = NULL;

	if (a->hotp.digits < 6 || a->hotp.digits > 8)
		return complain(a, "validating one-time password failed (%d)", -2);
	if (cs_failed(cs_mac_new(a->hotp.hash, cs_buf_span(&a->key), &mac)))
		return complain(a, "generating one-time password failed (%d)", -1);
	return is_check(a) ? find_code(a, mac) : print_codes(a, mac);
}

static int
calculate(struct oath *a)
{
	const struct cs_oath_options *o = &a->options;
	int status;

	if ((status = read_key(a)) != CS_CLI_OK || (status = check_digits(a)) != CS_CLI_OK)
		return status;
	if (o->is_verbose)
		explain_key(a);
	if (o->is_totp && (status = read_times(a)) != CS_CLI_OK)
		return status;
	if (o->is_verbose && o->is_totp && (status = explain_totp(a)) != CS_CLI_OK)
		return status;
	if (o->is_verbose && !o->is_totp)
		say(a, "Start counter: 0x%lX (%lu)\n\n", (unsigned long)o->counter,
		    (unsigned long)o->counter);
	return answer(a);
}

/*
 * Arguments lie where everybody on the machine can read them: in /proc/PID/cmdline. They move to
 * locked memory, all of them, since a mistyped option may have made a key of any; *bytes is for
 * wiping and freeing.
 */
static void
hide_arguments(int argc, char **argv, cs_span *bytes)
{
	size_t total = 1;

	for (int i = 1; i < argc; i++)
		total += strlen(argv[i]) + 1;
	char *copy = malloc(total);
	CS_ASSERT(copy != NULL);
	(void)mlock(copy, total); /* RLIMIT_MEMLOCK may be 0; what follows takes a millisecond */
	*bytes = CS_SPAN(copy, total);
	for (int i = 1; i < argc; i++) {
		size_t len = strlen(argv[i]);
		memcpy(copy, argv[i], len + 1);
		cs_wipe(argv[i], len);
		argv[i] = copy;
		copy += len + 1;
	}
}

/* No dump, and nobody who traces. */
static void
shut_memory(void)
{
	static const struct rlimit none = { 0, 0 };

	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)setrlimit(RLIMIT_CORE, &none);
}

static bool
is_in_argument(const struct cs_oath_options *o)
{
	return o->operands[0][0] != '-' && o->operands[0][0] != '@';
}

static int
run(struct oath *a, enum cs_oath_next next)
{
	switch (next) {
	case CS_OATH_FAIL:
		return CS_CLI_FAILED;
	case CS_OATH_SHOW_HELP:
		put(&a->out, cs_str_c(help_text));
		return CS_CLI_OK;
	case CS_OATH_SHOW_VERSION:
		put(&a->out, cs_str_c(version_text));
		return CS_CLI_OK;
	case CS_OATH_GO_ON:
		break;
	}
	if (is_in_argument(&a->options) && isatty(STDERR_FILENO))
		dprintf(STDERR_FILENO,
		    "%s: warning: a key on the command line can be read by others "
		    "and stays in the shell's history; '-' reads standard input\n",
		    a->name);
	return calculate(a);
}

int
cs_oath_main(int argc, char **argv)
{
	struct oath a = { .name = argv[0] };
	cs_span arguments;

	shut_memory();
	hide_arguments(argc, argv, &arguments);
	cs_buf_init_sensitive(&a.key, TEXT_LIMIT);
	cs_buf_init_sensitive(&a.otp, TEXT_LIMIT);
	int status = run(&a, cs_oath_options_read(argc, argv, &a.options));
	flush(&a.out);
	cs_buf_clear(&a.key);
	cs_buf_clear(&a.otp);
	cs_wipe((void *)(uintptr_t)arguments.p, arguments.len);
	free((void *)(uintptr_t)arguments.p);
	if (!a.out.has_failed)
		return status;
	return complain(&a, "write error: %s", strerror(errno));
}
