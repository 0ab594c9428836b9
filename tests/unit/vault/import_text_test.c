/*
 * Lists of addresses, migration codes, XML, tables, key containers and stores, read by what convert
 * runs. Files of other projects lie beside this checkout, and are skipped where they do not.
 */
#include "test.h"

#include "base/codec.h"
#include "crypto/random.h"
#include "proto/totp.h"
#include "samples.h"
#include "vault/import.h"
#include "vectors.h"

#define ARENA_MAX ((size_t)128 << 20)

static struct cs_arena *arena;
static struct cs_import in;
static const struct cs_import_format *found;

static cs_err
read_span(cs_span file, const char *password)
{
	if (arena == NULL)
		arena = cs_arena_new(ARENA_MAX);
	cs_arena_reset(arena);
	in = (struct cs_import){
		.arena = arena,
		.file = file,
		.password = cs_str_span(cs_str_c(password)),
	};
	return cs_import_read(&in, NULL, &found);
}

static cs_err
read_text(const char *text)
{
	return read_span(cs_str_span(cs_str_c(text)), NULL);
}

/* "totp SHA1 6 30 BASE32 Issuer:account", "… refused WHY", "… dropped WHAT". */
static void
describe(const struct cs_import_item *item, struct cs_buf *out)
{
	const struct cs_entry *e = &item->entry;
	bool is_timed = e->kind == CS_ENTRY_TOTP || e->kind == CS_ENTRY_STEAM;

	cs_buf_init(out, 8192);
	if (item->refused.len == 0) {
		cs_buf_add_str(out, cs_entry_kind_name(e->kind));
		cs_buf_printf(out, " %.*s %d %lld ", CS_STR_ARG(cs_otp_hash_name(e->hotp.hash)),
		    e->hotp.digits, (long long)(is_timed ? e->period_s : (int64_t)e->counter));
		cs_base32_encode(e->secret, out);
		cs_buf_add_c(out, " ");
	}
	cs_buf_printf(out, "%.*s:%.*s", CS_STR_ARG(e->issuer), CS_STR_ARG(e->account));
	if (item->refused.len != 0)
		cs_buf_printf(out, " refused %.*s", CS_STR_ARG(item->refused));
	if (item->dropped.len != 0)
		cs_buf_printf(out, " dropped %.*s", CS_STR_ARG(item->dropped));
}

static void
expect(size_t count, const char *const *items)
{
	for (size_t i = 0; i < in.item_count && i < count; i++) {
		CS_AUTO(cs_buf_clear) struct cs_buf got;

		describe(&in.items[i], &got);
		CHECK_TEXT(cs_buf_str(&got), items[i]);
	}
	CHECK_INT(in.item_count, count);
}
#define EXPECT(...) \
	expect(CS_COUNT(((const char *[]){ __VA_ARGS__ })), (const char *[]){ __VA_ARGS__ })
#define EXPECT_FORMAT(NAME) CHECK_TEXT(cs_str_c(found->name), NAME)

/* Never half an entry, and a sentence when it cannot be read. */
static void
check_all_cuts(const char *text)
{
	for (size_t i = 0; i < strlen(text); i++) {
		cs_err e = read_span(CS_SPAN(text, i), NULL);

		if (cs_failed(e))
			CHECK(in.problem != NULL && in.item_count == 0);
		for (size_t k = 0; k < in.item_count; k++)
			CHECK(in.items[k].refused.len != 0 || in.items[k].entry.secret.len != 0);
	}
}

static void
check_all_flips(const char *text)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 1 << 20);
	cs_buf_add_c(&b, text);
	for (size_t i = 0; i < b.len; i++) {
		b.p[i] ^= 0x10;
		cs_err e = read_span(cs_buf_span(&b), NULL);
		if (cs_failed(e))
			CHECK(in.problem != NULL && in.item_count == 0);
		b.p[i] ^= 0x10;
	}
}

/* --- addresses --- */

static const char list[] = "\xef\xbb\xbf# comment otpauth://totp/no?secret=JBSWY3DPEHPK3PXP\r\n"
			   "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example\r\n"
			   "\r\n"
			   "  OTPAUTH://HOTP/bob?secret=jbswy3dpehpk3pxp&counter=7  \n"
			   "; another\n// and another\n"
			   "otpauth://totp/Example:carol?issuer=Example\r"
			   "something else\n"
			   "otpauth://steam/Boeing:Sophia?secret=JRZCL47CMXVOQMNPZR2F7J4RGI\n"
			   "motp://x?secret=1234";

TEST(a_list_of_addresses_has_any_line_ends_comments_and_empty_lines)
{
	CHECK_OK(read_text(list));
	EXPECT_FORMAT("otpauth");
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP Example:alice",
	    "hotp SHA1 6 7 JBSWY3DPEHPK3PXP :bob", "Example:carol refused it has no secret",
	    ": refused it is no otpauth:// address",
	    "steam SHA1 5 30 JRZCL47CMXVOQMNPZR2F7J4RGI Boeing:Sophia",
	    ": refused mOTP's codes are not made here");
	check_all_cuts(list);
	check_all_flips(list);
}

/* One address a line of vectors/own/otpauth.json, each read alone. */
TEST(every_address_of_our_vectors_is_taken_or_refused_as_it_says)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("otpauth.json");
	size_t i;
	json_t *row;

	json_array_foreach(json_object_get(all, "uris"), i, row)
	{
		cs_str uri = vector_text(row, "uri");
		cs_str want = vector_text(row, "expect");
		bool is_taken = !cs_failed(read_span(cs_str_span(uri), NULL)) &&
				in.item_count == 1 && in.items[0].refused.len == 0;

		if (cs_str_equal(want, CS_STR("accept")) != is_taken &&
		    !cs_str_starts(want, CS_STR("accept-or")))
			fail_msg("%.*s", CS_STR_ARG(uri));
		if (!is_taken || json_object_get(row, "issuer") == NULL)
			continue;
		const struct cs_entry *e = &in.items[0].entry;
		CHECK(cs_str_equal(e->issuer, vector_text(row, "issuer")));
		CHECK(cs_str_equal(e->account, vector_text(row, "account")));
	}
	CHECK(i > 20);
}

