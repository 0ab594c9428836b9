// What countersign says of itself to somebody who has never seen it.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { EXIT, countersign } from "./harness.mjs";

const say = (...words) => spawnSync(countersign, words, { encoding: "utf8", env: {} });
const names = [...readFileSync(new URL("../../src/cli/commands.def", import.meta.url), "utf8").matchAll(/^C\(\w+, "([^"]+)"/gm)].map((m) => m[1]);

test("help is the same however it is asked for, and fits a terminal", () => {
	const help = say("help");
	assert.equal(help.status, EXIT.ok);
	for (const words of [[], ["--help"], ["-h"]])
		assert.equal(say(...words).stdout, help.stdout);
	assert.deepEqual(help.stdout.split("\n").filter((line) => line.length > 80), []);
});

test("help begins with the way to the first code, and those commands exist", () => {
	const way = say("help").stdout.split("To your first code:")[1].split("\nAccounts")[0];
	const used = [...way.matchAll(/countersign ([a-z]+)/g)].map((m) => m[1]);
	assert.deepEqual(used, ["init", "add", "code", "import"]);
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
	assert.equal(say("--passphrase-file", "/nonexistent/p", "--help").stdout, say("help").stdout);
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
