// Where a secret must not be found: words and environments of processes, core dumps, what is
// written, files that stay.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { EXIT, PASSPHRASE, Person, countersign, until } from "./harness.mjs";

const KEY = "KRUGS4ZANFZSAYJAONSWG4TFOQQHIZLT";
const RAW = "this is a secret tes"; // the beginning of what KEY is base32 of
const person = (t) => new Person(t).init();
const SECRETS = [KEY, KEY.toLowerCase(), RAW, PASSPHRASE];
const holds = (text) => SECRETS.filter((secret) => text.includes(secret));

// The processes that were started from here on, as /proc shows them to root and their owner.
function family(pid)
{
	const children = spawnSync("pgrep", ["-P", String(pid)]).stdout.toString().split("\n").filter(Boolean);
	return [String(pid), ...children.flatMap(family)];
}

const proc = (pid, file) => readFileSync(`/proc/${pid}/${file}`, "latin1");

// A command that waits for the passphrase on its terminal, and its process.
async function waiting(who, words, options)
{
	const terminal = who.terminal(words, options);
	await terminal.expect("Passphrase: ");
	const pid = family(terminal.child.pid).find((p) => proc(p, "comm").trim() === "vault");
	assert.ok(pid, "the process of vault");
	return { terminal, pid };
}

test("no word and no environment of a process has a secret, however it was given", async (t) => {
	const who = await person(t);
	writeFileSync(join(who.home, "key"), KEY);
	for (const words of [["add", "One", "--file", "key"], ["add", "Two", "--yes", "--secret-on-command-line", KEY], ["add", "Three", "--yes", `--secret-on-command-line=${KEY}`]]) {
		const { terminal, pid } = await waiting(who, words);
		for (const file of ["cmdline", "environ"])
			assert.deepEqual(holds(proc(pid, file)), [], `${words[1]} ${file}`);
		terminal.type(`${PASSPHRASE}\r`);
		assert.equal((await terminal.end()).status, EXIT.ok, words[1]);
	}
	// One that is refused is overwritten as well: there is nobody to look at it then, but it is said nowhere.
	const done = await who.open(["add", "Four", KEY]);
	assert.deepEqual(holds(done.stdout + done.stderr), []);
});

test("a process with secrets in it belongs to root in /proc, has no core file, and is not traced", async (t) => {
	const who = await person(t);
	const { pid } = await waiting(who, ["list"]);
	assert.match(proc(pid, "limits"), /^Max core file size +0 +0 /m);
	if (process.getuid() === 0) {
		// As somebody else: root's own processes are root's whatever they do.
		const home = mkdtempSync(join(tmpdir(), "cs-nobody-"));
		t.after(() => rmSync(home, { recursive: true }));
		const own = (path) => {
			chownSync(path, 65534, 65534);
			if (statSync(path).isDirectory())
				readdirSync(path).forEach((name) => own(join(path, name)));
		};
		cpSync(who.vault, join(home, "vault"), { recursive: true });
		for (const program of ["countersign", "libexec/countersign/vault"])
			cpSync(join(dirname(countersign), program), join(home, "bin", program), { recursive: true });
		own(home);
		chmodSync(home, 0o700);
		const child = spawn("/usr/bin/setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", join(home, "bin/countersign"), "add", "Name", "--passphrase-file", "-"],
			{ env: { HOME: home, COUNTERSIGN_VAULT: join(home, "vault"), PATH: "/usr/bin:/bin" }, cwd: home });
		t.after(() => child.kill("SIGKILL"));
		await until(() => proc(child.pid, "comm").trim() === "vault", "the program");
		await until(() => statSync(`/proc/${child.pid}/mem`).uid === 0, "the memory to be root's");
		assert.match(proc(child.pid, "status"), /^Uid:\s+65534/m);
		for (const file of ["mem", "environ", "maps"]) {
			const read = spawnSync("/usr/bin/setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "head", "-c", "1", `/proc/${child.pid}/${file}`]);
			assert.notEqual(read.status, 0, `/proc/PID/${file} can be read by the same user`);
		}
	}
});

