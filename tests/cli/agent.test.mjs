// unlock, lock, status: what keeps the vault's key, for whom, for how long, and how it ends.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { soon } from "../soon.mjs";
import { EXIT, Person, countersign, folder, helper, until } from "./harness.mjs";

const NOBODY = 65534;

// Processes whose program is an agent of that person's.
function agents(person)
{
	return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).filter((pid) => {
		try {
			return readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith(`countersign-agent\0${person.home}/`);
		} catch {
			return false;
		}
	}).map(Number);
}

// What its descriptors are; one that is closed while they are read is none.
const opened = (pid) => readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
	try {
		return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
	} catch {
		return [];
	}
});

const oneAgent = (person) => until(() => agents(person).length === 1 && agents(person)[0], "one agent");
const noAgent = (person) => until(() => agents(person).length === 0, "no agent");
const isUnlocked = async (person) => JSON.parse((await person.run(["status", "--json"])).stdout).unlocked;

// What is to be done after a test is done in the order it was said: this before the home is gone.
function endsAgents(t)
{
	const people = [];
	t.after(() => people.flatMap(agents).forEach(kill));
	return people;
}

// One that is ending may be gone by now.
function kill(pid)
{
	try {
		process.kill(pid, "SIGKILL");
	} catch (fault) {
		assert.equal(fault.code, "ESRCH");
	}
}

async function house(t)
{
	const people = endsAgents(t), anna = new Person(t);
	people.push(anna);
	await anna.init();
	await anna.add("Example:alice", "JBSWY3DPEHPK3PXP");
	return anna;
}

async function unlock(anna, ...words)
{
	const done = await anna.open(["unlock", ...words]);
	assert.equal(done.status, 0, done.stderr);
}

test("unlocked, codes need no passphrase; locked, they do", async (t) => {
	const anna = await house(t);
	assert.equal((await anna.run(["code", "example"])).status, EXIT.locked);
	await unlock(anna);
	assert.match((await anna.run(["code", "example"])).stdout, /^\d{6}\n$/);
	assert.equal((await anna.run(["lock"])).stdout, "Locked.\n");
	assert.equal((await anna.run(["code", "example"])).status, EXIT.locked);
	assert.equal((await anna.run(["lock"])).stdout, "It was locked.\n");
	await noAgent(anna);
});

test("status says where, until when, how many, and whether a backup has it", async (t) => {
	const anna = await house(t);
	const locked = JSON.parse((await anna.run(["status", "--json"])).stdout);
	assert.deepEqual(locked, { folder: anna.vault, unlocked: false, until: null });
	await unlock(anna, "--for", "2h");
	const before = Date.now(), now = JSON.parse((await anna.run(["status", "--json"])).stdout);
	assert.equal(now.unlocked, true);
	assert.ok(Math.abs(Date.parse(now.until) - before - 7_200_000) < 60_000);
	assert.equal(now.entries, 1);
	assert.equal(now.backed_up, false);
	assert.match((await anna.run(["status"])).stdout, /unlocked for another (2 h|1 h 59 min)\nEntries  1\nBackup   none has/);
	assert.equal((await new Person(t).run(["status"])).status, EXIT.noVault);
});

test("a wrong passphrase and a time that is none start nothing", async (t) => {
	const anna = await house(t), wrong = join(anna.home, "wrong");
	writeFileSync(wrong, "not it\n");
	assert.equal((await anna.run(["unlock", "--passphrase-file", wrong])).status, EXIT.wrongKey);
	assert.equal((await anna.run(["unlock"])).status, EXIT.locked);
	for (const time of ["0", "169h", "soon", "-1h", "0.5s", ""])
		assert.equal((await anna.open(["unlock", `--for=${time}`])).status, EXIT.usage, time);
	assert.deepEqual(agents(anna), []);
});

test("at its time the agent is gone, asked or not", async (t) => {
	const anna = await house(t);
	await unlock(anna, "--for", "1s");
	await noAgent(anna);
	assert.equal(await isUnlocked(anna), false);
	assert.equal((await anna.run(["code", "example"])).status, EXIT.locked);
	assert.deepEqual(readdirSync(join(anna.runtime, "countersign")).filter((name) => name.endsWith(".agent")), []);
});

test("one that was killed leaves a socket that the next unlock takes over", async (t) => {
	const anna = await house(t);
	await unlock(anna);
	process.kill(await oneAgent(anna), "SIGKILL");
	await noAgent(anna);
	assert.equal(readdirSync(join(anna.runtime, "countersign")).filter((name) => name.endsWith(".agent")).length, 1);
	assert.equal(await isUnlocked(anna), false);
	assert.equal((await anna.run(["lock"])).stdout, "It was locked.\n");
	await unlock(anna);
	assert.equal(await isUnlocked(anna), true);
});

test("of many unlocks at once every one succeeds and one agent is left", async (t) => {
	const anna = await house(t);
	const done = await Promise.all(Array.from({ length: 6 }, () => anna.open(["unlock"])));
	assert.deepEqual(done.map((d) => d.status), [0, 0, 0, 0, 0, 0], done.map((d) => d.stderr).join(""));
	await oneAgent(anna);
	assert.equal(await isUnlocked(anna), true);
	assert.equal((await anna.run(["lock"])).status, 0);
	await noAgent(anna);
});

