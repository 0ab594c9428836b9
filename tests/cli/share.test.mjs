// Anna and Ben, each with a vault: what one gives away, what the other has of it, and how it ends.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { EXIT, PASSPHRASE, Person, until } from "./harness.mjs";
import { photograph } from "./camera.mjs";

const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; // "12345678901234567890", RFC 4226's
const SECRET = "12345678901234567890";
const HOTP = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];

function totpAt(ms)
{
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(ms / 30_000)));
	const mac = createHmac("sha1", SECRET).update(counter).digest();
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function house(t)
{
	const anna = await new Person(t).init();
	const ben = await new Person(t).init();
	await anna.add("Example:alice", KEY, "--note", "my own note", "--tag", "private");
	await anna.add("Counter:alice", KEY, "--type", "hotp", "--counter", "2");
	anna.share = join(anna.home, "for-ben.age");
	ben.recipient = (await ben.open(["contact", "me"])).stdout.trim();
	return { anna, ben };
}

const at = (ms) => new Date(ms).toISOString();

// What is inside an age file for this person, by Debian's age and the passphrase: the key that opens it
// stands in the book.
async function openWithAge(person, file)
{
	const book = join(person.home, "book.txt"), key = join(person.home, "sharing.txt");
	const terminal = person.terminal(["-d", "-i", join(person.vault, "identity.age"), "-o", book, join(person.vault, "vault.age")],
		{ program: "/usr/bin/age" });
	await terminal.answer(/passphrase/i, PASSPHRASE);
	const { status, shown } = await terminal.end();
	assert.equal(status, 0, shown);
	writeFileSync(key, readFileSync(book, "utf8").match(/^sharing (AGE-SECRET-KEY-1\w+)$/m)[1], { mode: 0o600 });
	return execFileSync("/usr/bin/age", ["-d", "-i", key, file], { encoding: "utf8" });
}

test("who has somebody's key to send to, and writes into their folder, cannot put a book in its place", async (t) => {
	const { ben } = await house(t);
	await ben.add("Example:ben", KEY);
	const [{ recipient: own }] = (await ben.json(["recipient", "list"])).filter((r) => r.name === "vault");
	assert.notEqual(own, ben.recipient);
	assert.deepEqual(await ben.json(["contact", "me"]), { recipient: ben.recipient }, "it stays the same");

	const vault = join(ben.vault, "vault.age");
	const before = readFileSync(vault);
	const mallory = execFileSync("/usr/bin/age-keygen", ["-y"], { input: execFileSync("/usr/bin/age-keygen", { stdio: "pipe" }), encoding: "utf8" }).trim();
	const book = ["countersign vault 1", "id 11111111-1111-4111-8111-111111111111", "serial 9", "changed 2025-11-22T09:41:07.123Z",
		`recipient ${own} vault`, `recipient ${mallory} more`, "",
		"entry 22222222-2222-4222-8222-222222222222", `uri otpauth://totp/Example:ben?secret=${KEY}&issuer=Example`, "", ""].join("\n");
	const forge = (...to) => writeFileSync(vault, execFileSync("/usr/bin/age", to.flatMap((r) => ["-r", r]), { input: book }), { mode: 0o600 });
	forge(ben.recipient, mallory);
	for (const words of [["list"], ["add", "New:ben", "--yes"], ["undo"], ["contact", "me"]]) {
		const { status, stdout } = await ben.open(words, { input: `${KEY}\n` });
		assert.notEqual(status, 0, words.join(" "));
		assert.equal(stdout, "");
	}
	// that key alone keeps it out: it is shown to the owner, and is not what others are given
	forge(own);
	assert.equal((await ben.open(["list"])).status, 0);
	writeFileSync(vault, before);
	assert.equal((await ben.json(["list"])).length, 1);
});

test("the key that others have outlives undo and a backup", async (t) => {
	const { anna, ben } = await house(t);
	await ben.add("Example:ben", KEY);
	assert.equal((await ben.open(["undo"])).status, 0);
	const backup = join(ben.home, "backup.age");
	assert.equal((await ben.open(["backup", backup])).status, 0);
	assert.equal((await ben.open(["restore", backup, "--yes"])).status, 0);
	assert.deepEqual(await ben.json(["contact", "me"]), { recipient: ben.recipient });
	const share = await anna.open(["share", "Example", "--to", ben.recipient]);
	writeFileSync(anna.share, share.stdout);
	assert.equal((await ben.open(["age", "-d", anna.share])).status, 0);
	assert.equal((await ben.open(["import", anna.share])).status, 0);
	assert.equal((await anna.open(["import", "--preview", anna.share])).status, EXIT.wrongKey);
});