TEST(addresses_may_share_a_line_with_commas_between)
{
	CHECK_OK(read_text("otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP,"
			   "otpauth://hotp/Example:b,c?secret=JBSWY3DPEHPK3PXP&counter=7,"
			   "otpauth://totp/Example:dave\n"));
	EXPECT_FORMAT("otpauth");
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP Example:alice",
	    "hotp SHA1 6 7 JBSWY3DPEHPK3PXP Example:b,c", "Example:dave refused it has no secret");
}

TEST(steams_codes_are_known_however_a_program_writes_its_address)
{
	CHECK_OK(read_text(
	    "otpauth://totp/Steam:alice?secret=JBSWY3DPEHPK3PXP&issuer=Steam&digits=5\n"
	    "otpauth://totp/Steam:bob?secret=JBSWY3DPEHPK3PXP&digits=5&period=30&algorithm=SHA1\n"
	    "otpauth://steam/Steam:carol?secret=JBSWY3DPEHPK3PXP\n"
	    "otpauth://totp/Steam:dave?secret=JBSWY3DPEHPK3PXP&encoder=steam&digits=5\n"
	    "steam://JBSWY3DPEHPK3PXP\n"
	    "otpauth://totp/Other:erin?secret=JBSWY3DPEHPK3PXP&digits=5\n"
	    "otpauth://hotp/Steam:frank?secret=JBSWY3DPEHPK3PXP&digits=5\n"
	    "otpauth://totp/Steam:gina?secret=%21&digits=5\n"));
	EXPECT("steam SHA1 5 30 JBSWY3DPEHPK3PXP Steam:alice",
	    "steam SHA1 5 30 JBSWY3DPEHPK3PXP Steam:bob",
	    "steam SHA1 5 30 JBSWY3DPEHPK3PXP Steam:carol",
	    "steam SHA1 5 30 JBSWY3DPEHPK3PXP Steam:dave",
	    "steam SHA1 5 30 JBSWY3DPEHPK3PXP Steam:",
	    "Other:erin refused its number of digits makes no sense",
	    "Steam:frank refused its number of digits makes no sense",
	    "Steam:gina refused its secret is not Base32");
}

TEST(a_list_in_the_unicode_of_windows_is_read)
{
	static const char text[] = "otpauth://totp/B%C3%BCro:alice?secret=JBSWY3DPEHPK3PXP";
	uint8_t little[2 * sizeof(text)] = { 0xff, 0xfe };
	uint8_t big[2 * sizeof(text)] = { 0xfe, 0xff };

	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		little[2 + 2 * i] = (uint8_t)text[i];
		big[3 + 2 * i] = (uint8_t)text[i];
	}
	CHECK_OK(read_span(CS_SPAN(little, sizeof(little)), NULL));
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP B\xc3\xbcro:alice");
	CHECK_OK(read_span(CS_SPAN(big, sizeof(big)), NULL));
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP B\xc3\xbcro:alice");
	/* Half a character, and half of a pair of them. */
	CHECK_ERR(read_span(CS_SPAN(little, sizeof(little) - 1), NULL), FORBIDDEN);
	little[3] = 0xd8;
	CHECK_ERR(read_span(CS_SPAN(little, sizeof(little)), NULL), FORBIDDEN);
}

TEST(an_archive_is_sent_back_with_the_way_out)
{
	CHECK_ERR(read_text("PK\x03\x04 and more"), INVALID);
	CHECK_TEXT(cs_str_c(in.problem),
	    "it is a ZIP archive: unpack it, and give the file that is in it");
	CHECK_ERR(read_text("\x1f\x8b\x08 and more"), INVALID);
	CHECK_TEXT(cs_str_c(in.problem), "it is compressed with gzip: unpack it first");
	CHECK_ERR(read_text("-----BEGIN PGP MESSAGE-----\n\nhQ==\n"), INVALID);
	CHECK(strstr(in.problem, "gpg -d") != NULL);
	CHECK_ERR(read_text("SQLite format 3"), INVALID);
	CHECK(strstr(in.problem, "export from the app") != NULL);
	CHECK_ERR(read_text("<?xml version=\"1.0\"?><WinAuth version=\"3.5\"></WinAuth>"), INVALID);
	CHECK(strstr(in.problem, "export from WinAuth, as text") != NULL);
	CHECK_ERR(read_text("{\"encrypted\":true,\"entries\":[{\"encryption_salt\":\"AAAA\","
			    "\"filename\":\"1.maFile\"}]}"),
	    INVALID);
	CHECK(strstr(in.problem, "give the folder") != NULL);
}

TEST(a_text_without_any_address_is_nobodys)
{
	CHECK_ERR(read_text("# only a comment\n\n"), INVALID);
	CHECK(found == NULL);
	CHECK_ERR(read_text(""), INVALID);
	CHECK_ERR(read_text("\xef\xbb\xbf"), INVALID);
}

/* --- Google Authenticator --- */

TEST(every_migration_of_our_vectors_is_taken_or_refused_as_it_says)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("otpauth.json");
	size_t i, k;
	json_t *row, *want;

	json_array_foreach(json_object_get(all, "migration"), i, row)
	{
		bool is_accepted = cs_str_equal(vector_text(row, "expect"), CS_STR("accept"));
		const json_t *entries = json_object_get(row, "entries");

		CHECK_OK(read_span(cs_str_span(vector_text(row, "uri")), NULL));
		EXPECT_FORMAT("google");
		if (!is_accepted) {
			CHECK(in.item_count == 1 && in.items[0].refused.len != 0);
			continue;
		}
		json_array_foreach(entries, k, want)
		{
			CS_AUTO(cs_buf_clear) struct cs_buf secret;

			CHECK(k < in.item_count && in.items[k].refused.len == 0);
			cs_buf_init(&secret, 512);
			cs_base32_encode(in.items[k].entry.secret, &secret);
			CHECK(cs_str_equal(cs_buf_str(&secret), vector_text(want, "secretBase32")));
			CHECK(cs_str_equal(in.items[k].entry.issuer, vector_text(want, "issuer")));
			CHECK_INT(in.items[k].entry.hotp.digits, vector_int(want, "digits"));
		}
	}
	CHECK(i == 8);
}

