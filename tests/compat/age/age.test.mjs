// Debian's age and age-keygen as peers: each opens what the other wrote.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PASSPHRASE, Person } from "../../cli/harness.mjs";

const AGE = "/usr/bin/age";
// An empty file, the edges of age's pieces of 64 KiB, and many of them.
const LENGTHS = [0, 1, 47, 48, 49, 65535, 65536, 65537, 131072, 3 << 20];

function keygen(person, name)
{
	const path = join(person.home, name);
	execFileSync("age-keygen", ["-o", path], { stdio: "ignore" });
	return { path, recipient: readFileSync(path, "utf8").match(/age1[a-z0-9]+/)[0] };
}

function age(words, input)
{
	const done = spawnSync(AGE, words, { input, maxBuffer: 1 << 26 });
	assert.equal(done.status, 0, done.stderr.toString());
	return done.stdout;
}

async function ours(person, words, options)
{
	const done = await person.run(["age", ...words], options);
	assert.equal(done.status, 0, done.stderr);
	return done.out;
}

for (const armor of [[], ["-a"]])
	for (const length of LENGTHS) {
		const kind = armor.length === 0 ? "binary" : "armoured";

		test(`age opens ${length} bytes of ours, ${kind}, by either of two keys`, async (t) => {
			const anna = new Person(t), keys = [keygen(anna, "one"), keygen(anna, "two")];
			const plain = randomBytes(length);
			const file = await ours(anna, ["-r", keys[0].recipient, "-r", keys[1].recipient, ...armor], { input: plain });
			for (const key of keys)
				assert.deepEqual(age(["-d", "-i", key.path], file), plain);
		});

		test(`we open ${length} bytes of age's, ${kind}, by either of two keys`, async (t) => {
			const anna = new Person(t), keys = [keygen(anna, "one"), keygen(anna, "two")];
			const plain = randomBytes(length);
			const file = age(["-r", keys[0].recipient, "-r", keys[1].recipient, ...armor], plain);
			for (const key of keys)
				assert.deepEqual(await ours(anna, ["-d", "-i", key.path], { input: file }), plain);
		});
	}

test("files of recipients and of keys mean the same to both", async (t) => {
	const anna = new Person(t), one = keygen(anna, "one"), two = keygen(anna, "two");
	const list = join(anna.home, "list");
	writeFileSync(list, `# friends\n${one.recipient}\n\n${two.recipient}\n`);
	const byList = await ours(anna, ["-e", "-R", list], { input: "text" });
	assert.equal(age(["-d", "-i", two.path], byList).toString(), "text");
	const byKey = await ours(anna, ["-e", "-i", one.path], { input: "text" });
	assert.equal(age(["-d", "-i", one.path], byKey).toString(), "text");
});

test("age opens what we closed with a passphrase", async (t) => {
	const anna = new Person(t), file = join(anna.home, "file"), out = join(anna.home, "out");
	await ours(anna, ["-p", "-o", file, "--passphrase-file", anna.passphraseFile], { input: "by a passphrase" });
	const terminal = anna.terminal(["-d", "-o", out, file], { program: AGE });
	await terminal.answer("passphrase", PASSPHRASE);
	assert.equal((await terminal.end()).status, 0);
	assert.equal(readFileSync(out, "utf8"), "by a passphrase");
});

test("we open what age closed with a passphrase, armoured", async (t) => {
	const anna = new Person(t), file = join(anna.home, "file"), plain = join(anna.home, "plain");
	writeFileSync(plain, "by a passphrase");
	const terminal = anna.terminal(["-p", "-a", "-o", file, plain], { program: AGE });
	await terminal.answer("Enter passphrase", PASSPHRASE);
	await terminal.answer("Confirm passphrase", PASSPHRASE);
	assert.equal((await terminal.end()).status, 0);
	assert.equal((await ours(anna, ["-d", file, "--passphrase-file", anna.passphraseFile])).toString(), "by a passphrase");
});

test("a key file that age closed with a passphrase opens our files", async (t) => {
	const anna = new Person(t), key = keygen(anna, "key"), closed = join(anna.home, "key.age");
	const terminal = anna.terminal(["-p", "-o", closed, key.path], { program: AGE });
	await terminal.answer("Enter passphrase", PASSPHRASE);
	await terminal.answer("Confirm passphrase", PASSPHRASE);
	assert.equal((await terminal.end()).status, 0);
	const file = await ours(anna, ["-r", key.recipient], { input: "text" });
	assert.equal((await ours(anna, ["-d", "-i", closed, "--passphrase-file", anna.passphraseFile], { input: file })).toString(), "text");
});

test("age opens the vault by identity.age and by the recovery key", async (t) => {
	const anna = await new Person(t).init(), out = join(anna.home, "out");
	await anna.add("Example:alice", "JBSWY3DPEHPK3PXP");
	const vault = join(anna.vault, "vault.age");
	assert.match(age(["-d", "-i", anna.recoveryFile, vault]).toString(), /^countersign vault 1\n[^]*JBSWY3DPEHPK3PXP/);
	const terminal = anna.terminal(["-d", "-o", out, "-i", join(anna.vault, "identity.age"), vault], { program: AGE });
	await terminal.answer("passphrase", PASSPHRASE);
	assert.equal((await terminal.end()).status, 0);
	assert.match(readFileSync(out, "utf8"), /^countersign vault 1\n[^]*JBSWY3DPEHPK3PXP/);
});
