// code: what stands on a pipe, on a terminal, in JSON; counters that are never shown twice.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXIT, PASSPHRASE, Person, countersign } from "./harness.mjs";

const KEY = "JBSWY3DPEHPK3PXP";
const RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; // RFC 4226 appendix D, RFC 6238 appendix B
const RFC_HOTP = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
const person = (t) => new Person(t).init();
const oathtool = (...words) => spawnSync("oathtool", words).stdout.toString().trim();

// The codes that a clock between two moments may show.
function codesBetween(from, until)
{
	return [from, until].map((ms) => oathtool("--totp", "-b", "-N", `@${Math.floor(ms / 1000)}`, KEY));
}

test("a pipe gets the code and a line feed, the one that oathtool makes", async (t) => {
	const who = await person(t);
	await who.add("Halden:ada", KEY);
	const from = Date.now();
	const done = await who.open(["code", "halden"]);
	assert.deepEqual([done.status, done.stderr], [EXIT.ok, ""]);
	assert.ok(codesBetween(from, Date.now()).map((c) => `${c}\n`).includes(done.stdout), done.stdout);
});

test("the codes of RFC 6238 come at their times, of each hash", async (t) => {
	const who = await person(t);
	const keys = { SHA1: RFC_KEY, SHA256: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA",
		SHA512: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA" };
	const times = [["59", "94287082", "46119246", "90693936"], ["1111111109", "07081804", "68084774", "25091201"], ["1234567890", "89005924", "91819424", "93441116"], ["20000000000", "65353130", "77737706", "47863826"]];
	for (const [hash, key] of Object.entries(keys))
		await who.add(hash, key, "--digits", "8", "--algorithm", hash);
	for (const [at, ...codes] of times) {
		for (const [i, hash] of Object.keys(keys).entries())
			assert.equal((await who.open(["code", hash, "--at", at])).stdout, `${codes[i]}\n`, `${hash} at ${at}`);
	}
	assert.equal((await who.open(["code", "SHA1", "--at", "1970-01-01T00:00:59Z"])).stdout, "94287082\n");
	assert.equal((await who.open(["code", "SHA1", "--at", "@59"])).stdout, "94287082\n");
});

test("times that are none, words that name nothing or too much: refused, with nothing on standard output", async (t) => {
	const who = await person(t);
	await who.add("Halden:ada", KEY);
	await who.add("Halden:ben", RFC_KEY, "--type", "hotp");
	for (const at of ["", "soon", "-1", "1e3", "2026-02-30T00:00:00Z", "2026-11-22", "99999999999999999999", "0x10", "@"])
		assert.deepEqual(await who.open(["code", "ada", "--at", at]).then((d) => [d.status, d.stdout]), [EXIT.usage, ""], at);
	for (const [words, status] of [[["code"], EXIT.usage], [["code", ""], EXIT.usage], [["code", "nobody"], EXIT.notFound], [["code", "halden"], EXIT.ambiguous],
		[["code", "ben", "--at", "59"], EXIT.usage], [["code", "\xff\xfe"], EXIT.notFound]])
		assert.deepEqual(await who.open(words).then((d) => [d.status, d.stdout]), [status, ""], words.join(" "));
	assert.equal((await who.open(["code", "ben"])).stdout, "755224\n", "none of that used the counter");
});

test("a terminal gets the seconds that are left, and the next code when they are few", async (t) => {
	const who = await person(t);
	await who.add("Halden:ada", KEY);
	const shown = async (at) => (await who.terminal(["code", "halden", "--at", at, "--passphrase-file", who.passphraseFile], { env: { NO_COLOR: "1" } }).end()).shown.split("\r\n")[0];
	const code = (at) => oathtool("--totp", "-b", "-N", `@${at}`, KEY);
	assert.equal(await shown("30"), `${code(30)}  ██████████ 30 s`);
	assert.equal(await shown("45"), `${code(30)}  █████░░░░░ 15 s`);
	assert.equal(await shown("55"), `${code(30)}  ██░░░░░░░░ 5 s`);
	assert.equal(await shown("56"), `${code(30)}  ██░░░░░░░░ 4 s  then ${code(60)}`);
	assert.equal(await shown("59"), `${code(30)}  █░░░░░░░░░ 1 s  then ${code(60)}`);
});

test("JSON has the code, until when it counts and the next one", async (t) => {
	const who = await person(t);
	await who.add("Halden:ada", KEY);
	await who.add("Counted", RFC_KEY, "--type", "hotp");
	const { id, ...rest } = await who.json(["code", "halden", "--at", "59"]);
	assert.match(id, /^[0-9a-f-]{36}$/);
	assert.deepEqual(rest, { issuer: "Halden", account: "ada", type: "totp", code: oathtool("--totp", "-b", "-N", "@59", KEY),
		from: "1970-01-01T00:00:30.000Z", until: "1970-01-01T00:01:00.000Z", seconds_left: 1, next: oathtool("--totp", "-b", "-N", "@60", KEY) });
	const counted = await who.json(["code", "counted"]);
	assert.deepEqual([counted.code, counted.counter, counted.until], ["755224", 0, undefined]);
});

test("a counter's codes come one after the other, and no step back brings one again", async (t) => {
	const who = await person(t);
	await who.add("Counted", RFC_KEY, "--type", "hotp");
	await who.open(["rename", "counted", "Other"]);
	for (const code of RFC_HOTP.slice(0, 4))
		assert.equal((await who.open(["code", "counted"], {})).stdout || (await who.open(["code", "other"])).stdout, `${code}\n`);
	await who.open(["undo"]);
	assert.equal((await who.open(["code", "counted"])).stdout, `${RFC_HOTP[4]}\n`);
	await who.open(["edit", "counted", "--note", "a change of something else"]);
	assert.equal((await who.open(["code", "counted"])).stdout, `${RFC_HOTP[5]}\n`);
	assert.ok(!(await who.open(["list", "--codes"])).stdout.includes(RFC_HOTP[6]), "a list uses none up");
	assert.equal((await who.open(["code", "counted"])).stdout, `${RFC_HOTP[6]}\n`);
});

test("forty at once get forty different codes of a counter, and no counter is lost", async (t) => {
	const who = await person(t);
	await who.add("Counted", RFC_KEY, "--type", "hotp");
	await who.unlock();
	const all = await Promise.all(Array.from({ length: 40 }, () => who.run(["code", "counted"])));
	assert.deepEqual(all.filter((d) => d.status !== EXIT.ok).map((d) => d.stderr), []);
	const wanted = oathtool("--hotp", "-b", "-w", "39", RFC_KEY).split("\n");
	assert.deepEqual(all.map((d) => d.stdout.trim()).sort(), wanted.sort());
	assert.equal((await who.json(["show", "counted"])).counter, 40);
});

test("a counter at its end makes no further code", async (t) => {
	const who = await person(t);
	await who.add("Counted", RFC_KEY, "--type", "hotp", "--counter", "9223372036854775807");
	for (let i = 0; i < 2; i++) {
		const done = await who.open(["code", "counted"]);
		assert.deepEqual([done.status, done.stdout], [EXIT.failed, ""]);
	}
});

test("Steam's five letters come of its addresses and of --type steam", async (t) => {
	const who = await person(t);
	await who.add("Steam:ada", `otpauth://totp/Steam:ada?secret=${KEY}&issuer=Steam&encoder=steam`);
	await who.add("Other", KEY, "--type", "steam", "--yes");
	const [one, two] = await Promise.all(["steam", "other"].map((name) => who.open(["code", name, "--at", "1700000000"])));
	assert.match(one.stdout, /^[23456789BCDFGHJKMNPQRTVWXY]{5}\n$/);
	assert.equal(one.stdout, two.stdout);
});

test("what prompts and warnings say never reaches the pipe that the code goes to", async (t) => {
	const who = await person(t);
	await who.add("Halden", KEY);
	const terminal = who.terminal(["-c", `countersign code halden --at 59 > "$HOME/code"; echo "status $?"`], { program: "/bin/sh", env: { PATH: `${dirname(countersign)}:/usr/bin:/bin` } });
	await terminal.answer("Passphrase: ", PASSPHRASE);
	await terminal.expect("status 0");
	assert.equal(readFileSync(join(who.home, "code"), "utf8"), `${oathtool("--totp", "-b", "-N", "@59", KEY)}\n`);
});

test("a standard output that is full or closed is an error, not a code that was shown", async (t) => {
	const who = await person(t);
	await who.add("Halden", KEY);
	for (const to of ["> /dev/full", ">&-"]) {
		const done = await who.run(["-c", `exec "$0" code halden --at 59 --passphrase-file "${who.passphraseFile}" ${to}`, countersign], { program: "/bin/sh" });
		if (to === "> /dev/full")
			assert.deepEqual([done.status, done.stdout], [EXIT.disk, ""]);
		assert.notEqual(done.signal, "SIGSEGV");
	}
});
