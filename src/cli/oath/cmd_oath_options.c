/*
 * cmd_oath_options.c - oathtool's options, by getopt_long: its abbreviations, its order and its
 * complaints are then the same.
 */
#include "cli/oath/cmd_oath.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

enum { OPTION_HOTP = 256, OPTION_TOTP };

static const struct option long_options[] = { { "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' }, { "hotp", no_argument, NULL, OPTION_HOTP },
	{ "totp", optional_argument, NULL, OPTION_TOTP }, { "base32", no_argument, NULL, 'b' },
	{ "counter", required_argument, NULL, 'c' },
	{ "time-step-size", required_argument, NULL, 's' },
	{ "start-time", required_argument, NULL, 'S' }, { "now", required_argument, NULL, 'N' },
	{ "digits", required_argument, NULL, 'd' }, { "window", required_argument, NULL, 'w' },
	{ "verbose", no_argument, NULL, 'v' }, { NULL, 0, NULL, 0 } };

/* Each at most once. */
struct seen {
	bool option[OPTION_TOTP + 1];
};

static const char *
long_name(int option)
{
	const struct option *o = long_options;

	while (o->val != option)
		o++;
	return o->name;
}

static bool
is_first(const char *name, struct seen *seen, int option)
{
	if (!seen->option[option]) {
		seen->option[option] = true;
		return true;
	}
	if (option >= OPTION_HOTP)
		dprintf(STDERR_FILENO, "%s: `--%s' option given more than once\n", name,
		    long_name(option));
	else
		dprintf(STDERR_FILENO, "%s: `--%s' (`-%c') option given more than once\n", name,
		    long_name(option), option);
	return false;
}

/* Anything else than the longer hashes is SHA-1 there. */
static enum cs_hash
hash_named(const char *name)
{
	if (name != NULL && strcasecmp(name, "sha256") == 0)
		return CS_SHA256;
	return name != NULL && strcasecmp(name, "sha512") == 0 ? CS_SHA512 : CS_SHA1;
}

/*
 * Numbers as C reads them: spaces, sign, 0x, 0; out of range is the nearest; negative ones wrap. Of
 * digits and window only the lower 32 bits count, with their sign.
 */
static bool
read_number(const char *name, int option, struct cs_oath_options *out)
{
	char *end = NULL;

	if (option == 'd')
		out->digits = (int)strtol(optarg, &end, 0);
	else if (option == 'c')
		out->counter = strtoull(optarg, &end, 0);
	else
		out->window = (uint64_t)(int)strtol(optarg, &end, 0);
	if (*end == '\0')
		return true;
	dprintf(STDERR_FILENO, "%s: invalid numeric value: %s\n", name, optarg);
	return false;
}

static enum cs_oath_next
take_option(const char *name, int option, struct cs_oath_options *out)
{
	switch (option) {
	case OPTION_TOTP:
		out->is_totp = true;
		out->hash = hash_named(optarg);
		break;
	case 'b':
		out->is_base32 = true;
		break;
	case 'v':
		out->is_verbose = true;
		break;
	case 's':
		out->step = optarg;
		break;
	case 'S':
		out->start = optarg;
		break;
	case 'N':
		out->now = optarg;
		break;
	case 'd':
		out->has_digits = true;
		return read_number(name, option, out) ? CS_OATH_GO_ON : CS_OATH_FAIL;
	case 'c':
	case 'w':
		return read_number(name, option, out) ? CS_OATH_GO_ON : CS_OATH_FAIL;
	default: /* OPTION_HOTP is what is done without --totp */
		break;
	}
	return CS_OATH_GO_ON;
}

enum cs_oath_next
cs_oath_options_read(int argc, char **argv, struct cs_oath_options *out)
{
	struct seen seen = { 0 };
	int option;

	*out = (struct cs_oath_options){ .digits = 6 };
	while ((option = getopt_long(argc, argv, "hVbc:s:S:N:d:w:v", long_options, NULL)) != -1) {
		if (option == 'h')
			return CS_OATH_SHOW_HELP;
		if (option == 'V')
			return CS_OATH_SHOW_VERSION;
		if (option == '?' || !is_first(argv[0], &seen, option) ||
		    take_option(argv[0], option, out) != CS_OATH_GO_ON)
			return CS_OATH_FAIL;
	}
	out->operands = argv + optind;
	out->operand_count = argc - optind;
	return out->operand_count == 0 ? CS_OATH_SHOW_HELP : CS_OATH_GO_ON;
}