test("an entry that is shared makes the same codes at the other's", async (t) => {
	const { anna, ben } = await house(t);
	assert.match(ben.recipient, /^age1[0-9a-z]{58}$/);
	const added = await anna.open(["contact", "add", "Ben", ben.recipient]);
	assert.equal(added.status, 0, added.stderr);
	assert.match(added.stdout, new RegExp(ben.recipient.slice(-8)));

	const shared = await anna.open(["share", "Example", "--to", "ben", "-o", anna.share]);
	assert.equal(shared.status, 0, shared.stderr);
	assert.match(shared.stderr, /cannot be taken back/);
	assert.match(shared.stderr, /--codes/);
	assert.equal(statSync(anna.share).mode & 0o777, 0o600);
	const file = readFileSync(anna.share, "utf8");
	assert.match(file, /^-----BEGIN AGE ENCRYPTED FILE-----\n/);

	const taken = await ben.open(["import", anna.share]);
	assert.equal(taken.status, 0, taken.stderr);
	for (const ms of [59_000, 1_111_111_109_000, Date.now()]) {
		const [a, b] = await Promise.all([anna, ben].map((p) => p.open(["code", "Example", "--at", at(ms)])));
		assert.equal(a.stdout, b.stdout);
		assert.equal(b.stdout, `${totpAt(ms)}\n`);
	}
	// what is the owner's own stays
	assert.doesNotMatch(JSON.stringify(await ben.json(["list"])), /my own note|private/);

	const [row] = await anna.json(["shared"]);
	assert.equal(row.to, "Ben");
	assert.equal(row.what, "shared");
	assert.equal(row.issuer, "Example");
	assert.equal(row.until, null);
	assert.equal(row.state, "open");
});

test("Debian's age opens a share with the other's identity, and nobody else's does", async (t) => {
	const { anna, ben } = await house(t);
	const shared = await anna.open(["share", "Example", "--to", ben.recipient, "-o", anna.share]);
	assert.equal(shared.status, 0, shared.stderr);
	const text = await openWithAge(ben, anna.share);
	assert.match(text, /^countersign entries 1\n\nentry -\n/);
	assert.match(text, new RegExp(`^uri otpauth://totp/Example:alice\\?secret=${KEY}&`, "m"));
	assert.doesNotMatch(text, /my own note|private/);

	const own = await anna.open(["import", anna.share]);
	assert.notEqual(own.status, 0);
	assert.equal(own.stdout, "");
	assert.equal((await anna.json(["list"])).length, 2);
});

test("on a terminal one is asked, and a no leaves nothing behind", async (t) => {
	const { anna, ben } = await house(t);
	const key = ["--passphrase-file", anna.passphraseFile];
	const no = anna.terminal(["share", "Example", "--to", ben.recipient, "-o", anna.share, ...key]);
	await no.answer(/Give it to age1.*\?/s, "n");
	assert.equal((await no.end()).status, EXIT.failed);
	assert.throws(() => statSync(anna.share));
	assert.deepEqual(await anna.json(["shared"]), []);

	const yes = anna.terminal(["share", "Example", "--to", ben.recipient, "-o", anna.share, ...key]);
	await yes.answer(/Give it to age1.*\?/s, "y");
	assert.equal((await yes.end()).status, 0);
	assert.equal((await anna.json(["shared"])).length, 1);
});

