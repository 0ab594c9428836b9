// What a vault survives: kill -9 at any moment, a crash at any call that writes, a full disk, a folder
// that is gone, writers at the same time. What was acknowledged is there afterwards, always.
import { before, test } from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EXIT, Person, countersign, helper } from "./harness.mjs";

const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const SHIM_SOURCE = fileURLToPath(new URL("crash_shim.c", import.meta.url));
const KILLS = Number(process.env.COUNTERSIGN_KILLS ?? 500);
const oneLine = (text) => assert.match(text, /^[^\n\x00-\x1f]+\n(?:countersign [^\n]*\n)?$/, JSON.stringify(text));

let shim;
before(() => {
	const folder = mkdtempSync(join(tmpdir(), "cs-shim-"));
	shim = join(folder, "shim.so");
	const built = spawnSync("cc", ["-shared", "-fPIC", "-O1", "-D_GNU_SOURCE", "-o", shim, SHIM_SOURCE, "-ldl"]);
	assert.equal(built.status, 0, built.stderr.toString());
	process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
});

// Counter: the secret of RFC 4226, so that its codes tell which counter they are of.
async function house(t)
{
	const person = await new Person(t).init();
	await person.add("Example:alice", KEY);
	await person.add("Counter:bob", KEY, "--type", "hotp", "--yes");
	return person;
}

async function names(person)
{
	const { stdout, status, stderr } = await person.run(["list", "--names"], { key: person.isLocked });
	assert.equal(status, EXIT.ok, stderr);
	return stdout;
}

// Straight to the program that writes, so that the kill hits it and not the one that starts it.
function start(person, words)
{
	return spawn(helper("vault"), ["vault", ...words].slice(1), { env: person.env, cwd: person.home, stdio: ["ignore", "pipe", "ignore"] });
}

test(`kill -9 at any moment of ${KILLS} writes leaves the old state or the new one`, async (t) => {
	const person = await house(t);
	await person.unlock();
	const took = [];
	for (let i = 0; i < 5; i++) {
		const begin = process.hrtime.bigint();
		assert.equal((await person.run(["rename", "alice", `Name${i}:alice`])).status, 0);
		took.push(Number(process.hrtime.bigint() - begin) / 1e6);
	}
	let longest = Math.max(...took) * 1.2;
	let acknowledged = "Name4", killed = 0, done = 0;
	for (let i = 0; i < KILLS; i++) {
		const wanted = `Round${i}`;
		const child = start(person, ["rename", "alice", `${wanted}:alice`]);
		const ended = new Promise((end) => child.on("close", (status, signal) => end({ status, signal })));
		// spread evenly over the time a write takes, which follows what else the machine has to do
		const wait = longest * ((i * 0.618034) % 1);
		const timer = setTimeout(() => child.kill("SIGKILL"), wait);
		const { status } = await ended;
		clearTimeout(timer);
		const shown = await person.run(["list", "--json"]);
		assert.equal(shown.status, EXIT.ok, `after ${i}: ${shown.stderr}`);
		assert.match(shown.stdout, /Counter/);
		const is = /"(Round\d+|Name\d)"/.exec(shown.stdout)[1];
		if (status === 0) {
			assert.equal(is, wanted, "acknowledged and lost");
			longest *= 0.9;
			done++;
		} else {
			assert.ok([acknowledged, wanted].includes(is), `${is} is neither ${acknowledged} nor ${wanted}`);
			longest *= 1.02;
			killed++;
		}
		acknowledged = is;
	}
	t.diagnostic(`${killed} killed, ${done} done before`);
	assert.ok(killed >= KILLS / 5, `only ${killed} of ${KILLS} were killed in time`);
	assert.equal((await person.run(["rename", "alice", "Last:alice"])).status, EXIT.ok);
	const left = readdirSync(person.vault).filter((f) => f.startsWith("."));
	assert.deepEqual(left, [], "what the killed left behind is still there");
});

