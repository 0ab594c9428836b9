// `countersign age`: what it gives away, and when it gives nothing. What age itself thinks of the
// files is in tests/compat/age.
import { test } from "node:test";
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, PASSPHRASE, Person } from "./harness.mjs";

const KEY = "AGE-SECRET-KEY-13LS9Z07DZNMPKU576832KQY3KTERKE5GCZWGG4JLV0REZWHAWJKQ022U46";
const RECIPIENT = "age106d6a800ggm3ye70csnzsyy7n6anvs9zkugflgrtjyjvphts85nqplc9zc";
const OTHER = "age1ergf432zzg3xxrg9xvjrardwcdee7mc0dylsd0t6c5sayynr5glsy8mhra";

function keyFile(person, text = `# a key\n${KEY}\n`)
{
	const path = join(person.home, "key");
	writeFileSync(path, text);
	return path;
}

async function write(person, plain, ...words)
{
	const done = await person.run(["age", ...words], { input: plain });
	assert.equal(done.status, 0, done.stderr);
	return done.out;
}

async function refuses(person, words, status, pattern, input)
{
	const done = await person.run(["age", ...words], { input });
	assert.equal(done.stdout, "");
	assert.match(done.stderr, pattern);
	assert.equal(done.stderr.trim().split("\n")[0].startsWith("countersign: "), true, done.stderr);
	assert.equal(done.status, status, done.stderr);
}

test("a wrong key gives no output and says so", async (t) => {
	const anna = new Person(t), key = keyFile(anna);
	await refuses(anna, ["-d", "-i", key], EXIT.wrongKey, /not made for this key/, await write(anna, "text", "-r", OTHER));
});

test("a byte changed or missing anywhere gives no output", async (t) => {
	const anna = new Person(t), key = keyFile(anna);
	const file = await write(anna, "x".repeat(70_000), "-r", RECIPIENT);
	const places = [0, 3, 20, 40, 90, 130, 170, 185, 210, 1000, 65_000, 66_000, file.length - 1];
	for (const at of places) {
		const flipped = Buffer.from(file);
		flipped[at] ^= 1;
		for (const damaged of [flipped, file.subarray(0, at)]) {
			const done = await anna.run(["age", "-d", "-i", key], { input: damaged });
			assert.notEqual(done.status, 0, `at ${at}`);
			assert.equal(done.stdout, "");
		}
	}
	assert.equal((await anna.run(["age", "-d", "-i", key], { input: file })).stdout, "x".repeat(70_000));
});

test("a damaged file leaves the file that -o names as it was", async (t) => {
	const anna = new Person(t), key = keyFile(anna), out = join(anna.home, "out");
	const file = await write(anna, "new", "-r", RECIPIENT);
	writeFileSync(out, "old");
	await refuses(anna, ["-d", "-i", key, "-o", out], EXIT.damaged, /damaged/, file.subarray(0, file.length - 1));
	assert.equal(readFileSync(out, "utf8"), "old");
	assert.equal((await anna.run(["age", "-d", "-i", key, "-o", out], { input: file })).status, 0);
	assert.equal(readFileSync(out, "utf8"), "new");
	assert.equal(statSync(out).mode & 0o777, 0o600);
});

test("other files, later versions and dear passphrases have their own exit status", async (t) => {
	const anna = new Person(t), key = keyFile(anna);
	await refuses(anna, ["-d", "-i", key], EXIT.damaged, /no age file/, "PK\x03\x04");
	await refuses(anna, ["-d", "-i", key], EXIT.damaged, /no age file/, "");
	await refuses(anna, ["-d", "-i", key], EXIT.tooNew, /newer/, "age-encryption.org/v2\n-> X\n\n--- \n");
	const dear = "age-encryption.org/v1\n-> scrypt rF0/NwblUHHTpgQgRpe5CQ 30\ngUjEymFKMVXQEKdMMHL24oYexjE3TIC0O0zGSqJ2aUY\n" +
		"--- IOTAPIBnSSZ1EzVSxg0RNDXp8UOCXNVYFLWSzJZCgCE\n0123456789abcdef0123456789abcdef0123456789abcdef";
	const from = performance.now();
	await refuses(anna, ["-d", "--passphrase-file", anna.passphraseFile], EXIT.refused, /too much memory/, dear);
	assert.ok(performance.now() - from < 20_000); // the work would take hours
});

test("options that contradict each other are refused before anything is read", async (t) => {
	const anna = new Person(t), key = keyFile(anna);
	for (const words of [["-d", "-e"], ["-d", "-p"], ["-d", "-a"], ["-d", "-r", RECIPIENT], ["-p", "-r", RECIPIENT], [],
		["-d", "-i", "-"], ["-p", "--passphrase-file", "-"], ["-d", "-i", key, "one", "two"]])
		await refuses(anna, words, EXIT.usage, /usage:/, "x");
});