test("lent codes are the owner's, until the window is over, and there is no secret in them", async (t) => {
	const { anna, ben } = await house(t);
	const before = Date.now();
	const lent = await anna.json(["share", "--codes", "8h", "Example", "--to", ben.recipient, "-o", anna.share]);
	const end = Date.parse(lent.until);
	assert.equal(lent.what, "lent");
	assert.ok(end - before >= 8 * 3_600_000 && end - Date.now() <= 8 * 3_600_000);

	const text = await openWithAge(ben, anna.share);
	assert.match(text, /^capsule totp \d+ 30 6 /m);
	assert.doesNotMatch(text, /otpauth|secret|my own note|private/);
	for (const form of [KEY, KEY.toLowerCase(), SECRET, Buffer.from(SECRET).toString("hex"), Buffer.from(SECRET).toString("base64")])
		assert.ok(!text.includes(form.slice(0, 12)));
	const codes = [...text.matchAll(/^codes (.*)$/gm)].flatMap(([, line]) => line.split(" "));
	assert.equal(codes.length, lent.codes);
	const first = Math.floor(before / 30_000);
	const window = Array.from({ length: codes.length + 1 }, (_, i) => totpAt((first + i) * 30_000));
	assert.ok(codes.every((code, i) => code === window[i]) || codes.every((code, i) => code === window[i + 1]));

	assert.equal((await ben.open(["import", anna.share])).status, 0);
	for (const ms of [Date.now(), end - 1, end - 4 * 3_600_000]) {
		const code = await ben.open(["code", "Example", "--at", at(ms)]);
		assert.equal(code.stdout, `${totpAt(ms)}\n`, code.stderr);
	}
	for (const ms of [end, end + 1, end + 86_400_000, before - 60_000]) {
		const code = await ben.open(["code", "Example", "--at", at(ms)]);
		assert.equal(code.status, EXIT.expired);
		assert.equal(code.stdout, "");
	}
	const [row] = await anna.json(["shared"]);
	assert.equal(row.what, "lent");
	assert.equal(row.until, lent.until);
	assert.equal(row.state, "open");

	const narrow = await anna.terminal(["shared"], { columns: 60 }).answer("assphrase: ", PASSPHRASE);
	const { shown } = await narrow.end();
	assert.match(shown, /^\d{4}-\d\d-\d\d  Exampl\S*  codes +\S+  until \d{4}-\d\d-\d\d \d\d:\d\d\r$/m);
	assert.ok(shown.split("\r\n").every((line) => line.length <= 60), shown);

	// a week is the most
	assert.ok((await anna.json(["share", "Example", "--codes", "7d", "--to", ben.recipient])).codes >= 20_160);

	// what was lent is not lent on
	const on = await ben.open(["share", "Example", "--to", ben.recipient]);
	assert.equal(on.status, EXIT.failed);
	assert.equal(on.stdout, "");
	assert.match(on.stderr, /not yours/);
});

test("a capsule dies by itself", async (t) => {
	const { anna, ben } = await house(t);
	assert.equal((await anna.open(["share", "Example", "--codes", "1s", "--to", ben.recipient, "-o", anna.share])).status, 0);
	assert.equal((await ben.open(["import", anna.share])).status, 0);
	const dead = await until(async () => {
		const code = await ben.open(["code", "Example"]);
		return code.status === EXIT.ok ? undefined : code;
	}, "the end of the capsule");
	assert.equal(dead.status, EXIT.expired);
	assert.equal(dead.stdout, "");
	assert.match(dead.stderr, /ended/);
	assert.equal((await anna.json(["shared"]))[0].state, "over");
});

test("codes of a counter are reserved before they leave, and good once", async (t) => {
	const { anna, ben } = await house(t);
	const lent = await anna.json(["share", "Counter", "--count", "3", "--to", ben.recipient, "-o", anna.share]);
	assert.equal(lent.counter, 2);
	assert.equal(lent.codes, 3);
	// undo takes back a step, not what left: the steps before are the two that were added
	assert.equal((await anna.open(["rename", "Example", "Sample:alice"])).status, 0);
	assert.equal((await anna.open(["undo"])).status, 0);
	assert.equal((await anna.open(["code", "Counter"])).stdout, `${HOTP[5]}\n`);
	const next = await anna.json(["share", "Counter", "--count", "2", "--to", ben.recipient]);
	assert.equal(next.counter, 6);
	assert.match(next.age, /^-----BEGIN AGE/);
	assert.equal((await anna.open(["code", "Counter"])).stdout, `${HOTP[8]}\n`);

	assert.equal((await ben.open(["import", anna.share])).status, 0);
	for (const code of HOTP.slice(2, 5))
		assert.equal((await ben.open(["code", "Counter"])).stdout, `${code}\n`);
	const over = await ben.open(["code", "Counter"]);
	assert.equal(over.status, EXIT.expired);
	assert.equal(over.stdout, "");
	// the same file again does not bring them back
	await ben.open(["import", anna.share]);
	const again = await ben.open(["code", "Counter"]);
	assert.notEqual(again.status, EXIT.ok);
	assert.equal(again.stdout, "");
});

test("two who lend at once lend different codes", async (t) => {
	const { anna, ben } = await house(t);
	const lent = await Promise.all(Array.from({ length: 6 }, () => anna.json(["share", "Counter", "--count", "2", "--to", ben.recipient])));
	assert.deepEqual(lent.map((l) => l.counter).sort((a, b) => a - b), [2, 4, 6, 8, 10, 12]);
	assert.equal((await anna.json(["shared"])).length, 6);
});

