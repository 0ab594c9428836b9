// The command line as its programs: run with pipes, or on a terminal, against vaults in temporary
// folders. Nothing here sleeps: what is waited for is looked for again until a deadline.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BUILD = process.env.COUNTERSIGN_BUILD ?? fileURLToPath(new URL("../../build/", import.meta.url));
const TERMINAL = fileURLToPath(new URL("terminal.py", import.meta.url));
const PATIENCE_MS = 30_000;

export const countersign = join(BUILD, "countersign");
export const helper = (name) => join(BUILD, "libexec/countersign", name);
export const PASSPHRASE = "correct horse battery staple";

// src/cli/program/command.h: enum cs_cli_exit.
export const EXIT = { ok: 0, failed: 1, usage: 2, notFound: 3, ambiguous: 4, noVault: 5, locked: 6,
	wrongKey: 7, damaged: 8, tooNew: 9, busy: 10, disk: 11, refused: 12, expired: 13 };

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Until look() answers something true, which is the answer.
export async function until(look, what = "it")
{
	const end = performance.now() + PATIENCE_MS;
	for (;;) {
		const answer = await look();
		if (answer)
			return answer;
		if (performance.now() >= end)
			throw new Error(`${what} never came`);
		await pause(20);
	}
}

// A folder of its own, gone with the test.
export function folder(t)
{
	const path = mkdtempSync(join(tmpdir(), "cs-cli-"));
	t.after(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

// A person with a home, and perhaps a vault in it. Their environment is this and nothing else.
export class Person
{
	constructor(t, { env = {} } = {})
	{
		// Ended in the order of nesting: what runs in the home before the home itself.
		this.ends = [];
		this.home = mkdtempSync(join(tmpdir(), "cs-cli-"));
		t.after(async () => {
			for (const end of this.ends.reverse())
				await end();
			rmSync(this.home, { recursive: true, force: true });
		});
		this.passphraseFile = join(this.home, "passphrase");
		writeFileSync(this.passphraseFile, `${PASSPHRASE}\n`);
		this.bin = join(this.home, "bin");
		mkdirSync(this.bin);
		this.runtime = join(this.home, "runtime");
		mkdirSync(this.runtime, { mode: 0o700 });
		this.env = { PATH: `${this.bin}:/usr/bin:/bin`, HOME: this.home, XDG_RUNTIME_DIR: this.runtime, LANG: "C.UTF-8", TERM: "xterm-256color", ...env };
	}

	get vault()
	{
		return join(this.home, ".local/share/countersign");
	}

	// A program of this person's, found by PATH.
	program(name, script)
	{
		writeFileSync(join(this.bin, name), script);
		chmodSync(join(this.bin, name), 0o755);
	}

	// A new vault; its passphrase costs next to nothing to try, unless told otherwise.
	async init(...options)
	{
		this.recoveryFile = join(this.home, "recovery");
		const cheap = options.includes("--work-factor") ? [] : ["--work-factor", "4"];
		const done = await this.run(["init", ...cheap, "--passphrase-file", this.passphraseFile,
			"--recovery-file", this.recoveryFile, ...options]);
		if (done.status !== 0)
			throw new Error(`init: ${done.stderr}`);
		return this;
	}

	// Without a terminal. key: false leaves the passphrase out.
	run(words, { input = "", key = false, env = {}, program = countersign, cwd = this.home } = {})
	{
		const all = key ? [...words, "--passphrase-file", this.passphraseFile] : words;
		return new Promise((done, fail) => {
			const child = spawn(program, all, { env: { ...this.env, ...env }, cwd, detached: true });
			const out = [], err = [];
			child.stdout.on("data", (d) => out.push(d));
			child.stderr.on("data", (d) => err.push(d));
			child.stdin.on("error", () => undefined);
			child.on("error", fail);
			child.on("close", (status, signal) => done({ status, signal, out: Buffer.concat(out),
				stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }));
			child.stdin.end(input);
		});
	}

	// With the vault's passphrase out of a file.
	open(words, options = {})
	{
		return this.run(words, { ...options, key: true });
	}

	async json(words, options = {})
	{
		const done = await this.open([...words, "--json"], options);
		if (done.status !== 0)
			throw new Error(`${words.join(" ")}: ${done.status} ${done.stderr}`);
		return JSON.parse(done.stdout);
	}

	async add(name, key, ...options)
	{
		const done = await this.open(["add", name, ...options], { input: `${key}\n` });
		if (done.status !== 0)
			throw new Error(`add ${name}: ${done.status} ${done.stderr}`);
		return done;
	}

	// Unlocked for the length of the test.
	async unlock()
	{
		const done = await this.open(["unlock"]);
		if (done.status !== 0)
			throw new Error(`unlock: ${done.stderr}`);
		this.ends.push(() => this.run(["lock"]));
	}

	terminal(words, options = {})
	{
		const terminal = new Terminal(this, words, options);
		this.ends.push(() => terminal.kill());
		return terminal;
	}

	tmux(options = {})
	{
		return new Tmux(this, options);
	}
}

// A program on a terminal, typed to as a person does.
export class Terminal
{
	constructor(person, words, { env = {}, columns = 80, rows = 24, program = countersign } = {})
	{
		this.shown = "";
		this.seen = 0;
		this.child = spawn("/usr/bin/python3", [TERMINAL, String(columns), String(rows), program, ...words],
			{ env: { ...person.env, ...env }, cwd: person.home, stdio: ["pipe", "pipe", "inherit"] });
		this.child.stdout.setEncoding("utf8"); // a character may come in two pieces
		this.child.stdout.on("data", (d) => { this.shown += d; });
		this.child.stdin.on("error", () => undefined);
		this.ended = new Promise((done) => this.child.on("close", (status) => { this.status = status; done(status); }));
	}

	// What is shown from where the last answer was given; type when it is there.
	async expect(pattern)
	{
		const found = await until(() => {
			const rest = this.shown.slice(this.seen);
			const at = pattern instanceof RegExp ? rest.match(pattern)?.index : rest.indexOf(pattern);
			if (at !== undefined && at >= 0)
				return { end: this.seen + at + (pattern instanceof RegExp ? rest.match(pattern)[0].length : pattern.length) };
			if (this.status !== undefined)
				throw new Error(`ended with ${this.status} before ${pattern} in: ${JSON.stringify(this.shown)}`);
			return undefined;
		}, String(pattern)).catch((fault) => { throw new Error(`${fault.message}; shown: ${JSON.stringify(this.shown)}`); });
		this.seen = found.end;
		return this;
	}

	type(text)
	{
		this.child.stdin.write(text);
		return this;
	}

	async answer(question, text)
	{
		await this.expect(question);
		return this.type(`${text}\r`);
	}

	async end()
	{
		const status = await this.ended;
		return { status, shown: this.shown };
	}

	kill()
	{
		if (this.status === undefined)
			this.child.kill("SIGKILL");
	}
}

// A tmux of its own: what stands on the screen is looked at, not what was written to it.
export class Tmux
{
	constructor(person, { columns = 80, rows = 24 } = {})
	{
		this.person = person;
		this.socket = join(person.home, "tmux");
		this.tmux("-f", "/dev/null", "new-session", "-d", "-x", String(columns), "-y", String(rows), "/bin/sh");
		this.tmux("set-option", "-g", "status", "off");
		person.ends.push(() => this.tmux("kill-server"));
	}

	tmux(...words)
	{
		const done = spawnSync("tmux", ["-S", this.socket, ...words], { env: this.person.env, cwd: this.person.home });
		return done.stdout?.toString() ?? "";
	}

	screen()
	{
		return this.tmux("capture-pane", "-p");
	}

	type(text)
	{
		this.tmux("send-keys", "-l", "--", text);
	}

	key(...names)
	{
		this.tmux("send-keys", "--", ...names);
	}

	command(line)
	{
		this.type(line);
		this.key("Enter");
	}

	shows(pattern)
	{
		return until(() => {
			const screen = this.screen();
			return (pattern instanceof RegExp ? pattern.test(screen) : screen.includes(pattern)) ? screen : undefined;
		}, `${pattern} on the screen`).catch((fault) => { throw new Error(`${fault.message}:\n${this.screen()}`); });
	}
}