test("a process that is shot leaves no core file", async (t) => {
	const who = await person(t);
	const { terminal, pid } = await waiting(who, ["-c", `ulimit -c unlimited; cd "$HOME" && exec "${countersign}" list`], { program: "/bin/sh" });
	process.kill(Number(pid), "SIGSEGV");
	assert.equal((await terminal.end()).status, 139);
	assert.deepEqual(readdirSync(who.home).filter((name) => /core/.test(name)), []);
	assert.doesNotMatch(terminal.shown, /core dumped/);
});

test("the vault's memory is locked while it is open", async (t) => {
	const who = await person(t);
	await who.add("Halden", KEY);
	await who.unlock();
	const tmux = who.tmux();
	tmux.command(`${countersign} watch`);
	await tmux.shows("Halden");
	const shell = tmux.tmux("display-message", "-p", "#{pane_pid}").trim();
	const pid = family(shell).find((p) => proc(p, "comm").trim() === "watch");
	assert.ok(Number(proc(pid, "status").match(/^VmLck:\s+(\d+) kB/m)[1]) > 0);
	assert.match(proc(pid, "limits"), /^Max core file size +0 +0 /m);
});

test("nothing that is written anywhere has a secret: not by add, code, list, copy or show", { skip: !existsSync("/usr/bin/strace") }, async (t) => {
	const who = new Person(t, { env: { DISPLAY: ":9" } });
	await who.init();
	who.program("xclip", "#!/bin/sh\ncat > /dev/null\n");
	const log = join(who.home, "strace");
	for (const [words, input] of [[["add", "Halden", "--tag", "x"], `${KEY}\n`], [["code", "halden"]], [["list", "--codes", "--json"]], [["show", "halden"]],
		[["copy", "halden", "--clear-after", "0"]], [["rename", "halden", "Other"]], [["rm", "other", "--yes"]], [["undo"]], [["history"]], [["code", "nobody"]]]) {
		const done = await who.run(["-f", "-q", "-o", log, "-s", "100000", "-e", "trace=execve,write,pwrite64,writev,sendto,sendmsg,openat,rename,renameat",
			countersign, ...words, "--passphrase-file", who.passphraseFile], { program: "/usr/bin/strace", input });
		const seen = readFileSync(log, "latin1");
		assert.match(seen, /execve/, done.stderr);
		assert.deepEqual(holds(seen), [], words[0]);
		// strace shows bytes beyond letters in octal; the raw secret is letters alone.
		assert.deepEqual(holds(done.stdout + done.stderr), [], words[0]);
	}
});

test("nothing in the vault's folder can be read without the key", async (t) => {
	const who = await person(t);
	await who.add("A name that nobody need know", KEY);
	const files = [];
	const walk = (path) => statSync(path).isDirectory() ? readdirSync(path).forEach((name) => walk(join(path, name))) : files.push(path);
	walk(who.vault);
	assert.ok(files.length >= 3);
	for (const file of files) {
		const text = readFileSync(file, "latin1");
		assert.deepEqual(holds(text), [], file);
		assert.ok(!text.includes("A name that nobody"), file);
		assert.equal(statSync(file).mode & 0o077, 0, file);
	}
	assert.equal(statSync(who.vault).mode & 0o777, 0o700);
});

test("what the editor was given is gone when it is closed", async (t) => {
	const who = await person(t);
	await who.add("Halden", KEY, "--note", "something private");
	who.program("ed", '#!/bin/sh\necho "$1" > "$HOME/where"\necho changed >> "$1"\n');
	assert.equal((await who.terminal(["edit", "halden", "--passphrase-file", who.passphraseFile], { env: { EDITOR: "ed" } }).end()).status, EXIT.ok);
	const where = readFileSync(join(who.home, "where"), "utf8").trim();
	assert.ok(where.startsWith(who.runtime) && !existsSync(where));
});