test("revoke says what can be taken back, and leads to a new secret", async (t) => {
	const { anna, ben } = await house(t);
	await anna.open(["contact", "add", "Ben", ben.recipient]);
	const nothing = await anna.open(["revoke", "Example"]);
	assert.equal(nothing.status, EXIT.notFound);
	assert.match(nothing.stderr, /nobody has anything/);

	await anna.open(["share", "Example", "--to", "Ben", "-o", anna.share]);
	await anna.open(["share", "Example", "--codes", "8h", "--to", "Ben"]);
	await anna.open(["share", "Counter", "--count", "5", "--to", "Ben"]);
	const given = await anna.open(["revoke", "Example"]);
	assert.equal(given.status, 0, given.stderr);
	assert.match(given.stdout, /Ben has had the secret since .*\. That cannot be taken back: only a new secret ends it\./);
	assert.match(given.stdout, /Ben has codes until .*end by themselves/);
	assert.match(given.stdout, /countersign enrol --replace [0-9a-f]{8}/);
	assert.deepEqual((await anna.json(["shared", "Example"])).map((r) => r.state), ["revoked", "revoked"]);

	const counter = await anna.open(["revoke", "Counter"]);
	assert.match(counter.stdout, /lent the codes 2 to 6/);
	assert.match(counter.stdout, /Sign in once with your own next code/);
	const json = await anna.json(["revoke", "Example"]);
	assert.equal(json.needs_new_secret, true);
	assert.equal(json.shares.length, 2);

	// removed, and so replaced: what they have opens nothing that is here
	await anna.open(["rm", "Example", "--yes"]);
	assert.deepEqual((await anna.json(["shared"])).map((r) => r.state), ["gone", "gone", "revoked"]);
});

test("on a terminal revoke goes on to the new secret", async (t) => {
	const { anna, ben } = await house(t);
	await anna.open(["share", "Example", "--to", ben.recipient, "-o", anna.share]);
	const key = ["--passphrase-file", anna.passphraseFile];
	const terminal = anna.terminal(["revoke", "Example", ...key]);
	await terminal.answer("Do it now?", "y");
	await terminal.answer(/set-up key/, "JBSWY3DPEHPK3PXP");
	await terminal.answer("Did the site take it?", "y");
	await terminal.answer(/Backup codes/, "");
	await terminal.answer(/Onto the phone/, "n");
	assert.equal((await terminal.end()).status, 0);
	const code = await anna.open(["code", "Example", "--at", at(59_000)]);
	assert.notEqual(code.stdout, `${totpAt(59_000)}\n`);
	assert.equal(code.status, 0);
	assert.equal((await anna.json(["shared"]))[0].state, "gone");
});

test("contacts are added, listed, changed only when that is meant, and removed", async (t) => {
	const { anna, ben } = await house(t);
	const other = (await anna.open(["contact", "me"])).stdout.trim();
	assert.equal((await anna.open(["contact", "add", "Ben B.", ben.recipient])).status, 0);
	assert.deepEqual(await anna.json(["contact", "list"]), [{ name: "Ben B.", recipient: ben.recipient }]);
	assert.deepEqual(await anna.json(["contact"]), await anna.json(["contact", "list"]));
	assert.equal((await anna.open(["contact"])).stdout, `NAME    RECIPIENT\nBen B.  ${ben.recipient}\n`);
	assert.equal((await anna.open(["contact", "add", "ben b.", other])).status, EXIT.usage);
	assert.equal((await anna.json(["contact", "list"]))[0].recipient, ben.recipient);
	assert.equal((await anna.open(["contact", "add", "ben b.", other, "--yes"])).status, 0);
	assert.deepEqual(await anna.json(["contact", "list"]), [{ name: "Ben B.", recipient: other }]);
	assert.equal((await anna.open(["undo"])).status, 0);
	assert.equal((await anna.json(["contact", "list"]))[0].recipient, ben.recipient);
	assert.equal((await anna.open(["contact", "rm", "Nobody"])).status, EXIT.notFound);
	assert.equal((await anna.open(["contact", "rm", "BEN B."])).status, 0);
	assert.deepEqual(await anna.json(["contact", "list"]), []);
});