test("a stopped agent is not waited for for ever, and ends as soon as it can", async (t) => {
	const anna = await house(t);
	await unlock(anna);
	const pid = await oneAgent(anna);
	process.kill(pid, "SIGSTOP");
	try {
		assert.equal((await anna.run(["lock"])).status, EXIT.failed);
		assert.match((await anna.open(["code", "example"])).stdout, /^\d{6}\n$/);
	} finally {
		process.kill(pid, "SIGCONT");
	}
	await noAgent(anna);
});

test("who has signed out has no agent: it ends with its socket", async (t) => {
	const anna = await house(t);
	await unlock(anna);
	rmSync(join(anna.runtime, "countersign"), { recursive: true });
	await noAgent(anna);
	await unlock(anna);
	assert.equal(await isUnlocked(anna), true);
});

test("without a runtime folder of one's own the socket lies with the vault", async (t) => {
	const anna = await house(t);
	chmodSync(anna.runtime, 0o755);
	const env = { XDG_RUNTIME_DIR: anna.runtime };
	assert.equal((await anna.open(["unlock"], { env })).status, 0);
	assert.ok(readdirSync(anna.vault).includes("agent"));
	assert.match((await anna.run(["code", "example"], { env: { XDG_RUNTIME_DIR: "" } })).stdout, /^\d{6}\n$/);
	assert.equal((await anna.run(["lock"], { env })).stdout, "Locked.\n");
});

test("two vaults have two agents, and each knows its own", async (t) => {
	const anna = await house(t), other = join(anna.home, "other");
	await anna.open(["init", "--vault", other, "--work-factor", "4", "--recovery-file", join(anna.home, "rec2")]);
	await unlock(anna);
	assert.equal(JSON.parse((await anna.run(["status", "--json", "--vault", other])).stdout).unlocked, false);
	await unlock(anna, "--vault", other);
	assert.equal(agents(anna).length, 2);
	await anna.run(["lock"]);
	assert.equal(JSON.parse((await anna.run(["status", "--json", "--vault", other])).stdout).unlocked, true);
});

test("it has no environment, no argument and no file that tells anything", async (t) => {
	const anna = await house(t);
	await unlock(anna);
	const pid = await oneAgent(anna);
	assert.equal(readFileSync(`/proc/${pid}/environ`, "utf8"), "");
	assert.equal(readlinkSync(`/proc/${pid}/cwd`), "/");
	// It lets go of the pipes that it was started with once it has said into one that it listens.
	const KEPT = /^(\/dev\/null|socket:.*|anon_inode:\[timerfd\]|.*\/runtime\/countersign(\/.*\.lock)?)$/;
	await soon.deepEqual(() => opened(pid).filter((file) => !KEPT.test(file)), []);
	assert.match(readFileSync(`/proc/${pid}/limits`, "utf8"), /Max core file size +0 +0 /);
	const status = readFileSync(`/proc/${pid}/status`, "utf8");
	assert.match(status, /VmSwap:\s+0 kB/);
	assert.notEqual(status.match(/VmLck:\s+(\d+) kB/)[1], "0");
	assert.notEqual(readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[5], readFileSync("/proc/self/stat", "utf8").split(" ")[5]);
});

// As somebody who is not root: root may read everything.
test("another process of the same user cannot look into it", { skip: process.getuid() !== 0 }, async (t) => {
	const people = endsAgents(t), place = folder(t), home = join(place, "home"), runtime = join(place, "runtime");
	chmodSync(place, 0o755);
	mkdirSync(join(place, "libexec/countersign"), { recursive: true });
	copyFileSync(countersign, join(place, "countersign"));
	for (const name of ["vault", "agent"])
		copyFileSync(helper(name), join(place, "libexec/countersign", name));
	for (const path of [home, runtime]) {
		mkdirSync(path, { mode: 0o700 });
		chownSync(path, NOBODY, NOBODY);
	}
	writeFileSync(join(home, "passphrase"), "four words of nobody\n");
	const as = (program, words) => spawnSync(program, words, { uid: NOBODY, gid: NOBODY, cwd: home, encoding: "utf8",
		env: { HOME: home, XDG_RUNTIME_DIR: runtime, PATH: "/usr/bin:/bin" } });
	const run = (...words) => as(join(place, "countersign"), [...words, "--passphrase-file", join(home, "passphrase")]);
	assert.equal(run("init", "--work-factor", "4", "--recovery-file", join(home, "recovery")).status, 0);
	assert.equal(run("unlock").status, 0);
	people.push({ home: place });
	const pid = await oneAgent({ home: place });
	for (const file of ["mem", "maps", "environ", "auxv", "fd", "io", "stack"]) {
		const look = as("/usr/bin/python3", ["-c", `import os,sys
try:
    os.listdir(sys.argv[1]) if os.path.isdir(sys.argv[1]) else open(sys.argv[1], "rb").read(1)
except PermissionError:
    sys.exit(7)`, `/proc/${pid}/${file}`]);
		assert.equal(look.status, 7, `${file}: ${look.stderr}`);
	}
	const trace = as("/usr/bin/python3", ["-c", `import ctypes,sys
libc = ctypes.CDLL(None, use_errno=True)
sys.exit(7 if libc.ptrace(16, int(sys.argv[1]), 0, 0) == -1 and ctypes.get_errno() == 1 else 0)`, String(pid)]);
	assert.equal(trace.status, 7);
	assert.equal(run("lock").stdout, "Locked.\n");
});
