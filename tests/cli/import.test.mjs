// Other programs' files through the real program: what each holds, what becomes of it in a vault, and
// what is said of those that cannot be read.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EXIT, Person, helper, until } from "./harness.mjs";

const OWN = fileURLToPath(new URL("../vectors/import/", import.meta.url));
const SHARED = join(process.env.CS_SHARED ?? fileURLToPath(new URL("../../../shared/", import.meta.url)), "vectors/third-party");
const own = JSON.parse(readFileSync(join(OWN, "manifest.json")));
const here = existsSync(join(SHARED, "imports_manifest.json"));
const SKIP = here ? false : "the samples of other programs are not here";

const sum = (counts) => counts.new + counts.same + counts.differs + counts.refused;
const named = (entries) => [...entries].sort((a, b) => `${a.issuer}\n${a.account}` < `${b.issuer}\n${b.account}` ? -1 : 1);
const fields = ({ issuer, account, type, algorithm, digits, period, counter }) => ({ issuer, account, type, algorithm, digits, period, counter });
const lines = (text) => text.split("\n").length - 1;

function passwordFile(person, password)
{
	const path = join(person.home, "password");
	writeFileSync(path, `${password ?? ""}\n`);
	return path;
}

// Aegis's file of these entries.
function aegis(entries)
{
	return JSON.stringify({ version: 1, header: { slots: null, params: null }, db: { version: 1,
		entries: entries.map(({ type = "totp", name, issuer, secret = "GEZDGNBVGY3TQOJQ", ...rest }) => ({ type, name, issuer,
			info: { secret, algo: "SHA1", digits: 6, ...(type === "hotp" ? { counter: 0 } : { period: 30 }), ...rest } })) } });
}

async function preview(person, input, ...options)
{
	const done = await person.run(["import", "--preview", "--json", "-", ...options], { input });
	assert.equal(done.status, EXIT.ok, done.stderr);
	return JSON.parse(done.stdout);
}

test("a preview needs no vault and no passphrase, and says of every entry what would become of it", async (t) => {
	const person = new Person(t);
	for (const file of own) {
		const said = await preview(person, readFileSync(join(OWN, file.file)),
			...(file.password ? ["--password-file", passwordFile(person, file.password)] : []));
		assert.equal(said.format, file.format, file.file);
		assert.equal(said.compared, false);
		assert.equal(said.counts.in, file.entries.length + file.refused, file.file);
		assert.equal(said.counts.refused, file.refused, file.file);
		assert.equal(sum(said.counts), said.counts.in);
		assert.equal(said.entries.length, said.counts.in);
		const kept = said.entries.filter((e) => e.verdict !== "refused");
		assert.deepEqual(named(kept).map(fields), named(file.entries).map(fields), file.file);
		for (const e of said.entries.filter((e) => e.verdict === "refused"))
			assert.match(e.reason, /^[A-Za-z].{10,}$/);
	}
	assert.equal(existsSync(person.vault), false);
});

test("a folder of encrypted maFiles is opened by its manifest, and one of them alone is sent there", async (t) => {
	const person = new Person(t), folder = join(person.home, "maFiles");
	const wanted = own.find((f) => f.format === "steam-folder");
	const gathered = readFileSync(join(OWN, wanted.file), "utf8").split("\n");
	const password = ["--password-file", passwordFile(person, wanted.password)];

	mkdirSync(folder);
	for (let i = 1; i + 1 < gathered.length; i += 2)
		writeFileSync(join(folder, gathered[i].slice("file ".length)), gathered[i + 1].slice("data ".length));
	writeFileSync(join(folder, "notes.txt"), "none of these");
	const done = await person.run(["import", "--preview", "--json", folder, ...password]);
	assert.equal(done.status, EXIT.ok, done.stderr);
	assert.deepEqual(named(JSON.parse(done.stdout).entries).map(fields), named(wanted.entries).map(fields));
	writeFileSync(join(folder, "other.maFile"), "AAAAAAAAAAAAAAAAAAAAAA==");
	const more = JSON.parse((await person.run(["import", "--preview", "--json", folder, ...password])).stdout);
	assert.equal(more.counts.in, 3);
	assert.match(more.entries.find((e) => e.verdict === "refused").reason, /the manifest does not name it/);
	const wrong = await person.run(["import", "--preview", folder, "--password-file", passwordFile(person, "not that")]);
	assert.equal(wrong.status, EXIT.wrongKey, wrong.stderr);
	const alone = await person.run(["import", "--preview", join(folder, "player.two.maFile")]);
	assert.notEqual(alone.status, EXIT.ok);
	assert.match(alone.stderr, /encrypted maFile: .*give the folder with its manifest\.json/);
});