#define CODE_1_OF_2 \
	"otpauth-migration://" \
	"offline?data=CjQKFIykYJCo%2BXR6Oh7p%2BqlT0IHb8%2BDFEg1FeGFtcGxlOmFsaWNl" \
	"GgdFeGFtcGxlIAEoATACEAEYAiAAKGM%3D\n"
#define CODE_2_OF_2 \
	"otpauth-migration://" \
	"offline?data=Ci0KFPz3QlHtBPbeipNGNFIOa1s1krCbEgZzZWNvbmQaB0V4YW1wbGUgASgB" \
	"MAIQARgCIAEoYw%3D%3D\n"

TEST(a_missing_code_of_an_export_is_named_and_counted)
{
	CHECK_OK(read_text(CODE_1_OF_2 CODE_2_OF_2));
	EXPECT("totp SHA1 6 30 RSSGBEFI7F2HUOQ65H5KSU6QQHN7HYGF Example:alice",
	    "totp SHA1 6 30 7T3UEUPNAT3N5CUTIY2FEDTLLM2ZFME3 Example:second");
	CHECK_OK(read_text(CODE_2_OF_2));
	EXPECT("totp SHA1 6 30 7T3UEUPNAT3N5CUTIY2FEDTLLM2ZFME3 Example:second",
	    ": refused code 1 of the 2 of this export is missing, and every account in it");
	CHECK_OK(read_text(CODE_1_OF_2 CODE_1_OF_2));
	CHECK_INT(in.item_count, 3);
	CHECK_TEXT(in.items[2].refused,
	    "code 2 of the 2 of this export is missing, and every account in it");
	check_all_cuts(CODE_1_OF_2 CODE_2_OF_2);
	check_all_flips(CODE_2_OF_2);
}

TEST(extract_otp_secrets_own_example_gives_its_six)
{
	NEED_SAMPLES();
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	sample_read("third-party/imports/extract_otp_secrets_example_export.txt", &file);
	CHECK_OK(read_span(cs_buf_span(&file), NULL));
	EXPECT_FORMAT("google");
	CHECK_INT(in.item_count, 6);
	for (size_t i = 0; i < 6; i++) {
		CHECK(in.items[i].refused.len == 0);
		CHECK_INT(in.items[i].entry.secret.len, 16);
	}
	CHECK_INT(in.items[4].entry.kind, CS_ENTRY_HOTP);
	CHECK_INT(in.items[4].entry.counter, 4);
	CHECK_TEXT(in.items[4].entry.account, "hotp demo");
}

/* --- WinAuth --- */

static const char winauth[] =
    "otpauth://totp/WinAuth:Work%20mail?secret=JBSWY3DPEHPK3PXP&digits=6\r\n"
    "otpauth://totp/WinAuth:Hex?secret=00112233445566778899aabbccddeeff00112233&digits=8\r\n"
    "otpauth://totp/Steam:sophia?secret=JRZCL47CMXVOQMNPZR2F7J4RGI&digits=5&deviceid=android%3A1"
    "&data=%7B%7D\r\n"
    "otpauth://totp/BattleNet:Game+of+mine?secret=JBSWY3DPEHPK3PXP&issuer=BattleNet"
    "&serial=EU123412341234\r\n"
    "otpauth://hotp/WinAuth:Counter?secret=JBSWY3DPEHPK3PXP&digits=6&counter=3\r\n"
    "otpauth://totp/WinAuth:Long?secret=JBSWY3DPEHPK3PXP&digits=99\r\n"
    "otpauth://totp/WinAuth:None?digits=6\r\n";

TEST(winauths_parameters_and_secrets_in_hex_are_understood)
{
	CHECK_OK(read_text(winauth));
	EXPECT_FORMAT("winauth");
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP Work mail:",
	    "totp SHA1 8 30 AAISEM2EKVTHPCEZVK54ZXPO74ABCIRT Hex:",
	    "steam SHA1 5 30 JRZCL47CMXVOQMNPZR2F7J4RGI Steam:sophia dropped what Steam's own app "
	    "keeps beside the secret",
	    "totp SHA1 8 30 JBSWY3DPEHPK3PXP BattleNet:Game of mine",
	    "hotp SHA1 6 3 JBSWY3DPEHPK3PXP Counter:",
	    "Long: refused its number of digits makes no sense", "None: refused it has no secret");
	CHECK_TEXT(in.items[3].entry.note, "serial EU123412341234");
	check_all_cuts(winauth);
	check_all_flips(winauth);
}

/* --- XML --- */

