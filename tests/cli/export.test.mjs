// export: what leaves the vault is asked about, said entry by entry, and read back as it was.
import assert from "node:assert/strict";
import { createDecipheriv, createHmac, pbkdf2Sync, scryptSync } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { EXIT, Person } from "./harness.mjs";

const URIS = [
	"otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example",
	"otpauth://totp/Slow:bob?secret=GEZDGNBVGY3TQOJQ&issuer=Slow&algorithm=SHA256&digits=8&period=60",
	"otpauth://hotp/Count:carol?secret=GEZDGNBVGY3TQOJQ&issuer=Count&counter=7",
	"otpauth://steam/Boeing:Sophia?secret=JRZCL47CMXVOQMNPZR2F7J4RGI&issuer=Boeing",
];
const SECRETS = ["JBSWY3DPEHPK3PXP", "GEZDGNBVGY3TQOJQ", "JRZCL47CMXVOQMNPZR2F7J4RGI"];

async function owner(t)
{
	const person = await new Person(t).init();
	const done = await person.open(["import", "-"], { input: `${URIS.join("\n")}\n` });
	assert.equal(done.status, EXIT.ok, done.stderr);
	return person;
}

const what = (e) => [e.issuer, e.account, e.type, e.algorithm, e.digits, e.type === "hotp" ? e.counter : e.period].join(" ");

// What another person's empty vault would make of the file.
async function preview(person, file, options = [], input = "")
{
	const done = await person.run(["import", "--vault", join(person.home, "none"), "--preview", "--json", file, ...options], { input });
	assert.ok([EXIT.ok, EXIT.refused].includes(done.status), done.stderr);
	return JSON.parse(done.stdout);
}

const ALL = ["Example alice totp SHA1 6 30", "Slow bob totp SHA256 8 60", "Count carol hotp SHA1 6 7", "Boeing Sophia steam SHA1 5 30"];

for (const [format, carried] of [["otpauth", [0, 1, 2, 3]], ["aegis", [0, 1, 2, 3]], ["csv", [0, 1, 2, 3]], ["google", [0, 2]], ["pskc", [0, 1, 2]]])
	test(`${format}: what is written is read back, the rest is named, and both add up`, async (t) => {
		const anna = await owner(t);
		const file = join(anna.home, `out.${format}`);
		const done = await anna.open(["export", "--format", format, "-o", file, "--yes"]);
		assert.equal(done.status, carried.length === 4 ? EXIT.ok : EXIT.refused, done.stderr);
		assert.equal(done.stdout, "");
		assert.equal(statSync(file).mode & 0o777, 0o600);
		const back = await preview(anna, file);
		assert.deepEqual(back.entries.map(what), carried.map((i) => ALL[i]));
		assert.match(done.stderr, new RegExp(`4 in: ${carried.length} written`));
		assert.equal((done.stderr.match(/^left out /gm) ?? []).length, 4 - carried.length);
		for (const secret of SECRETS)
			assert.ok(!done.stderr.includes(secret));
	});

test("entries: countersign's own lines, which another vault takes", async (t) => {
	const anna = await owner(t);
	const done = await anna.open(["export", "--format", "entries", "--yes"]);
	assert.match(done.stderr, /^Not encrypted: whoever reads standard output can make these codes for ever\.$/m);
	assert.equal(done.status, EXIT.ok, done.stderr);
	assert.match(done.stdout, /^countersign entries 1\n\nentry /);
	const back = await preview(anna, "-", [], done.stdout);
	assert.deepEqual(back.entries.map(what), ALL);
});

for (const format of ["aegis", "pskc"])
	test(`${format} under a password holds no secret and opens with that password alone`, async (t) => {
		const anna = await owner(t);
		const file = join(anna.home, "out"), password = join(anna.home, "password");
		writeFileSync(password, "another horse\n");
		const done = await anna.open(["export", "--format", format, "-o", file, "--password-file", password]);
		assert.ok([EXIT.ok, EXIT.refused].includes(done.status), done.stderr);
		const text = readFileSync(file, "utf8");
		for (const secret of [...SECRETS, "SGVsbG8h3q2+7w==", "MTIzNDU2Nzg5MA=="])
			assert.ok(!text.includes(secret));
		const back = await preview(anna, file, ["--password-file", password]);
		assert.deepEqual(back.entries.map(what), format === "aegis" ? ALL : ALL.slice(0, 3));
		writeFileSync(password, "a wrong horse\n");
		const wrong = await anna.run(["import", "--preview", "--json", file, "--password-file", password]);
		assert.equal(wrong.status, EXIT.wrongKey);
		assert.equal(wrong.stdout, "");
	});

async function encrypted(t, format)
{
	const anna = await owner(t);
	const file = join(anna.home, "out"), password = join(anna.home, "password");
	writeFileSync(password, "another horse\n");
	await anna.open(["export", "--format", format, "-o", file, "--password-file", password]);
	return readFileSync(file, "utf8");
}