// What a program cannot say is as it is by default.
const LOSES = { "imports/aegis-suite_2fas_authenticator.json": ["type", "algo", "digits", "period", "counter"],
	"imports/aegis-suite_authy_plain.xml": ["algo", "period"], "imports/aegis-suite_totp_authenticator.bin": ["algo", "name"],
	"imports/aegis-suite_duo.json": ["issuer", "counter"], "imports/aegis-suite_steam.json": ["issuer"],
	"imports/aegis-suite_bitwarden.json": ["steam"], "imports/aegis-suite_bitwarden.csv": ["steam"] };

function like(want, e, loses)
{
	const same = { type: e.type === want.type, algo: e.algorithm === want.algo, digits: e.digits === want.digits,
		period: e.period === null || e.period === want.period, counter: e.counter === null || e.counter === want.counter,
		name: e.account === want.name, issuer: e.issuer === want.issuer };
	if (want.type === "steam" && loses.includes("steam"))
		return e.type === "steam";
	return Object.entries(same).every(([what, is]) => is || loses.includes(what)) &&
		e.account.toLowerCase() === want.name.toLowerCase();
}

test("every sample of another program is recognised and gives the entries that it was made of", { skip: SKIP }, async (t) => {
	const person = new Person(t);
	const manifest = JSON.parse(readFileSync(join(SHARED, "imports_manifest.json")));
	const superset = JSON.parse(readFileSync(join(SHARED, "imports_aegis_suite_expected_superset.json")));
	const samples = manifest.filter((m) => !/expected output/.test(m.format));
	assert.ok(samples.length >= 23);
	for (const sample of samples) {
		const said = await preview(person, readFileSync(join(SHARED, sample.file)),
			...(sample.password ? ["--password-file", passwordFile(person, sample.password)] : []));
		assert.ok(said.counts.in > 0, sample.file);
		assert.equal(said.counts.refused, 0, sample.file);
		assert.equal(sum(said.counts), said.counts.in, sample.file);
		if (!/superset/.test(sample.note))
			continue;
		for (const e of said.entries)
			assert.ok(superset.some((want) => like(want, e, LOSES[sample.file] ?? [])), `${sample.file}: ${JSON.stringify(e)}`);
	}
});