const writes = [
	["rename", ["rename", "alice", "New:alice"]],
	["a counter", ["code", "Counter"]],
	["undo", ["undo"]],
	["a new passphrase", ["passphrase", "--work-factor", "1", "--new-passphrase-file", "passphrase"]],
	["recover", ["recover", "--work-factor", "1", "--recovery-file", "recovery", "--new-passphrase-file", "passphrase"]],
];
for (const [what, words] of writes) {
	for (const [how, variable] of [["a crash", "CRASH_AT"], ["a full disk", "FAIL_AT"]]) {
		test(`${how} at any call of ${what} leaves a vault that opens, and nothing acknowledged is lost`, async (t) => {
			const person = await house(t);
			const kept = `${person.vault}.kept`, count = join(person.home, "count");
			const run = (env) => person.run([...words, "--passphrase-file", person.passphraseFile],
				{ program: helper("vault"), env: { LD_PRELOAD: shim, CRASH_COUNT: count, ...env } });
			const restoreFolder = () => {
				rmSync(person.vault, { recursive: true });
				cpSync(kept, person.vault, { recursive: true });
			};
			const opens = async () => {
				const done = await person.open(["list", "--json"]);
				assert.equal(done.status, EXIT.ok, done.stderr);
				return done.stdout;
			};
			cpSync(person.vault, kept, { recursive: true });
			const old = await opens();
			assert.equal((await run({})).status, EXIT.ok);
			const fresh = await opens();
			const calls = Number(readFileSync(count, "utf8"));
			assert.ok(calls >= 4, `only ${calls} calls are seen`);
			for (let at = 1; at <= calls; at++) {
				restoreFolder();
				const done = await run({ [variable]: String(at) });
				const is = await opens();
				if (variable === "CRASH_AT")
					assert.equal(done.status, 137, `call ${at}`);
				else if (done.status !== EXIT.ok)
					oneLine(done.stderr);
				const said = (text) => text.replace(/"changed": "[^"]*"/g, "");
				assert.ok([said(old), said(fresh)].includes(said(is)), `call ${at}: neither old nor new: ${is}`);
				if (done.status === EXIT.ok)
					assert.equal(said(is), said(fresh), `call ${at}: acknowledged and lost`);
				assert.equal((await person.open(["rename", "alice", "After:alice"])).status, EXIT.ok, `call ${at}: cannot be written any more`);
			}
		});
	}
}

test("a crash at any call of init leaves no vault, or one that opens", async (t) => {
	const person = new Person(t);
	const count = join(person.home, "count");
	const options = () => ["init", "--work-factor", "1", "--passphrase-file", person.passphraseFile, "--recovery-file", join(person.home, "r")];
	const run = (env) => person.run(options(), { program: helper("vault"), env: { LD_PRELOAD: shim, CRASH_COUNT: count, ...env } });
	assert.equal((await run({})).status, EXIT.ok);
	const calls = Number(readFileSync(count, "utf8"));
	for (let at = 1; at <= calls; at++) {
		rmSync(person.vault, { recursive: true, force: true });
		rmSync(join(person.home, "r"), { force: true });
		assert.equal((await run({ CRASH_AT: String(at) })).status, 137);
		if (existsSync(join(person.vault, "vault.age"))) {
			assert.equal((await person.open(["list"])).status, EXIT.ok);
			assert.ok(existsSync(join(person.home, "r")), "a vault without its recovery key");
		} else {
			rmSync(join(person.home, "r"), { force: true });
			assert.equal((await person.run(options())).status, EXIT.ok, "cannot be made any more");
		}
	}
});

test("two hundred at the same time get two hundred different codes", async (t) => {
	const person = await house(t);
	await person.unlock();
	const all = await Promise.all(Array.from({ length: 200 }, () => person.run(["code", "Counter", "--json"])));
	for (const done of all)
		assert.equal(done.status, EXIT.ok, done.stderr);
	const counters = new Set(all.map((done) => JSON.parse(done.stdout).counter));
	assert.equal(counters.size, 200);
	assert.deepEqual([...counters].sort((a, b) => a - b), Array.from({ length: 200 }, (_, i) => i));
});

test("edits at the same time are all there", async (t) => {
	const person = await house(t);
	await person.unlock();
	const all = await Promise.all(Array.from({ length: 40 }, (_, i) => person.run(["add", `Many${i}`, "--yes"], { input: `${KEY}\n` })));
	for (const done of all)
		assert.equal(done.status, EXIT.ok, done.stderr);
	const listed = (await person.run(["list", "--json"])).stdout;
	for (let i = 0; i < 40; i++)
		assert.ok(listed.includes(`"Many${i}"`), `Many${i} is lost`);
});

