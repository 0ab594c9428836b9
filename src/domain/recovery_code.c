#include "domain/recovery_code.h"

#include "crypto/secret.h"
#include "factor/backup_code.h"

#define DIGITS 8
#define CHARS CS_BACKUP_CODE_CHARS
#define GROUP 4
#define PLAIN_MAX CHARS
#define MESSAGE_MAX (sizeof(cs_id) + PLAIN_MAX)
#define TYPED_MAX 64

_Static_assert(CS_BACKUP_CODE_TEXT_LEN <= CS_RECOVERY_CODE_MAX, "an access code fits");

static const char *const purposes[] = {
	[CS_RECOVERY_CODE_EMAIL] = "recovery.code",
	[CS_RECOVERY_CODE_ACCESS] = "recovery.access",
};

static size_t
message_of(cs_id recovery, const char *plain, size_t len, uint8_t out[static MESSAGE_MAX])
{
	memcpy(out, recovery.b, sizeof(recovery.b));
	memcpy(out + sizeof(recovery.b), plain, len);
	return sizeof(recovery.b) + len;
}

/* --- making --- */

static size_t
make_digits(const struct cs_random *rng, char out[static PLAIN_MAX])
{
	uint32_t number = cs_random_below(rng, 100000000);

	for (int i = DIGITS - 1; i >= 0; i--, number /= 10)
		out[i] = (char)('0' + number % 10);
	return DIGITS;
}

static size_t
make_characters(const struct cs_random *rng, char out[static PLAIN_MAX])
{
	static const char crockford[32] = "0123456789abcdefghjkmnpqrstvwxyz";

	cs_random_fill(rng, (uint8_t *)out, CHARS);
	for (size_t i = 0; i < CHARS; i++)
		out[i] = crockford[out[i] & 31];
	return CHARS;
}

/* An access code is read off paper: in groups. */
static size_t
write_out(const char *plain, size_t len, bool is_grouped, char out[static CS_RECOVERY_CODE_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (is_grouped && i > 0 && i % GROUP == 0)
			out[n++] = '-';
		out[n++] = plain[i];
	}
	return n;
}

cs_err
cs_recovery_code_make(const struct cs_keyring *k, const struct cs_random *rng,
    enum cs_recovery_code_kind kind, cs_id recovery, char out_text[static CS_RECOVERY_CODE_MAX],
    size_t *out_len, uint8_t out_mac[static CS_PEPPERED_LEN])
{
	bool is_access = kind == CS_RECOVERY_CODE_ACCESS;
	char plain[PLAIN_MAX];
	uint8_t message[MESSAGE_MAX];
	size_t len = is_access ? make_characters(rng, plain) : make_digits(rng, plain);
	size_t message_len = message_of(recovery, plain, len, message);

	*out_len = write_out(plain, len, is_access, out_text);
	cs_err e = cs_pepper(k, purposes[kind], CS_SPAN(message, message_len), out_mac);
	cs_wipe(message, sizeof(message));
	cs_wipe(plain, sizeof(plain));
	return e;
}

/* --- judging --- */

static cs_err
read_digits(cs_str typed, char out[static PLAIN_MAX])
{
	size_t n = 0;

	if (typed.len > TYPED_MAX)
		return CS_FAIL(INVALID);
	for (size_t i = 0; i < typed.len; i++) {
		char c = typed.p[i];

		if (c == ' ' || c == '-')
			continue;
		if (n == DIGITS || c < '0' || c > '9')
			return CS_FAIL(INVALID);
		out[n++] = c;
	}
	return n == DIGITS ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
read_typed(enum cs_recovery_code_kind kind, cs_str typed, char out[static PLAIN_MAX])
{
	if (kind == CS_RECOVERY_CODE_ACCESS)
		return cs_backup_code_read(cs_str_span(typed), out);
	return read_digits(typed, out);
}

bool
cs_recovery_code_is_well_formed(enum cs_recovery_code_kind kind, cs_str typed)
{
	char plain[PLAIN_MAX];
	bool is = !cs_failed(read_typed(kind, typed, plain));

	cs_wipe(plain, sizeof(plain));
	return is;
}

cs_err
cs_recovery_code_judge(const struct cs_keyring *k, enum cs_recovery_code_kind kind, cs_id recovery,
    cs_span mac, cs_str typed, enum cs_verdict *out)
{
	size_t len = kind == CS_RECOVERY_CODE_ACCESS ? CHARS : DIGITS;
	char plain[PLAIN_MAX];
	uint8_t message[MESSAGE_MAX];
	bool is_equal = false;

	*out = CS_DENIED;
	if (mac.len != CS_PEPPERED_LEN || cs_failed(read_typed(kind, typed, plain)))
		return CS_OK;
	size_t message_len = message_of(recovery, plain, len, message);
	cs_err e =
	    cs_pepper_check(k, purposes[kind], CS_SPAN(message, message_len), mac.p, &is_equal);
	cs_wipe(message, sizeof(message));
	cs_wipe(plain, sizeof(plain));
	CS_TRY(e);
	*out = is_equal ? CS_GRANTED : CS_DENIED;
	return CS_OK;
}