test("an import makes the vault when there is none, and the codes are those of the file", async (t) => {
	const person = new Person(t);
	const wanted = own.find((f) => f.file === "aegis_encrypted.json");
	const done = await person.open(["import", join(OWN, wanted.file), "--password-file", passwordFile(person, wanted.password),
		"--recovery-file", join(person.home, "recovery"), "--work-factor", "4"]);
	assert.equal(done.status, EXIT.refused, done.stderr);
	assert.match(done.stdout, /^6 in: 5 new, 1 refused$/m);
	assert.match(done.stdout, /refused .*mOTP's codes are not made here/);
	assert.match(readFileSync(join(person.home, "recovery"), "utf8"), /AGE-SECRET-KEY-1/);
	for (const e of wanted.entries.filter((e) => e.type === "totp")) {
		const code = await person.open(["code", `${e.issuer} (${e.account})`, "--at", "2026-11-22T09:00:00Z"]);
		const oath = await person.run(["oath", `--totp=${e.algorithm}`, "-b", "-d", "8", "-s", String(e.period), "-N", "2026-11-22 09:00:00 UTC", "-"],
			{ input: `${e.secret}\n` });
		assert.equal(code.status, EXIT.ok, code.stderr);
		assert.equal(oath.status, EXIT.ok, oath.stderr);
		assert.equal(code.stdout.trim(), oath.stdout.trim().slice(-e.digits));
	}
});

test("nothing is taken twice, nothing is lost, and what differs is kept beside what is there", async (t) => {
	const person = await new Person(t).init();
	const first = aegis([{ name: "alice", issuer: "Example" }, { name: "vpn", issuer: "Example", type: "hotp", counter: 5 }]);
	const second = aegis([
		{ name: "alice", issuer: "Example" },
		{ name: "alice", issuer: "Example", secret: "MZXW6YTBOI" },
		{ name: "bob", issuer: "Example", secret: "MZXW6YTB" },
		{ name: "bob", issuer: "Example", secret: "MZXW6YTB" },
		{ name: "vpn", issuer: "Example", type: "hotp", counter: 9 },
		{ name: "carol", issuer: "Example", secret: "nonsense!" },
	]);
	assert.equal((await person.open(["import", "-"], { input: first })).stdout, "2 in: 2 new\n");
	assert.equal((await person.open(["import", "-"], { input: first })).stdout, "2 in: 2 same\n");
	const done = await person.open(["import", "-", "--json"], { input: second });
	assert.equal(done.status, EXIT.refused);
	const said = JSON.parse(done.stdout);
	assert.deepEqual(said.entries.map((e) => e.verdict), ["same", "differs", "new", "same", "same", "refused"]);
	assert.deepEqual(said.counts, { in: 6, new: 1, same: 3, differs: 1, refused: 1 });
	assert.match(said.entries[1].reason, /./);
	assert.equal(said.entries[5].reason, "its secret is not Base32");
	const listed = async () => await person.json(["list"]);
	const counter = async () => (await listed()).find((e) => e.account === "vpn").counter;
	assert.equal((await listed()).length, 4);
	assert.equal(await counter(), 9);
	const older = await person.open(["import", "-"], { input: first });
	assert.equal(older.stdout, "2 in: 2 same\n");
	assert.equal(await counter(), 9);
});

test("one undo takes a whole import back", async (t) => {
	const person = await new Person(t).init();
	await person.add("Kept:alice", "GEZDGNBVGY3TQOJQ");
	assert.equal((await person.open(["import", "-"], { input: readFileSync(join(OWN, "andotp.json")) })).status, EXIT.ok);
	const undone = await person.open(["undo"]);
	assert.equal(undone.status, EXIT.ok);
	assert.match(undone.stdout + undone.stderr, /imported 5 from andotp/);
	assert.deepEqual((await person.json(["list"])).map((e) => e.issuer), ["Kept"]);
});

test("a preview compares with a vault that is open, and changes nothing", async (t) => {
	const person = await new Person(t).init();
	const input = readFileSync(join(OWN, "andotp.json"));
	await person.open(["import", "-"], { input });
	const before = readFileSync(join(person.vault, "vault.age"));
	const open = await person.open(["import", "--preview", "--json", "-"], { input });
	assert.deepEqual(JSON.parse(open.stdout).counts, { in: 5, new: 0, same: 5, differs: 0, refused: 0 });
	assert.equal(JSON.parse(open.stdout).compared, true);
	const locked = await person.run(["import", "--preview", "--json", "-"], { input });
	assert.equal(locked.status, EXIT.ok);
	assert.deepEqual(JSON.parse(locked.stdout).counts, { in: 5, new: 5, same: 0, differs: 0, refused: 0 });
	assert.equal(JSON.parse(locked.stdout).compared, false);
	assert.match(locked.stderr, /locked/);
	assert.deepEqual(readFileSync(join(person.vault, "vault.age")), before);
});

test("a password is asked for on the terminal, three times", async (t) => {
	const person = await new Person(t).init();
	const file = join(OWN, "2fas_encrypted.2fas");
	const right = person.terminal(["import", "--preview", file]);
	await right.answer("Password: ", "wrong");
	await right.answer("Password: ", "correct horse");
	const done = await right.end();
	assert.equal(done.status, EXIT.ok);
	assert.match(done.shown, /the\s+password\s+is\s+wrong/);
	assert.match(done.shown, /5 in: 5 new/);
	assert.doesNotMatch(done.shown, /correct horse/);
	const wrong = person.terminal(["import", "--preview", file]);
	for (let i = 0; i < 3; i++)
		await wrong.answer("Password: ", "wrong");
	assert.equal((await wrong.end()).status, EXIT.wrongKey);
});

test("without a terminal a password comes from a file, and a wrong one is told from none", async (t) => {
	const person = new Person(t);
	for (const file of own.filter((f) => f.password)) {
		const path = join(OWN, file.file);
		const none = await person.run(["import", "--preview", path]);
		assert.equal(none.status, EXIT.locked, file.file);
		assert.match(none.stderr, /--password-file/);
		const wrong = await person.run(["import", "--preview", path, "--password-file", passwordFile(person, "incorrect")]);
		assert.equal(wrong.status, EXIT.wrongKey, file.file);
		assert.match(wrong.stderr, /password is wrong/);
		assert.equal(none.stdout + wrong.stdout, "");
		assert.equal(lines(none.stderr) + lines(wrong.stderr), 2);
	}
});

const BAD = [
	["an empty file", "", EXIT.damaged, /no known program/],
	["a text", "Dear sir,\n", EXIT.damaged, /no known program/],
	["a cut file", readFileSync(join(OWN, "aegis.json")).subarray(0, 900), EXIT.damaged, /damaged, or cut short/],
	["an export for its account alone", JSON.stringify({ encrypted: true, passwordProtected: false, encKeyValidation_DO_NOT_EDIT: "2.a|b|c", data: "2.a|b|c" }),
		EXIT.damaged, /export it again/],
	["a zip", Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(200, 0xfe)]), EXIT.damaged, /it is a ZIP archive/],
	["a picture that is none", Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(200, 7)]), EXIT.damaged, /damaged/],
	["an age file that is none", "age-encryption.org/v1\n-> fire\n", EXIT.damaged, /damaged/],
	["a newer list of our own", "countersign entries 2\n\n", EXIT.damaged, /newer|damaged/],
	["JSON that is too deep", `{"header":{"slots":null},"db":${"[".repeat(100_000)}`, EXIT.damaged, /damaged/],
	["a version that is not there yet", JSON.stringify({ version: 9, header: { slots: null }, db: {} }), EXIT.damaged, /version/],
	["more than 32 MiB", Buffer.alloc((32 << 20) + 1, 0x20), EXIT.failed, /longer than/],
];