test("a stick without hard links takes a backup, and a vault, and writes over nothing", async (t) => {
	const person = await house(t);
	const run = (...words) => person.run([...words, "--passphrase-file", person.passphraseFile],
		{ program: helper("vault"), env: { LD_PRELOAD: shim, NO_LINKS: "1" } });
	const first = await run("backup", "stick.age");
	assert.equal(first.status, EXIT.ok, first.stderr);
	const bytes = readFileSync(join(person.home, "stick.age"));
	assert.equal((await run("backup", "verify", "stick.age")).status, EXIT.ok);
	assert.equal((await run("backup", "stick.age")).status, EXIT.refused);
	assert.deepEqual(readFileSync(join(person.home, "stick.age")), bytes);
	assert.equal((await run("backup", "stick.age", "--force")).status, EXIT.ok);
	assert.equal((await run("rename", "alice", "New:alice")).status, EXIT.ok);
	assert.equal((await run("undo")).status, EXIT.ok);
	const left = readdirSync(person.home).filter((f) => f.startsWith("stick.age") && !["stick.age", "stick.age.identity"].includes(f));
	assert.deepEqual(left, [], "a temporary file is still there");
});

test("a real disk that is full: one line, its own status, and the vault as it was", async (t) => {
	const person = await house(t);
	const script = `set -e
		mkdir -p '${person.home}/disk' && mount -t tmpfs -o size=256k,mode=700 none '${person.home}/disk'
		cp -a '${person.vault}' '${person.home}/disk/v'
		export COUNTERSIGN_VAULT='${person.home}/disk/v'
		head -c 1m /dev/zero > '${person.home}/disk/fill' 2>/dev/null || true
		set +e
		'${countersign}' rename alice New:alice --passphrase-file '${person.passphraseFile}' 2> '${person.home}/err'; echo $?
		'${countersign}' code Counter --passphrase-file '${person.passphraseFile}' 2>> '${person.home}/err2'; echo $?
		'${countersign}' list --passphrase-file '${person.passphraseFile}'; echo $?
		rm '${person.home}/disk/fill'
		'${countersign}' rename alice New:alice --passphrase-file '${person.passphraseFile}' > /dev/null; echo $?`;
	const done = spawnSync("unshare", ["-m", "bash", "-c", script], { env: person.env });
	if (/Operation not permitted/.test(done.stderr.toString()))
		return t.skip("no mounts here");
	const lines = done.stdout.toString().trim().split("\n");
	assert.equal(lines[0], String(EXIT.disk), done.stdout.toString() + done.stderr.toString());
	assert.equal(lines[1], String(EXIT.disk), "a code was shown that could not be kept");
	assert.match(done.stdout.toString(), /Example/);
	assert.equal(lines.at(-1), "0");
	oneLine(readFileSync(join(person.home, "err"), "utf8"));
	assert.match(readFileSync(join(person.home, "err"), "utf8"), /No space left/);
	return undefined;
});

test("a home that has vanished, or is not ours to write to, is one line", async (t) => {
	const person = await house(t);
	renameSync(join(person.home, ".local"), join(person.home, "gone"));
	for (const words of [["list"], ["rename", "alice", "X"], ["backup", "b"]]) {
		const done = await person.open(words);
		assert.equal(done.status, EXIT.noVault);
		oneLine(done.stderr);
	}
	const nowhere = await person.open(["init", "--work-factor", "1", "--vault", "/proc/nowhere/vault", "--recovery-file", join(person.home, "r9")]);
	assert.equal(nowhere.status, EXIT.disk);
	assert.ok(!existsSync(join(person.home, "r9")), "a recovery key of no vault is left behind");
	writeFileSync(join(person.home, "file"), "");
	const file = await person.open(["list", "--vault", join(person.home, "file")]);
	assert.ok([EXIT.disk, EXIT.noVault].includes(file.status));
	oneLine(file.stderr);
	mkdirSync(join(person.home, "empty"));
	assert.equal((await person.open(["list", "--vault", join(person.home, "empty")])).status, EXIT.noVault);
	assert.deepEqual(readdirSync(join(person.home, "empty")), []);
});