#define FIELD(KEY, VALUE) "<String><Key>" KEY "</Key><Value>" VALUE "</Value></String>"
static const char keepass[] = "<?xml version=\"1.0\" encoding=\"utf-8\" "
			      "standalone=\"yes\"?><KeePassFile><Meta>"
			      "<RecycleBinUUID>BIN=</RecycleBinUUID></Meta><Root><Group><UUID>A</"
			      "UUID>"
			      "<Entry>" FIELD("Title", "Plain") FIELD("Password", "no code") "</"
											     "Entry"
											     ">"
											     "<Entr"
											     "y"
											     ">" FIELD(
												 "T"
												 "i"
												 "t"
												 "l"
												 "e",
												 "O"
												 "w"
												 "n"
												 " "
												 "&"
												 "a"
												 "m"
												 "p"
												 ";"
												 " "
												 "m"
												 "o"
												 "r"
												 "e")
												 FIELD(
												     "UserName",
												     "alice")
												     FIELD(
													 "TimeOtp-Secret-Base32",
													 "JBSW Y3DP EHPK 3PXP")
													 FIELD(
													     "TimeOtp-Length", "8") FIELD("TimeOtp-Period", "60") FIELD("TimeOtp-Algorithm", "HMAC-SHA-256") FIELD("Notes", "line&#10;two") "<Tags>work;private</Tags><History><Entry>" FIELD("Title", "Old") FIELD("otp", "otpauth://totp/old?secret=JBSWY3DPEHPK3PXP") "</Entry></History></Entry>"
																																													 "<Entry>" FIELD(
																																													     "Title",
																																													     "Counting") FIELD("HmacOtp-Secret-Hex", "48656c6c6f21deadbeef") FIELD("HmacOtp-Counter", "12") "</Entry>"
																																																									    "<Entry>" FIELD(
																																																										"Title",
																																																										"Text") FIELD("TimeOtp-Secret", "Hello!") "</Entry>"
																																																															  "<Entry>" FIELD(
																																																															      "Title",
																																																															      "Base64")
																																																															      FIELD("TimeOtp-Secret-Base64", "SGVsbG8h3q2+7w==") "</Entry>"
																																																																						 "<Entry>" FIELD(
																																																																						     "Title", "Wrong")
																																																																						     FIELD(
																																																																							 "TimeOtp-Secret-Hex",
																																																																							 "xyz") "</Entry>"
																																																																								"<Group><UUID>C</UUID><Entry>" FIELD("Title", "XC") FIELD("otp", "otpauth://totp/Issuer:bob?secret=JBSWY3DPEHPK3PXP&amp;issuer=Issuer&amp;digits=8") "</Entry><Entry>" FIELD("Title", "KeeOtp") FIELD(
																																																																								    "UserName", "carol") FIELD("otp", "key=JBSWY3DPEHPK3PXP&amp;size=8&amp;step=15&amp;otpHashMode=Sha512") "</Entry><Entry>" FIELD("Title", "Tray") FIELD("TOTP Seed", "JBSWY3DPEHPK3PXP") FIELD("TOTP Settings", "60;8") "</Entry><Entry>" FIELD("Title", "Valve") FIELD("TOTP Seed", "JBSWY3DPEHPK3PXP") FIELD("TOTP Settings", "30;S;http://clock.test") "</Entry><Entry>" FIELD("Title",
																																																																								    "Odd") FIELD("TOTP Seed", "JBSWY3DPEHPK3PXP") FIELD("TOTP Settings", "thirty") "</Entry></Group>"
																																																																																		   "<Group><UUID>BIN=</UUID><Entry>" FIELD("Title", "Thrown away") FIELD(
																																																																																		       "TOTP Seed", "JBSWY3DPEHPK3PXP") "</Entry></Group>"
																																																																																							"</Group></Root></KeePassFile>";

TEST(every_way_that_keepass_keeps_a_seed_is_read)
{
	CHECK_OK(read_text(keepass));
	EXPECT_FORMAT("keepass");
	EXPECT("totp SHA256 8 60 JBSWY3DPEHPK3PXP Own & more:alice",
	    "hotp SHA1 6 12 JBSWY3DPEHPK3PXP Counting:", "totp SHA1 6 30 JBSWY3DPEE Text:",
	    "totp SHA1 6 30 JBSWY3DPEHPK3PXP Base64:",
	    "Wrong: refused its secret is not what its field says",
	    "totp SHA1 8 30 JBSWY3DPEHPK3PXP Issuer:bob",
	    "totp SHA512 8 15 JBSWY3DPEHPK3PXP KeeOtp:carol",
	    "totp SHA1 8 60 JBSWY3DPEHPK3PXP Tray:", "steam SHA1 5 30 JBSWY3DPEHPK3PXP Valve:",
	    "Odd: refused its settings make no sense",
	    "totp SHA1 6 30 JBSWY3DPEHPK3PXP Thrown away: dropped its place in the bin there");
	CHECK_TEXT(in.items[0].entry.note, "line\ntwo");
	CHECK_INT(in.items[0].entry.tag_count, 2);
	CHECK_TEXT(in.items[0].entry.tags[1], "private");
	check_all_cuts(keepass);
	check_all_flips(keepass);
}

TEST(a_keepass_database_is_sent_back_with_the_way_out)
{
	CHECK_ERR(read_text("\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5"), INVALID);
	CHECK(strstr(in.problem, "export it as XML") != NULL);
}

static const char authy[] =
    "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n"
    "<int name=\"key_version\" value=\"121\" />\n"
    "<string name=\"com.authy.storage.tokens.authenticator.key\">"
    "[{&quot;accountType&quot;:&quot;authenticator&quot;,&quot;decryptedSecret&quot;:"
    "&quot;JBSWY3DPEHPK3PXP&quot;,&quot;digits&quot;:6,&quot;originalName&quot;:&quot;Example:alice"
    "&quot;,&quot;name&quot;:&quot;Example: alice&quot;},"
    "{&quot;decryptedSecret&quot;:&quot;JBSWY3DPEHPK3PXP&quot;,&quot;name&quot;:&quot;Open - "
    "bob&quot;,&quot;digits&quot;:7},{&quot;accountType&quot;:&quot;github&quot;,"
    "&quot;decryptedSecret&quot;:&quot;JBSWY3DPEHPK3PXP&quot;,&quot;name&quot;:&quot;carol&quot;},"
    "{&quot;decryptedSecret&quot;:&quot;!&quot;,&quot;name&quot;:&quot;bad"
    "&quot;}]</string>\n"
    "<string name=\"com.authy.storage.tokens.authy.key\">[{&quot;secretSeed&quot;:&quot;"
    "48656c6c6f21deadbeef&quot;,&quot;name&quot;:&quot;Own&quot;}]</string>\n</map>\n";

TEST(authys_tokens_of_both_kinds_are_read)
{
	CHECK_OK(read_text(authy));
	EXPECT_FORMAT("authy");
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP Example:alice",
	    "totp SHA1 7 30 JBSWY3DPEHPK3PXP Open:bob",
	    "totp SHA1 6 30 JBSWY3DPEHPK3PXP Github:carol", ":bad refused its secret is not Base32",
	    "totp SHA1 7 10 JBSWY3DPEHPK3PXP Own:");
	check_all_cuts(authy);
	check_all_flips(authy);
}