// Aegis's docs/vault.md: scrypt's key opens the slot, the slot's key opens the database.
test("an encrypted Aegis file opens by its published description", async (t) => {
	const file = JSON.parse(await encrypted(t, "aegis"));
	const open = (key, { nonce, tag }, sealed) => {
		const d = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "hex"));
		d.setAuthTag(Buffer.from(tag, "hex"));
		return Buffer.concat([d.update(sealed), d.final()]);
	};
	const slot = file.header.slots[0];
	const wrapping = scryptSync("another horse", Buffer.from(slot.salt, "hex"), 32,
		{ N: slot.n, r: slot.r, p: slot.p, maxmem: 128 << 20 });
	const master = open(wrapping, slot.key_params, Buffer.from(slot.key, "hex"));
	const db = JSON.parse(open(master, file.header.params, Buffer.from(file.db, "base64")));
	assert.equal(file.version, 1);
	assert.equal(slot.type, 1);
	assert.deepEqual(db.entries.map((e) => [e.type, e.issuer, e.info.secret, e.info.period ?? e.info.counter]), [
		["totp", "Example", "JBSWY3DPEHPK3PXP", 30], ["totp", "Slow", "GEZDGNBVGY3TQOJQ", 60],
		["hotp", "Count", "GEZDGNBVGY3TQOJQ", 7], ["steam", "Boeing", "JRZCL47CMXVOQMNPZR2F7J4RGI", 30]]);
});

// RFC 6030 §6.2: PBKDF2 gives the key, the MAC's key is sealed with it, each value has its MAC.
test("an encrypted key container opens by the standard", async (t) => {
	const text = await encrypted(t, "pskc");
	const one = (pattern, from = text) => from.match(pattern)[1];
	const key = pbkdf2Sync("another horse", Buffer.from(one(/<Specified>(.*?)</), "base64"),
		Number(one(/<IterationCount>(\d+)</)), Number(one(/<KeyLength>(\d+)</)), "sha256");
	assert.match(text, /<PRF Algorithm="[^"]*#hmac-sha256"\/>/);
	const open = (base64) => {
		const sealed = Buffer.from(base64, "base64");
		const d = createDecipheriv("aes-256-cbc", key, sealed.subarray(0, 16));
		return Buffer.concat([d.update(sealed.subarray(16)), d.final()]);
	};
	const macKey = open(one(/<MACKey>.*?<xenc:CipherValue>(.*?)</s));
	const secrets = [...text.matchAll(/<Secret>.*?<xenc:CipherValue>(.*?)<.*?<ValueMAC>(.*?)</gs)].map(([, value, mac]) => {
		assert.equal(createHmac("sha256", macKey).update(Buffer.from(value, "base64")).digest("base64"), mac);
		return open(value).toString("latin1");
	});
	assert.deepEqual(secrets, ["Hello!\xde\xad\xbe\xef", "1234567890", "1234567890"]);
});

test("nothing leaves unencrypted unless the person says so", async (t) => {
	const anna = await owner(t);
	const file = join(anna.home, "out");
	const done = await anna.open(["export", "--format", "csv", "-o", file]);
	assert.equal(done.status, EXIT.usage);
	assert.ok(!existsSync(file));
	await anna.unlock();
	const no = anna.terminal(["export", "--format", "csv", "-o", file]);
	await no.answer(/without encryption\?.*codes for ever/s, "n");
	assert.notEqual((await no.end()).status, EXIT.ok);
	assert.ok(!existsSync(file));
	const yes = anna.terminal(["export", "--format", "csv", "-o", file]);
	await yes.answer("without encryption?", "y");
	assert.equal((await yes.end()).status, EXIT.ok);
	assert.ok(existsSync(file));
});

test("a secret is not shown on a terminal unless it is named", async (t) => {
	const anna = await owner(t);
	await anna.unlock();
	const shy = await anna.terminal(["export", "--format", "otpauth", "--yes"]).end();
	assert.equal(shy.status, EXIT.usage);
	for (const secret of SECRETS)
		assert.ok(!shy.shown.includes(secret));
	const bold = await anna.terminal(["export", "--format", "otpauth", "--yes", "-o", "-", "Example"]).end();
	assert.equal(bold.status, EXIT.ok);
	assert.ok(bold.shown.includes("JBSWY3DPEHPK3PXP") && !bold.shown.includes("GEZDGNBV"));
});

test("a password is asked for twice, and a slip writes nothing", async (t) => {
	const anna = await owner(t);
	await anna.unlock();
	const file = join(anna.home, "out");
	const slip = anna.terminal(["export", "--format", "aegis", "-e", "-o", file]);
	await slip.answer("Password for the file: ", "one horse");
	await slip.answer("The same again: ", "two horses");
	const ended = await slip.end();
	assert.equal(ended.status, EXIT.failed);
	assert.ok(!ended.shown.includes("horse") && !existsSync(file));
	const right = anna.terminal(["export", "--format", "aegis", "-e", "-o", file]);
	await right.answer("Password for the file: ", "one horse");
	await right.answer("The same again: ", "one horse");
	assert.equal((await right.end()).status, EXIT.ok);
	assert.ok(existsSync(file));
});