for (const [what, input, status, reason] of BAD)
	test(`${what} is refused in one line, and the vault is as it was`, async (t) => {
		const person = await new Person(t).init();
		await person.add("Kept:alice", "GEZDGNBVGY3TQOJQ");
		const before = readFileSync(join(person.vault, "vault.age"));
		const done = await person.open(["import", "-"], { input });
		assert.equal(done.status, status, done.stderr);
		assert.match(done.stderr, reason);
		assert.equal(lines(done.stderr), 1, done.stderr);
		assert.equal(done.stdout, "");
		assert.deepEqual(readFileSync(join(person.vault, "vault.age")), before);
		assert.deepEqual(readdirSync(person.vault).filter((name) => name.startsWith(".")), []);
	});

test("a work factor that would eat the machine is not begun", async (t) => {
	const person = new Person(t);
	const file = JSON.parse(readFileSync(join(OWN, "aegis_encrypted.json")));
	file.header.slots[1].n = 2 ** 30;
	const done = await person.run(["import", "--preview", "-", "--password-file", passwordFile(person, "correct horse")],
		{ input: JSON.stringify(file) });
	assert.equal(done.status, EXIT.failed);
	assert.equal(lines(done.stderr), 1);
});

test("names never reach the terminal as they are", async (t) => {
	const person = await new Person(t).init();
	const input = aegis([{ name: "a\u001b[2Jb\u202ec", issuer: "Ex\u0007ample" }, { name: "x\u001b]0;y", issuer: "\u200f", secret: "!" }]);
	const done = await person.open(["import", "--preview", "-"], { input });
	assert.equal(done.status, EXIT.ok);
	assert.doesNotMatch(done.stdout + done.stderr, /[\u0000-\u0009\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
	const json = await person.open(["import", "--preview", "--json", "-"], { input });
	assert.doesNotMatch(json.stdout, /[^\n\x20-\x7e]/);
	assert.equal(JSON.parse(json.stdout).counts.in, 2);
});

test("--format reads a file as one program's alone, and an unknown one is refused", async (t) => {
	const person = new Person(t);
	const input = readFileSync(join(OWN, "andotp.json"));
	assert.equal((await preview(person, input, "--format", "andotp")).counts.in, 5);
	const other = await person.run(["import", "--preview", "-", "--format", "aegis"], { input });
	assert.equal(other.status, EXIT.damaged);
	const none = await person.run(["import", "--preview", "-", "--format", "fire"], { input });
	assert.equal(none.status, EXIT.damaged);
	assert.match(none.stderr, /no format of that name/);
});

test("a file for the vault's own key is opened by it, and one under a passphrase by that", async (t) => {
	const person = await new Person(t).init();
	const me = (await person.open(["contact", "me"])).stdout.trim();
	const sealed = join(person.home, "export.age");
	spawnSync("age", ["-r", me, "-o", sealed, join(OWN, "andotp.json")]);
	assert.equal((await person.open(["import", sealed])).stdout, "5 in: 5 new\n");
	const foreign = join(person.home, "foreign.age");
	const keys = spawnSync("age-keygen").stdout.toString();
	spawnSync("age", ["-r", /age1[0-9a-z]+/.exec(keys)[0], "-o", foreign, join(OWN, "andotp.json")]);
	const refused = await person.open(["import", foreign]);
	assert.equal(refused.status, EXIT.wrongKey);
	assert.match(refused.stderr, /somebody else/);
	const locked = join(person.home, "locked.age");
	const maker = person.terminal(["-p", "-o", locked, join(OWN, "2fas.2fas")], { program: "/usr/bin/age" });
	await maker.answer(/passphrase/i, "two words");
	await maker.answer(/Confirm/i, "two words");
	assert.equal((await maker.end()).status, 0);
	const opened = await person.open(["import", locked, "--password-file", passwordFile(person, "two words")]);
	assert.equal(opened.stdout, "5 in: 5 same\n", opened.stderr);
	const wrong = await person.open(["import", locked, "--password-file", passwordFile(person, "three words")]);
	assert.equal(wrong.status, EXIT.wrongKey);
	assert.match(wrong.stderr, /passphrase is wrong/);
});

test("a picture of a QR code is read like any other file", async (t) => {
	const person = new Person(t);
	const picture = join(person.home, "code.png");
	spawnSync("qrencode", ["-o", picture, "otpauth://totp/Example:alice?secret=GEZDGNBVGY3TQOJQ&issuer=Example"]);
	const said = await preview(person, readFileSync(picture));
	assert.equal(said.counts.in, 1);
	assert.equal(said.entries[0].account, "alice");
});

test("the importer can open nothing and speak to nobody from its first byte on", async (t) => {
	const child = spawn(helper("convert"), ["import"], { stdio: ["pipe", "ignore", "inherit", "pipe"] });
	t.after(() => child.kill("SIGKILL"));
	const status = () => readFileSync(`/proc/${child.pid}/status`, "utf8");
	await until(() => /^Seccomp:\s*2$/m.test(status()), "the filter");
	assert.match(status(), /^NoNewPrivs:\s*1$/m);
	const limits = readFileSync(`/proc/${child.pid}/limits`, "utf8");
	assert.match(limits, /^Max core file size\s+0\s+0/m);
	assert.match(limits, /^Max address space\s+\d+\s+\d+/m);
	assert.match(limits, /^Max cpu time\s+120\s+120/m);
	child.stdio[3].end();
	child.stdin.end(readFileSync(join(OWN, "andotp.json")));
	assert.equal(await new Promise((done) => child.on("close", done)), 0);
});

test("the password is in no argument and in no environment", async (t) => {
	const person = new Person(t);
	const password = "correct horse";
	const seen = [];
	const done = person.run(["import", "--preview", join(OWN, "stratum_encrypted.bin"), "--password-file", passwordFile(person, password)]);
	let over = false;
	done.then(() => { over = true; });
	await until(() => {
		for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
			try {
				const words = readFileSync(`/proc/${pid}/cmdline`, "utf8");
				if (words.startsWith("convert\0"))
					seen.push(words + readFileSync(`/proc/${pid}/environ`, "utf8"));
			} catch {
				// It has ended, or is nobody's to look at.
			}
		return over;
	}, "the end");
	assert.equal((await done).status, EXIT.ok);
	assert.ok(seen.length > 0, "the importer was never seen at work");
	for (const words of seen)
		assert.doesNotMatch(words, /horse/);
});