test("one's own key is a QR code for a colleague's phone", async (t) => {
	const ben = await new Person(t).init();
	const terminal = ben.terminal(["contact", "me", "--qr", "--passphrase-file", ben.passphraseFile], { columns: 140, rows: 60 });
	await terminal.expect("Enter when it is done");
	assert.equal(photograph(terminal.shown), (await ben.open(["contact", "me"])).stdout.trim());
	terminal.type("\r");
	assert.equal((await terminal.end()).status, 0);
});

test("what is wrong is said in one line, and nothing is reserved", async (t) => {
	const { anna, ben } = await house(t);
	const wrong = `${ben.recipient.slice(0, -1)}${ben.recipient.endsWith("q") ? "p" : "q"}`;
	writeFileSync(anna.share, "mine");
	for (const [words, status] of [
		[["share", "Example"], EXIT.usage],
		[["share", "Example", "--to", "Nobody"], EXIT.notFound],
		[["share", "Example", "--to", wrong], EXIT.usage],
		[["share", "Missing", "--to", ben.recipient], EXIT.notFound],
		[["share", "Example", "--codes", "soon", "--to", ben.recipient], EXIT.usage],
		[["share", "Example", "--codes", "0s", "--to", ben.recipient], EXIT.usage],
		[["share", "Example", "--codes", "8d", "--to", ben.recipient], EXIT.failed],
		[["share", "Example", "--count", "5", "--to", ben.recipient], EXIT.usage],
		[["share", "Counter", "--codes", "8h", "--to", ben.recipient], EXIT.usage],
		[["share", "Counter", "--count", "101", "--to", ben.recipient], EXIT.usage],
		[["share", "Counter", "--count", "2", "--to", ben.recipient, "--to", (await anna.open(["contact", "me"])).stdout.trim()], EXIT.usage],
		[["share", "Counter", "--count", "2", "--to", ben.recipient, "-o", anna.share], EXIT.refused],
		[["contact", "me", "too"], EXIT.usage],
		[["contact", "add", "age1x", ben.recipient], EXIT.usage],
		[["contact", "add", "a\u0007b", ben.recipient], EXIT.usage],
		[["contact", "add", "Ben", wrong], EXIT.usage],
		[["contact", "sell"], EXIT.usage],
	]) {
		const done = await anna.open(words);
		assert.equal(done.status, status, `${words.join(" ")}: ${done.stderr}`);
		assert.equal(done.stdout, "");
		assert.match(done.stderr, /^countersign: .*\n/);
		assert.doesNotMatch(done.stderr, /[\u0000-\u0009\u000b-\u001f]/);
	}
	assert.equal(readFileSync(anna.share, "utf8"), "mine");
	assert.deepEqual(await anna.json(["shared"]), []);
	assert.equal((await anna.open(["code", "Counter"])).stdout, `${HOTP[2]}\n`);
});

test("no secret stands in what is said, nor in the arguments of what runs", async (t) => {
	const { anna, ben } = await house(t);
	const outputs = [];
	outputs.push(await anna.open(["share", "Example", "--to", ben.recipient]));
	outputs.push(await anna.open(["share", "Example", "--codes", "1h", "--to", ben.recipient, "--json"]));
	outputs.push(await anna.open(["shared"]), await anna.open(["revoke", "Example"]));
	for (const { stdout, stderr } of outputs)
		assert.ok(!`${stdout}${stderr}`.includes(KEY.slice(0, 10)));
});

test("check yubikey prints one line a case and reads nothing of what is expected", async (t) => {
	const anna = new Person(t);
	const vectors = new URL("../vectors/yubikey_otp.json", import.meta.url).pathname;
	const file = JSON.parse(readFileSync(vectors, "utf8"));
	const done = await anna.run(["check", "yubikey", vectors]);
	assert.equal(done.status, 0, done.stderr);
	const lines = done.stdout.trimEnd().split("\n");
	assert.deepEqual(lines.map((l) => l.split(" ").slice(0, 2)), file.cases.map((c) => [c.id, c.expect]));
	for (const c of file.cases) {
		c.expect = c.expect === "accept" ? "reject" : "accept";
		delete c.reason;
	}
	const turned = join(anna.home, "turned.json");
	writeFileSync(turned, JSON.stringify(file));
	assert.equal((await anna.run(["check", "yubikey", turned])).stdout, done.stdout);
	writeFileSync(turned, "{");
	const bad = await anna.run(["check", "yubikey", turned]);
	assert.equal(bad.status, EXIT.damaged);
	assert.equal(bad.stdout, "");
	assert.equal((await anna.run(["check", "yubikey", join(anna.home, "none")])).status, EXIT.disk);
});

