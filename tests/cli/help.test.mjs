// What countersign says of itself to somebody who has never seen it.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXIT, Person, countersign } from "./harness.mjs";

const say = (...words) => spawnSync(countersign, words, { encoding: "utf8", env: {} });
const rows = [...readFileSync(new URL("../../src/cli/program/commands.def", import.meta.url), "utf8").matchAll(/^C\((\w+), "([^"]+)"/gm)];
const names = rows.map((m) => m[2]);

test("a first look fits one screen, however it is asked for", () => {
	const look = say();
	assert.equal(look.status, EXIT.ok);
	for (const words of [["--help"], ["-h"]])
		assert.equal(say(...words).stdout, look.stdout);
	const lines = look.stdout.split("\n").slice(0, -1);
	assert.ok(lines.length <= 23, `${lines.length} lines`);
	const words = look.stdout.split("\n\nAccounts")[1].split(/\s+/);
	assert.deepEqual(names.filter((name) => !words.includes(name)), []);
});

test("a first look fits a small window, and so does all of help", async (t) => {
	const who = new Person(t);
	for (const words of [["--help"], ["help"], ["help", "init"], ["help", "age"]]) {
		const { shown } = await who.terminal(words, { columns: 60 }).end();
		const lines = shown.split("\r\n").slice(0, -1);
		assert.deepEqual(lines.filter((line) => line.length > 60 && !line.startsWith("usage:")), []);
		assert.ok(words[0] !== "--help" || lines.length <= 23, `${lines.length} lines`);
	}
});

test("help fits a terminal of 80 columns", () => {
	for (const words of [[], ["help"], ...names.map((name) => ["help", name])])
		assert.deepEqual(say(...words).stdout.split("\n").filter((line) => line.length > 80), []);
});

test("help begins with the way to the first code, and those commands exist", () => {
	const ways = [[], ["help"]].map((words) => say(...words).stdout.split("To your first code:")[1].split("\nAccounts")[0]);
	const used = [...ways[0].matchAll(/countersign ([a-z]+)/g)].map((m) => m[1]);
	assert.deepEqual(used, ["init", "add", "code", "import"]);
	assert.equal(ways[0], ways[1]);
	for (const name of used)
		assert.ok(names.includes(name), name);
});

test("every command is listed once", () => {
	const listed = [...say("help").stdout.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map((m) => m[1]);
	assert.deepEqual(listed.filter((name) => name !== "countersign").sort(), [...names].sort());
});

test("a mistyped command is refused, with the likely one", () => {
	for (const [typed, meant] of [["lits", "list"], ["cod", "code"], ["exprot", "export"], ["serach", "search"], ["oaht", "oath"]]) {
		const answer = say(typed);
		assert.equal(answer.status, EXIT.usage);
		assert.equal(answer.stdout, "");
		assert.equal(answer.stderr, `countersign: there is no command '${typed}'; did you mean '${meant}'?\n`);
	}
});

test("a command that would steer the terminal is named, not obeyed", () => {
	for (const [typed, shown] of [["li\x1b]0;x\x07st", "li?]0;x?st"], ["-\x1b[31m", "-?[31m"], ["\u009b31m\u202ex", "??31m???x"]]) {
		for (const words of typed.startsWith("-") ? [[typed]] : [[typed], ["help", typed]]) {
			const answer = spawnSync(countersign, words, { encoding: "latin1", env: {} });
			assert.equal(answer.status, EXIT.usage, JSON.stringify(words));
			assert.ok(/^[ -~]*\n$/.test(answer.stderr), JSON.stringify(answer.stderr));
			assert.ok(answer.stderr.includes(shown), answer.stderr);
		}
	}
});

test("what resembles nothing is not guessed at", () => {
	for (const typed of ["frobnicate", "xyz", "a", "", "x".repeat(5000)]) {
		const answer = say(typed);
		assert.equal(answer.status, EXIT.usage);
		assert.doesNotMatch(answer.stderr, /did you mean/);
	}
});

test("what every command takes may stand before it", () => {
	assert.equal(say("--json", "version").stdout, say("version", "--json").stdout);
	for (const before of [["--vault", "/nonexistent/x"], ["--vault=/nonexistent/x"], ["--yes", "--vault", "/nonexistent/x", "-y"]]) {
		const answer = say(...before, "list");
		assert.equal(answer.status, EXIT.noVault, answer.stderr);
		assert.match(answer.stderr, /\/nonexistent\/x/);
	}
	assert.equal(say("--passphrase-file", "/nonexistent/p", "--help").stdout, say("--help").stdout);
});

test("another option before the command is refused with the right order", () => {
	for (const words of [["--format", "pskc", "export"], ["--vaulted", "list"], ["--json"], ["--vault", "/nonexistent/x"], ["--vault"]]) {
		const answer = say(...words);
		assert.equal(answer.status, EXIT.usage);
		assert.match(answer.stderr, /options come behind the command/);
	}
});

test("every command says what it takes, by help and by --help", () => {
	for (const name of names) {
		const answer = say("help", name);
		assert.equal(answer.status, EXIT.ok, `${name}: ${answer.stderr}`);
		assert.match(answer.stdout, new RegExp(`^usage: countersign ${name}\\b`));
		assert.equal(say(name, "--help").status, EXIT.ok, name);
	}
});

test("the version can be had by machines too", () => {
	const { stdout } = say("version", "--json");
	assert.equal(say("version").stdout, `countersign ${JSON.parse(stdout).version}\n`);
	assert.equal(say("--version").stdout, say("version").stdout);
});

test("help that cannot be written is an error", () => {
	assert.equal(spawnSync("/bin/sh", ["-c", `"$0" help >/dev/full`, countersign]).status, EXIT.failed);
});

test("every command is held by the program that its row names, and by no other", () => {
	const programs = [...new Set(rows.map((m) => m[1]))].filter((program) => program !== "countersign");
	for (const program of programs) {
		const path = join(dirname(countersign), "libexec/countersign", program);
		for (const [, owner, name] of rows) {
			const { status, stdout } = spawnSync(path, [name, "--help"], { encoding: "utf8", env: {} });
			assert.equal(status, owner === program ? EXIT.ok : EXIT.usage, `${program} ${name}`);
			assert.equal(stdout.startsWith(`usage: countersign ${name}`), owner === program, `${program} ${name}`);
		}
	}
	for (const name of names)
		assert.equal(say("help", name).status, EXIT.ok, name);
});