TEST(what_another_password_sealed_is_named_and_the_rest_is_taken)
{
	/* As Authy seals it: PBKDF2-SHA1 of "correct horse" and the salt, AES-256-CBC, no nonce. */
	static const char tokens[] =
	    "{\"authenticator_tokens\":[{\"name\":\"Mine: alice\",\"digits\":6,\"salt\":\"salt\","
	    "\"key_derivation_iterations\":1,\"encrypted_seed\":\"TcUaBMGc60fXCyeWyQ//"
	    "DHfyZPnzyB3YvoULTLImc3I=\"},"
	    "{\"name\":\"Older: "
	    "bob\",\"digits\":6,\"salt\":\"other\",\"key_derivation_iterations\":1,"
	    "\"encrypted_seed\":\"TcUaBMGc60fXCyeWyQ//DHfyZPnzyB3YvoULTLImc3I=\"},"
	    "{\"name\":\"Cut: "
	    "carol\",\"digits\":6,\"salt\":\"salt\",\"key_derivation_iterations\":1,"
	    "\"encrypted_seed\":\"AAAA\"}]}";

	CHECK_OK(read_span(cs_str_span(cs_str_c(tokens)), "correct horse"));
	EXPECT_FORMAT("authy-json");
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP Mine:alice",
	    "Older:bob refused its secret is under another backup password",
	    "Cut:carol refused its encrypted secret is not whole");
	CHECK_ERR(read_span(cs_str_span(cs_str_c(tokens)), "wrong"), FORBIDDEN);
	CHECK(strstr(in.problem, "wrong") != NULL);
	CHECK_ERR(read_text(tokens), FORBIDDEN);
	CHECK(strstr(in.problem, "backup password") != NULL);
}

TEST(a_folder_of_mafiles_names_those_that_it_cannot_open)
{
	static const char folder[] =
	    "countersign steam 1\n"
	    "file a.maFile\ndata "
	    "{\"account_name\":\"alice\",\"shared_secret\":\"SGVsbG8h3q2+7w==\"}\n"
	    "file b.maFile\ndata AAAAAAAAAAAAAAAAAAAAAA==\n"
	    "file c.maFile\ndata {\"account_name\"\n"
	    "file d.maFile\nrefused it cannot be read\n"
	    "file manifest.json\ndata {\"entries\":[{\"filename\":\"a.maFile\"},"
	    "{\"filename\":\"e.maFile\"}]}\n";

	CHECK_OK(read_text(folder));
	EXPECT_FORMAT("steam-folder");
	EXPECT("steam SHA1 5 30 JBSWY3DPEHPK3PXP Steam:alice",
	    "Steam:b.maFile refused it is encrypted, and the manifest does not name it",
	    "Steam:c.maFile refused it is damaged, or cut short",
	    "Steam:d.maFile refused it cannot be read",
	    "Steam:e.maFile refused the manifest names it, and it is not there");
	CHECK_OK(read_text("countersign steam 1\nfile b.maFile\ndata AAAA\n"));
	EXPECT(
	    "Steam:b.maFile refused it is encrypted, and there is no manifest.json that opens it");
	check_all_cuts(folder);
	check_all_flips(folder);
}

static const char freeotp[] =
    "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n"
    "<string name=\"Example:alice\">{&quot;algo&quot;:&quot;SHA256&quot;,&quot;counter&quot;:0,"
    "&quot;digits&quot;:8,&quot;issuerExt&quot;:&quot;Example&quot;,&quot;issuerInt&quot;:&quot;"
    "Example"
    "&quot;,&quot;label&quot;:&quot;alice&quot;,&quot;period&quot;:60,&quot;secret&quot;:[72,101,"
    "108,108,"
    "111,33,-34,-83,-66,-17],&quot;type&quot;:&quot;TOTP&quot;}</string>\n"
    "<string "
    "name=\"Count:bob\">{&quot;algo&quot;:&quot;SHA1&quot;,&quot;counter&quot;:41,&quot;digits"
    "&quot;:6,&quot;issuerExt&quot;:&quot;Count&quot;,&quot;label&quot;:&quot;bob&quot;,&quot;"
    "secret&quot;:"
    "[1,2,3],&quot;type&quot;:&quot;HOTP&quot;}</string>\n"
    "<string name=\"Broken:carol\">{&quot;algo&quot;:</string>\n"
    "<string name=\"tokenOrder\">[&quot;Example:alice&quot;]</string>\n</map>\n";

TEST(freeotps_tokens_are_read_and_its_counter_is_the_next)
{
	CHECK_OK(read_text(freeotp));
	EXPECT_FORMAT("freeotp");
	EXPECT("totp SHA256 8 60 JBSWY3DPEHPK3PXP Example:alice", "hotp SHA1 6 42 AEBAG Count:bob",
	    "Broken:carol refused its token is not whole");
	check_all_cuts(freeotp);
	check_all_flips(freeotp);
}

TEST(xml_bombs_are_refused_whatever_they_are_called)
{
	static const char *const heads[] = { "<KeePassFile>&x;</KeePassFile>",
		("<map><string "
		 "name=\"com.authy.storage.tokens.authenticator.key\">&x;</string></map>"),
		"<KeyContainer xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\">&x;</KeyContainer>" };
	char text[1024];

	for (size_t i = 0; i < CS_COUNT(heads); i++) {
		snprintf(text, sizeof(text),
		    "<!DOCTYPE a [<!ENTITY y \"yyyyyyyyyy\"><!ENTITY x \"&y;&y;&y;&y;&y;\">]>%s",
		    heads[i]);
		CHECK_ERR(read_text(text), INVALID);
		CHECK(found != NULL && in.problem != NULL && in.item_count == 0);
	}
}

/* --- key containers --- */