test("keys and recipients that are none are named", async (t) => {
	const anna = new Person(t);
	await refuses(anna, ["-r", "age1xyz"], EXIT.damaged, /'age1xyz' is no age1… recipient/);
	await refuses(anna, ["-r", "a\x1b[31mb"], EXIT.damaged, /a\\x1b\[31mb/);
	await refuses(anna, ["-R", keyFile(anna, "# nobody\n")], EXIT.damaged, /no recipient/);
	const file = await write(anna, "text", "-r", RECIPIENT);
	await refuses(anna, ["-d", "-i", keyFile(anna, `${KEY.slice(0, -1)}7\n`)], EXIT.damaged, /line 1 is no AGE-SECRET-KEY-1/, file);
	await refuses(anna, ["-d", "-i", keyFile(anna, "\n")], EXIT.damaged, /no key in it/, file);
	await refuses(anna, ["-d", "-i", join(anna.home, "absent")], EXIT.disk, /No such file/, file);
});

test("a passphrase is asked for on the terminal, and not shown", async (t) => {
	const anna = new Person(t), file = join(anna.home, "file");
	const writing = anna.terminal(["age", "-p", "-o", file, "passphrase"]);
	await writing.answer("New passphrase for", "words of mine");
	await writing.answer("Once more", "words of mine");
	assert.equal((await writing.end()).status, 0, writing.shown);
	assert.equal(writing.shown.includes("words of mine"), false);
	const reading = anna.terminal(["age", "-d", file]);
	await reading.answer("Passphrase of", "words of mine");
	const { status, shown } = await reading.end();
	assert.equal(status, 0, shown);
	assert.match(shown, new RegExp(PASSPHRASE));
	assert.equal(shown.includes("words of mine"), false);
	const wrong = anna.terminal(["age", "-d", file]);
	await wrong.answer("Passphrase of", "other words");
	assert.equal((await wrong.end()).status, EXIT.wrongKey);
	assert.match(wrong.shown, /not its passphrase/);
	await refuses(anna, ["-d", file], EXIT.locked, /no terminal/);
});

test("two passphrases that differ write nothing", async (t) => {
	const anna = new Person(t), file = join(anna.home, "file");
	const terminal = anna.terminal(["age", "-p", "-o", file, "passphrase"]);
	await terminal.answer("New passphrase for", "one");
	await terminal.answer("Once more", "two");
	assert.equal((await terminal.end()).status, EXIT.wrongKey);
	assert.equal(existsSync(file), false);
});

test("a terminal gets neither a binary file nor what would steer it", async (t) => {
	const anna = new Person(t), key = keyFile(anna), file = join(anna.home, "file");
	const binary = anna.terminal(["age", "-r", RECIPIENT, "passphrase"]);
	assert.equal((await binary.end()).status, EXIT.refused);
	assert.match(binary.shown, /-a writes it as text/);
	const armor = anna.terminal(["age", "-a", "-r", RECIPIENT, "passphrase"]);
	assert.equal((await armor.end()).status, 0);
	assert.match(armor.shown, /BEGIN AGE ENCRYPTED FILE/);
	for (const [text, status] of [["plain\twords ü\r\n", EXIT.refused], ["\x1b]0;title\x07", EXIT.refused], ["a\u202eb", EXIT.refused],
		["plain\twords ü\n", 0]]) {
		writeFileSync(file, await write(anna, text, "-r", RECIPIENT));
		const terminal = anna.terminal(["age", "-d", "-i", key, file]);
		assert.equal((await terminal.end()).status, status, JSON.stringify(text));
		assert.equal(terminal.shown.includes("\x1b]0"), false);
		assert.equal(terminal.shown.includes("words ü"), status === 0);
	}
});

test("without -i it is the vault's key, by the agent or the passphrase", async (t) => {
	const anna = await new Person(t).init();
	const vault = join(anna.vault, "vault.age");
	const locked = await anna.run(["age", "-d", vault]);
	assert.deepEqual([locked.status, locked.stdout], [EXIT.locked, ""]);
	assert.match((await anna.open(["age", "-d", vault])).stdout, /^countersign vault 1\n/);
	await anna.unlock();
	assert.match((await anna.run(["age", "-d", vault])).stdout, /^countersign vault 1\n/);
	const foreign = await write(anna, "text", "-r", OTHER);
	const done = await anna.run(["age", "-d"], { input: foreign });
	assert.deepEqual([done.status, done.stdout], [EXIT.wrongKey, ""]);
});
