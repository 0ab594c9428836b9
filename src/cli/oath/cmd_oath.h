/*
 * cmd_oath.h - oathtool's options, keys and complaints; for cmd_oath*.c. What stands there without a
 * source was found by asking oathtool 2.6.7, and is held by tests/compat/oathtool.
 */
#ifndef CS_CLI_CMD_OATH_H
#define CS_CLI_CMD_OATH_H

#include "base/buf.h"
#include "cli/program/command.h"
#include "crypto/mac.h"

struct cs_oath_options {
	bool is_totp;
	bool is_base32;
	bool is_verbose;
	enum cs_hash hash;
	uint64_t counter;
	bool has_digits;
	int digits;
	uint64_t window;
	const char *step; /* -s, or NULL */
	const char *start; /* -S, or NULL */
	const char *now; /* -N, or NULL */
	char **operands;
	int operand_count;
};

enum cs_oath_next { CS_OATH_GO_ON = 0, CS_OATH_FAIL, CS_OATH_SHOW_HELP, CS_OATH_SHOW_VERSION };

/* Moves operands to the end of argv; complains on standard error. argv[0] is the name to do it by. */
enum cs_oath_next cs_oath_options_read(int argc, char **argv, struct cs_oath_options *out);

/*
 * KEY or OTP as given: itself, the first line of standard input for "-", of a file for "@FILE".
 * Complains on standard error as name. Errors: INVALID.
 */
cs_err cs_oath_text(const char *name, const char *given, struct cs_buf *out);
/* Errors: INVALID. */
cs_err cs_oath_key_from_hex(cs_str text, struct cs_buf *out);
/* Either case, spaces left out, padding optional. Errors: INVALID. */
cs_err cs_oath_key_from_base32(cs_str text, struct cs_buf *out);

/*
 * The whole command. argv[0] is the name that complaints begin with. Every other argument is
 * overwritten before anything else is done.
 */
int cs_oath_main(int argc, char **argv);

#endif