TEST(a_key_container_asks_for_its_key_and_takes_it_in_hex)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	vector_read("pskc/rfc6030_figure6.xml", &file);
	CHECK_ERR(read_span(cs_buf_span(&file), NULL), FORBIDDEN);
	EXPECT_FORMAT("pskc");
	CHECK_ERR(read_span(cs_buf_span(&file), "wrong"), FORBIDDEN);
	CHECK_ERR(read_span(cs_buf_span(&file), "hex:12345678901234567890123456789013"), FORBIDDEN);
	CHECK_OK(read_span(cs_buf_span(&file), "hex:12345678901234567890123456789012"));
	EXPECT("hotp SHA1 8 0 GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ Issuer:987654321");
	CHECK_TEXT(in.items[0].entry.note, "Manufacturer, serial 987654321");
	CHECK_OK(read_span(cs_buf_span(&file), "1234 5678 9012 3456 7890 1234 5678 9012"));
}

TEST(a_key_container_under_a_password_takes_it)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	vector_read("pskc/rfc6030_figure7.xml", &file);
	CHECK_ERR(read_span(cs_buf_span(&file), NULL), FORBIDDEN);
	CHECK_OK(read_span(cs_buf_span(&file), "qwerty"));
	EXPECT("hotp SHA1 6 0 GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ Example-Issuer:987654321");
}

static void
read_keys(const char *keys)
{
	char text[4096];

	snprintf(text, sizeof(text),
	    "<KeyContainer xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\">%s</KeyContainer>", keys);
	CHECK_OK(read_text(text));
}

#define KEY(ALGORITHM, PARAMETERS, DATA) \
	"<KeyPackage><Key Id=\"7\" Algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:" ALGORITHM \
	"\"><AlgorithmParameters>" PARAMETERS "</AlgorithmParameters><Data>" DATA \
	"</Data></Key></KeyPackage>"
#define SECRET "<Secret><PlainValue>SGVsbG8h3q2+7w==</PlainValue></Secret>"

TEST(keys_that_make_no_codes_of_ours_are_refused_by_name)
{
	read_keys(KEY("totp", "<Suite>HMAC-SHA512</Suite><ResponseFormat Length=\"8\"/>",
	    SECRET "<TimeInterval><PlainValue>60</PlainValue></TimeInterval>")
		KEY("totp", "<Suite>HMAC-MD5</Suite>", SECRET) KEY("pin", "", SECRET)
		    KEY("hotp", "<ResponseFormat Encoding=\"ALPHANUMERIC\"/>", SECRET)
			KEY("hotp", "<ResponseFormat CheckDigits=\"true\"/>", SECRET)
			    KEY("totp", "", SECRET "<Time><PlainValue>9</PlainValue></Time>")
				KEY("hotp", "<ResponseFormat Length=\"99\"/>", SECRET)
				    KEY("hotp", "", ""));
	EXPECT("totp SHA512 8 60 JBSWY3DPEHPK3PXP :7",
	    ":7 refused its algorithm is none of SHA1, SHA256 and SHA512",
	    ":7 refused it is no key for one-time passwords",
	    ":7 refused its codes are not decimal digits",
	    ":7 refused its codes carry a check digit, which is not supported",
	    ":7 refused its steps are not counted from 1970, which is not supported",
	    ":7 refused its number of digits makes no sense",
	    ":7 refused there is no secret in it, only a reference to one");
}

/* --- tables --- */

static const char table[] =
    "Title,URL,Username,Password,Notes,OTPAuth\r\n"
    "Example,https://x.test,alice,pw,\"two\r\nlines\","
    "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example\r\n"
    "No code,https://y.test,bob,pw,,\r\n"
    "Bare,https://z.test,carol,pw,,jbsw y3dp ehpk 3pxp\r\n"
    "\"Quo\"\"ted, name\",,dave,pw,,not base32!\r\n";

TEST(a_password_managers_table_gives_the_rows_that_have_a_code)
{
	CHECK_OK(read_text(table));
	EXPECT_FORMAT("csv");
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP Example:alice",
	    "totp SHA1 6 30 JBSWY3DPEHPK3PXP Bare:carol",
	    "Quo\"ted, name:dave refused its secret is not Base32");
	CHECK_TEXT(in.items[0].entry.note, "two\nlines");
	check_all_cuts(table);
	check_all_flips(table);
}

TEST(where_a_table_has_no_user_name_the_mail_address_is_the_account)
{
	CHECK_OK(read_text("type,name,url,email,username,password,note,totp,vault\n"
			   "login,Ex,,a@x.test,,pw,,JBSWY3DPEHPK3PXP,Personal\n"
			   "login,Ex,,a@x.test,alice,pw,,JBSWY3DPEHPK3PXP,Personal\n"));
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP Ex:a@x.test",
	    "totp SHA1 6 30 JBSWY3DPEHPK3PXP Ex:alice");
}

TEST(a_table_of_secrets_gives_every_row)
{
	CHECK_OK(read_text("issuer;account;secret;type;algorithm;digits;period;counter\n"
			   "Example;alice;JBSWY3DPEHPK3PXP;totp;SHA512;8;60;\n"
			   "Count;bob;JBSWY3DPEHPK3PXP;HOTP;;;;99\n"
			   "Empty;carol;;totp;;;;\n"
			   "Valve;dave;JBSWY3DPEHPK3PXP;steam;;;;\n"
			   "Odd;erin;JBSWY3DPEHPK3PXP;motp;;;;\n"
			   "Digits;f;JBSWY3DPEHPK3PXP;totp;SHA1;99999999999999999999;30;\n"
			   "Period;g;JBSWY3DPEHPK3PXP;totp;SHA1;6;0;\n"
			   "Short\n"));
	EXPECT("totp SHA512 8 60 JBSWY3DPEHPK3PXP Example:alice",
	    "hotp SHA1 6 99 JBSWY3DPEHPK3PXP Count:bob", "Empty:carol refused it has no secret",
	    "steam SHA1 5 30 JBSWY3DPEHPK3PXP Valve:dave",
	    "Odd:erin refused it is of a kind that is not known here",
	    "Digits:f refused its number of digits makes no sense",
	    "Period:g refused its period is not 1 to 3600 s", "Short: refused it has no secret");
}

