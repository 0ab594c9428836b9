#include "proto/yubikey.h"

#include "crypto/aes_block.h"
#include "crypto/equal.h"
#include "crypto/secret.h"
#include "proto/modhex.h"

#define BLOCK_LETTERS (2 * CS_YUBIKEY_BLOCK_LEN)
#define OTP_LETTERS_MAX (BLOCK_LETTERS + 2 * CS_YUBIKEY_PUBLIC_MAX)

static const struct {
	const char *name;
	const char *words;
} verdicts[] = {
	[CS_YUBIKEY_MALFORMED] = { "malformed", "it is not 32 to 64 letters of modhex" },
	[CS_YUBIKEY_OTHER_KEY] = { "other_key", "its public id is another key's" },
	[CS_YUBIKEY_CHECKSUM] = { "checksum",
	    "its checksum is wrong: it is damaged, or was made with another AES key" },
	[CS_YUBIKEY_PRIVATE_ID] = { "private_id", "its private id is another key's" },
	[CS_YUBIKEY_WENT_BACK] = { "went_back", "its counters are below those seen last" },
	[CS_YUBIKEY_REPLAYED] = { "replayed",
	    "its counters are those seen last: it has been used" },
	[CS_YUBIKEY_ACCEPTED] = { "accepted", "it is this key's, and new" },
};

const char *
cs_yubikey_verdict_name(enum cs_yubikey_verdict v)
{
	return verdicts[v].name;
}

const char *
cs_yubikey_verdict_words(enum cs_yubikey_verdict v)
{
	return verdicts[v].words;
}

/* What a keyboard may have put around it: also the line feed that the key itself types. */
static cs_str
without_space(cs_str text)
{
	static const char space[] = " \t\r\n";

	while (text.len != 0 && strchr(space, text.p[0]) != NULL)
		text = cs_str_slice(text, 1, text.len);
	while (text.len != 0 && strchr(space, text.p[text.len - 1]) != NULL)
		text.len--;
	return text;
}

cs_err
cs_yubikey_decode(cs_str text, struct cs_yubikey_otp *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;

	*out = (struct cs_yubikey_otp){ 0 };
	cs_buf_init_sensitive(&bytes, OTP_LETTERS_MAX);
	text = without_space(text);
	if (text.len < BLOCK_LETTERS || text.len > OTP_LETTERS_MAX)
		return CS_FAIL(INVALID);
	CS_TRY(cs_modhex_decode(text, &bytes));
	out->public_len = bytes.len - CS_YUBIKEY_BLOCK_LEN;
	memcpy(out->public_id, bytes.p, out->public_len);
	memcpy(out->block, bytes.p + out->public_len, CS_YUBIKEY_BLOCK_LEN);
	return CS_OK;
}

/* ISO 13239: reflected 0x1021, begun with all ones; over a message and its own sum: 0xf0b8. */
static uint16_t
crc16(const uint8_t *p, size_t len)
{
	unsigned crc = 0xffff;

	for (size_t i = 0; i < len; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (0x8408 & (0 - (crc & 1)));
	}
	return (uint16_t)crc;
}

#define CRC_OF_WHOLE 0xf0b8

static uint16_t
le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

/* Behind the private id: use 2, timestamp 2 + 1, session 1, random 2, checksum 2. */
static struct cs_yubikey_token
token_of(const uint8_t plain[static CS_YUBIKEY_BLOCK_LEN])
{
	return (struct cs_yubikey_token){
		.use_counter = le16(plain + 6) & CS_YUBIKEY_USE_MAX,
		.timestamp = le16(plain + 8) | (uint32_t)plain[10] << 16,
		.session_counter = plain[11],
		.random = le16(plain + 12),
	};
}

/* One number that only ever grows. */
static uint32_t
order_of(const struct cs_yubikey_token *t)
{
	return (uint32_t)t->use_counter << 8 | t->session_counter;
}

static enum cs_yubikey_verdict
judge_plain(const struct cs_yubikey_key *key, const struct cs_yubikey_token *seen,
    const uint8_t plain[static CS_YUBIKEY_BLOCK_LEN], struct cs_yubikey_token *out)
{
	struct cs_yubikey_token token = token_of(plain);

	if (crc16(plain, CS_YUBIKEY_BLOCK_LEN) != CRC_OF_WHOLE)
		return CS_YUBIKEY_CHECKSUM;
	if (!cs_equal(plain, key->private_id, CS_YUBIKEY_PRIVATE_LEN))
		return CS_YUBIKEY_PRIVATE_ID;
	if (seen != NULL && order_of(&token) < order_of(seen))
		return CS_YUBIKEY_WENT_BACK;
	if (seen != NULL && order_of(&token) == order_of(seen))
		return CS_YUBIKEY_REPLAYED;
	*out = token;
	return CS_YUBIKEY_ACCEPTED;
}

cs_err
cs_yubikey_judge(const struct cs_yubikey_key *key, const struct cs_yubikey_token *seen, cs_str text,
    enum cs_yubikey_verdict *out_verdict, struct cs_yubikey_token *out)
{
	struct cs_yubikey_otp otp;
	uint8_t plain[CS_YUBIKEY_BLOCK_LEN];

	*out_verdict = CS_YUBIKEY_MALFORMED;
	*out = (struct cs_yubikey_token){ 0 };
	if (cs_failed(cs_yubikey_decode(text, &otp)))
		return CS_OK;
	*out_verdict = CS_YUBIKEY_OTHER_KEY;
	if (otp.public_len != key->public_id.len ||
	    !cs_equal(otp.public_id, key->public_id.p, otp.public_len))
		return CS_OK;
	CS_TRY(cs_aes128_block_decrypt(key->aes, otp.block, plain));
	*out_verdict = judge_plain(key, seen, plain, out);
	cs_wipe(plain, sizeof(plain));
	return CS_OK;
}