test("some can be named, and an unknown or double name writes nothing", async (t) => {
	const anna = await owner(t);
	const file = join(anna.home, "out");
	const some = await anna.open(["export", "--format", "otpauth", "--yes", "-o", file, "Slow", "Count"]);
	assert.equal(some.status, EXIT.ok, some.stderr);
	assert.deepEqual((await preview(anna, file)).entries.map(what), [ALL[1], ALL[2]]);
	const none = await anna.open(["export", "--format", "otpauth", "--yes", "-o", `${file}2`, "Slow", "Nobody"]);
	assert.equal(none.status, EXIT.notFound);
	assert.ok(!existsSync(`${file}2`));
});

test("a file that is there stays as it is, but for --force", async (t) => {
	const anna = await owner(t);
	const file = join(anna.home, "out");
	writeFileSync(file, "mine");
	const done = await anna.open(["export", "--format", "csv", "--yes", "-o", file]);
	assert.equal(done.status, EXIT.refused);
	assert.equal(readFileSync(file, "utf8"), "mine");
	assert.doesNotMatch(done.stderr, /written/);
	const forced = await anna.open(["export", "--format", "csv", "--yes", "-f", "-o", file]);
	assert.equal(forced.status, EXIT.ok, forced.stderr);
	assert.match(readFileSync(file, "utf8"), /^issuer,account,/);
});

test("what a format can carry none of is not written at all", async (t) => {
	const anna = await owner(t);
	const file = join(anna.home, "out");
	const done = await anna.open(["export", "--format", "google", "--yes", "-o", file, "Boeing"]);
	assert.equal(done.status, EXIT.refused);
	assert.match(done.stderr, /left out Boeing/);
	assert.ok(!existsSync(file));
});

test("unknown formats, and passwords for those that have no use for them, are refused before the vault is opened", async (t) => {
	const anna = await new Person(t);
	const unknown = await anna.run(["export", "--format", "word"]);
	assert.equal(unknown.status, EXIT.usage);
	for (const name of ["aegis", "otpauth", "google", "pskc", "csv", "entries"])
		assert.match(unknown.stderr, new RegExp(`^ +${name} `, "m"));
	assert.equal((await anna.run(["export"])).status, EXIT.usage);
	const password = await anna.run(["export", "--format", "csv", "--password-file", "x"]);
	assert.equal(password.status, EXIT.usage);
	assert.match(password.stderr, /aegis or pskc/);
	assert.equal((await anna.run(["export", "--format", "csv", "--json"])).status, EXIT.usage);
	assert.equal((await anna.run(["export", "--format", "csv"])).status, EXIT.noVault);
});

test("--json counts what was given, written and left out, and says why", async (t) => {
	const anna = await owner(t);
	const done = await anna.open(["export", "--format", "google", "--yes", "--json", "-o", join(anna.home, "out")]);
	assert.equal(done.status, EXIT.refused, done.stderr);
	const said = JSON.parse(done.stdout);
	assert.deepEqual(said.counts, { given: 4, written: 2, left_out: 2 });
	assert.equal(said.encrypted, false);
	assert.deepEqual(said.entries.map((e) => e.written), [true, false, true, false]);
	assert.match(said.entries[1].reason, /30 seconds/);
	for (const secret of SECRETS)
		assert.ok(!done.stdout.includes(secret));
});

test("the vault remembers that something left, and undo does not forget it", async (t) => {
	const anna = await owner(t);
	await anna.open(["export", "--format", "csv", "--yes", "-o", join(anna.home, "list.csv")]);
	const before = await anna.run(["age", "-d", "-i", anna.recoveryFile, join(anna.vault, "vault.age")]);
	assert.match(before.stdout, /^event .* exported .*list\.csv/m);
	assert.equal((await anna.open(["undo"])).status, EXIT.ok);
	const after = await anna.run(["age", "-d", "-i", anna.recoveryFile, join(anna.vault, "vault.age")]);
	assert.match(after.stdout, /^event .* exported .*list\.csv/m);
	assert.doesNotMatch(after.stdout, /JBSWY3DPEHPK3PXP/);
});

test("a name that would steer a terminal is shown, not obeyed", async (t) => {
	const anna = await new Person(t).init();
	const done = await anna.open(["import", "-"], { input: "otpauth://totp/%E2%80%AEevil?secret=JBSWY3DPEHPK3PXP&period=60\n" });
	assert.equal(done.status, EXIT.ok, done.stderr);
	const out = await anna.open(["export", "--format", "google", "--yes", "-o", join(anna.home, "out")]);
	assert.equal(out.status, EXIT.refused);
	assert.ok(!out.stderr.includes("\u202e"));
	assert.match(out.stderr, /\\u202e/);
});