TEST(a_tables_columns_are_known_by_other_names_too)
{
	CHECK_OK(read_text("name,secret,issuer\nalice,JBSWY3DPEHPK3PXP,Example\n"));
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP Example:alice");
	CHECK_OK(read_text("Name;Issuer;Otpauth_URI\n"
			   "x;y;otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP\n"));
	EXPECT_FORMAT("csv");
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP Example:alice");
	/* A whole address in the first column makes it no list of addresses. */
	CHECK_OK(read_text("otpauth,note\n"
			   "otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP,mine\n"));
	EXPECT_FORMAT("csv");
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP Example:alice");
	CHECK_TEXT(in.items[0].entry.note, "mine");
	CHECK_OK(read_text("uri\notpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP\n"));
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP Example:alice");
}

TEST(a_tables_secret_may_be_the_hex_that_token_vendors_write)
{
	CHECK_OK(read_text("serial,secret,type\n42,48656c6c6f21deadbeef,hotp\n43,1x,hotp\n"));
	EXPECT("hotp SHA1 6 0 JBSWY3DPEHPK3PXP :42",
	    ":43 refused its secret is neither Base32 nor hex");
}

TEST(a_table_of_tokens_that_begins_with_one_by_time_has_no_header)
{
	CHECK_OK(read_text("tok1,48656c6c6f21deadbeef,totp,8,60\n"
			   "tok2,48656c6c6f21deadbeef,totp,6,30,sha256\n"
			   "tok3,48656c6c6f21deadbeef,totp,6,30,md5\n"));
	EXPECT_FORMAT("token-csv");
	EXPECT("totp SHA1 8 60 JBSWY3DPEHPK3PXP :tok1", "totp SHA256 6 30 JBSWY3DPEHPK3PXP :tok2",
	    ":tok3 refused its algorithm is none of SHA1, SHA256 and SHA512");
	CHECK_OK(read_text("tok1;48656c6c6f21deadbeef;totp;8;60\n"));
	EXPECT_FORMAT("token-csv");
	EXPECT("totp SHA1 8 60 JBSWY3DPEHPK3PXP :tok1");
}

TEST(a_quotation_mark_that_never_ends_is_a_sentence)
{
	CHECK_ERR(read_text("name,secret\n\"never,JBSWY3DPEHPK3PXP\n"), INVALID);
	CHECK(in.problem != NULL && in.item_count == 0);
}

TEST(tokens_of_linotp_privacyidea_and_yubico_are_read)
{
	CHECK_OK(read_text("# serials\n"
			   "tok1, 1212\n"
			   "tok2, 48656c6c6f21deadbeef, totp, 8, 60\n"
			   "ocra1, 1212, ocra, OCRA-1:HOTP-SHA1-8:QH40\n"
			   "Yubico OTP,12/11/2013 11:10,1,vvgutbiedkvi,ab86c04de6a3,"
			   "d26a7c0f85fdda28bd816e406342b214,,,0,0,0,0\n"
			   "OATH-HOTP,11.12.13 18:55,1,cccccccccccc,,"
			   "916821d3a138bf855e70069605559a206ba854cd,,,0,0,0,8\n"
			   "Static Password,11.12.13 19:08,1,,d5a3d50327dc,"
			   "0e8e37b0e38b314a56748c030f58d21d,,,0,0,0,0\n"
			   "508327,,0,69cfb9202438ca68964ec3244bfa4843d073a43b,abcdef,2013-12-12,\n"
			   "508329,,,9e2fd386224a7f77e9b5aee775464033,,2013-12-12T08:44:34,\n"
			   "nonsense\n"));
	EXPECT_FORMAT("token-csv");
	EXPECT("hotp SHA1 6 0 CIJA :tok1", "totp SHA1 8 60 JBSWY3DPEHPK3PXP :tok2",
	    ":ocra1 refused it is a challenge-response token (OCRA), not a one-time password",
	    "yubikey SHA1 6 0 2JVHYD4F7XNCRPMBNZAGGQVSCQ YubiKey:vvgutbiedkvi",
	    "hotp SHA1 8 0 SFUCDU5BHC7YKXTQA2LAKVM2EBV2QVGN YubiKey:cccccccccccc",
	    "YubiKey:11.12.13 19:08 refused it is a static password, not a one-time password",
	    "hotp SHA1 6 0 NHH3SIBEHDFGRFSOYMSEX6SIIPIHHJB3 YubiKey:508327 dropped its access "
	    "code",
	    "YubiKey:508329 refused it is a static password, not a one-time password",
	    ":nonsense refused its line is none that is known here");
	CHECK_INT(in.items[3].entry.public_id.len, 6);
	CHECK_INT(in.items[3].entry.private_id.len, 6);
}

static const char users[] = "# comment\n # another\n"
			    "HOTP/E/8\tsilver\t4711\t48656c6c6f21deadbeef\n"
			    "HOTP  foo  -  48656c6c6f21deadbeef  0  755224  2009-12-07T17:25:42L\n"
			    "HOTP/T60/8 eve + 48656c6c6f21deadbeef 10 892423 2006-12-07T00:00:00L\n"
			    "HOTP/E/99 far - 00\n"
			    "HOTP bad - xyz\n"
			    "HOTP few\n";

TEST(pam_oaths_users_are_read_and_a_used_counter_is_behind_them)
{
	CHECK_OK(read_text(users));
	EXPECT_FORMAT("users-oath");
	EXPECT("hotp SHA1 8 0 JBSWY3DPEHPK3PXP :silver dropped its PIN",
	    "hotp SHA1 6 1 JBSWY3DPEHPK3PXP :foo", "totp SHA1 8 60 JBSWY3DPEHPK3PXP :eve",
	    ":far refused its number of digits makes no sense", ":bad refused its key is not hex",
	    ":few refused its line is none that is known here");
	check_all_cuts(users);
	check_all_flips(users);
}

/* --- stores --- */

