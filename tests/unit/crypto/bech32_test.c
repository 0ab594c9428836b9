#include "crypto/bech32.h"

#include "test.h"

static cs_err
decode(const char *text, const char *name, size_t len)
{
	uint8_t out[64];

	memset(out, 9, sizeof(out));
	cs_err err = cs_bech32_decode(cs_str_c(text), cs_str_c(name), len, out);
	for (size_t i = 0; cs_failed(err) && i < len; i++)
		CHECK_INT(out[i], 0);
	return err;
}

/* BIP 173, "Test vectors": those whose groups are whole bytes. */
TEST(the_strings_of_the_standard_are_read)
{
	CHECK_OK(decode("A12UEL5L", "a", 0));
	CHECK_OK(decode("a12uel5l", "a", 0));
	CHECK_OK(decode("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef", 20));
	CHECK_OK(
	    decode("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "split", 30));
	CHECK_OK(decode("?1ezyfcl", "?", 0));
}

TEST(what_is_read_is_written_again)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text = { .max = 128 };
	uint8_t bytes[20];

	CHECK_OK(cs_bech32_decode(CS_STR("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"),
	    CS_STR("abcdef"), sizeof(bytes), bytes));
	cs_bech32_encode(CS_STR("abcdef"), CS_SPAN(bytes, sizeof(bytes)), &text);
	CHECK_TEXT(cs_buf_str(&text), "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw");
}

TEST(the_strings_that_the_standard_refuses_are_refused)
{
	CHECK_ERR(
	    decode("split1checkupstagehandshakeupstreamerranterredcaperred2y9e2w", "split", 30),
	    INVALID); /* checksum */
	CHECK_ERR(
	    decode("s lit1checkupstagehandshakeupstreamerranterredcaperredp8hs2p", "split", 30),
	    INVALID); /* name */
	CHECK_ERR(decode("split1cheo2y9e2w", "split", 3), INVALID); /* 'o' is no letter of it */
	CHECK_ERR(decode("A12uEL5L", "a", 0), INVALID); /* both cases */
	CHECK_ERR(decode("A1G7SGD8", "a", 0), INVALID); /* checksum of a name in capitals */
	CHECK_ERR(decode("de1lg7wt\xff", "de", 0), INVALID);
	CHECK_ERR(decode("", "a", 0), INVALID);
}

TEST(another_name_or_length_is_refused)
{
	const char *text = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw";

	CHECK_ERR(decode(text, "abcdeg", 20), INVALID);
	CHECK_ERR(decode(text, "abcde", 20), INVALID);
	CHECK_ERR(decode(text, "abcdef", 19), INVALID);
	CHECK_ERR(decode(text, "abcdef", 21), INVALID);
}

TEST(a_last_group_with_bits_too_many_is_refused)
{
	/* One byte, two groups: the same with each filling of the last, all with a right checksum. */
	CHECK_OK(decode("a1ry7f5l2s", "a", 1));
	CHECK_ERR(decode("a1r9rlq2hz", "a", 1), INVALID);
	CHECK_ERR(decode("a1rxdv4uea", "a", 1), INVALID);
	CHECK_ERR(decode("a1r8s6pfy0", "a", 1), INVALID);
}

TEST(every_byte_comes_back)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text = { .max = 128 };

	for (unsigned byte = 0; byte < 256; byte++) {
		uint8_t out, in = (uint8_t)byte;

		cs_buf_reset(&text);
		cs_bech32_encode(CS_STR("a"), CS_SPAN(&in, 1), &text);
		CHECK_OK(cs_bech32_decode(cs_buf_str(&text), CS_STR("a"), 1, &out));
		CHECK_INT(out, in);
	}
}

TEST(any_letter_changed_is_noticed)
{
	char text[] = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw";
	static const char letters[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

	for (size_t i = 7; i < strlen(text); i++) {
		char was = text[i];

		for (size_t j = 0; j < 32; j++) {
			text[i] = letters[j];
			if (letters[j] != was)
				CHECK_ERR(decode(text, "abcdef", 20), INVALID);
		}
		text[i] = was;
	}
}

TEST_MAIN("crypto/bech32")