static const char store[] =
    "countersign store 1\n"
    "file web/example.test/alice\n"
    "line hunter2\n"
    "line otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example\n"
    "file web/plain\n"
    "line hunter2\n"
    "file web/shop.test/bob\n"
    "line hunter2\n"
    "line totp: JBSW Y3DP EHPK 3PXP\n"
    "file single\n"
    "line otpauth: //totp/?secret=JBSWY3DPEHPK3PXP\n"
    "file vpn/carol\n"
    "line hotp: JBSWY3DPEHPK3PXP\n"
    "line counter: 9\n"
    "file shut up\n"
    "refused gpg did not open it\n"
    "file bad\n"
    "line totp: not base32!\n";

TEST(a_stores_files_give_their_addresses_keys_and_refusals)
{
	CHECK_OK(read_text(store));
	EXPECT_FORMAT("pass");
	EXPECT("totp SHA1 6 30 JBSWY3DPEHPK3PXP Example:alice",
	    "totp SHA1 6 30 JBSWY3DPEHPK3PXP shop.test:bob",
	    "totp SHA1 6 30 JBSWY3DPEHPK3PXP single:", "hotp SHA1 6 9 JBSWY3DPEHPK3PXP vpn:carol",
	    "shut up: refused gpg did not open it", "bad: refused its secret is not Base32");
	check_all_cuts(store);
}

/* --- what the programs themselves wrote --- */

static void
read_sample(const char *name)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	char path[256];

	snprintf(path, sizeof(path), "third-party/%s", name);
	sample_read(path, &file);
	CHECK_OK(read_span(cs_buf_span(&file), NULL));
}

#define DENO "4SJHB4GSD43FZBAI7C2HLRJGPQ Deno:Mason"
#define SPDX "5OM4WOOGPLQEF6UGN3CPEOOLWU SPDX:James"
#define AIRBNB "7ELGJSGXNCCTV3O6LKJWYFV2RA Airbnb:Elijah"
#define ISSUU "YOOMIXWS5GN6RTBPUFFWKTW5M4 Issuu:James"
#define CANADA "KUVJJOM753IHTNDSZVCNKL7GII Air Canada:Benjamin"
#define WWE "5VAML3X35THCEBVRLV24CGBKOY WWE:Mason"
#define BOEING "JRZCL47CMXVOQMNPZR2F7J4RGI"

TEST(aegiss_own_samples_of_these_formats_give_what_they_were_made_of)
{
	NEED_SAMPLES();
	read_sample("imports/aegis-suite_plain.txt");
	EXPECT_FORMAT("otpauth");
	EXPECT("totp SHA1 6 30 " DENO, "totp SHA256 7 20 " SPDX, "totp SHA512 8 50 " AIRBNB,
	    "hotp SHA1 6 1 " ISSUU, "hotp SHA256 7 50 " CANADA, "hotp SHA512 8 10300 " WWE,
	    "steam SHA1 5 30 " BOEING " Boeing:Sophia");
	read_sample("imports/aegis-suite_freeotp.xml");
	EXPECT_FORMAT("freeotp");
	EXPECT("hotp SHA512 8 10300 " WWE, "totp SHA512 8 50 " AIRBNB, "totp SHA1 6 30 " DENO,
	    "hotp SHA1 6 1 " ISSUU);
	/* Authy keeps neither algorithm nor period. */
	read_sample("imports/aegis-suite_authy_plain.xml");
	EXPECT_FORMAT("authy");
	EXPECT("totp SHA1 6 30 " DENO, "totp SHA1 7 30 " SPDX, "totp SHA1 8 30 " AIRBNB);
	/* Bitwarden keeps no name for Steam but its own. */
	read_sample("imports/aegis-suite_bitwarden.csv");
	EXPECT_FORMAT("bitwarden-csv");
	EXPECT("totp SHA1 6 30 " DENO, "totp SHA256 7 20 " SPDX, "totp SHA512 8 50 " AIRBNB,
	    "steam SHA1 5 30 " BOEING " Test 4:");
}

TEST(every_sample_of_a_token_table_is_read)
{
	static const struct {
		const char *name;
		const char *format;
		size_t count;
		size_t refused;
	} samples[] = {
		{ "token_csv/linotp_oath_tokens.csv", "token-csv", 4, 0 },
		{ "token_csv/malept_expect.oath", "users-oath", 25, 0 },
		{ "token_csv/malept_users.oath", "users-oath", 25, 0 },
		{ "token_csv/privacyidea_import.oath", "token-csv", 3, 0 },
		{ "token_csv/privacyidea_ocra.csv", "token-csv", 1, 1 },
		{ "token_csv/privacyidea_yubico-oath.csv", "token-csv", 3, 0 },
		{ "token_csv/privacyidea_yubico.csv", "token-csv", 7, 2 },
	};

	NEED_SAMPLES();
	for (size_t i = 0; i < CS_COUNT(samples); i++) {
		size_t refused = 0;

		read_sample(samples[i].name);
		CHECK_TEXT(cs_str_c(found->name), samples[i].format);
		CHECK_INT(in.item_count, samples[i].count);
		for (size_t k = 0; k < in.item_count; k++)
			refused += in.items[k].refused.len != 0;
		CHECK_INT(refused, samples[i].refused);
	}
}

/* --- size --- */

TEST(ten_thousand_addresses_are_read_and_a_hundred_thousand_and_one_are_too_many)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, CS_IMPORT_BYTES_MAX);
	for (int i = 0; i < 10000; i++)
		cs_buf_printf(&b, "otpauth://totp/Site%d:user?secret=JBSWY3DPEHPK3PXP\n", i);
	CHECK_OK(read_span(cs_buf_span(&b), NULL));
	CHECK_INT(in.item_count, 10000);
	cs_buf_reset(&b);
	cs_buf_add_c(&b, "motp://x\n");
	for (int i = 0; i < 100000; i++)
		cs_buf_add_c(&b, "motp:\n");
	CHECK_ERR(read_span(cs_buf_span(&b), NULL), LIMIT);
	CHECK(in.problem != NULL);
}

TEST_MAIN("vault/import_text")
