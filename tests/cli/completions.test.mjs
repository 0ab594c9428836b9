// Completion in the shells themselves: commands, options, and accounts while the vault is unlocked.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Person, countersign } from "./harness.mjs";

const FILES = fileURLToPath(new URL("../../packaging/completions/", import.meta.url));
const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

// What each shell offers for a line, without a terminal.
const shells = {
	bash: (anna, line) => spawnSync("bash", ["--norc", "-c", `source "$1/countersign.bash"
		COMP_LINE=$2 COMP_POINT=\${#2} COMP_WORDS=($2) COMP_TYPE=9
		[[ $2 == *' ' ]] && COMP_WORDS+=("")
		COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
		_countersign 2>/dev/null
		printf '%s\\n' "\${COMPREPLY[@]}"`, "bash", FILES, line], { encoding: "utf8", env: anna.env, cwd: anna.home }),
	fish: (anna, line) => spawnSync("fish", ["--no-config", "-c", `source '${FILES}countersign.fish'; complete -C '${line}'`],
		{ encoding: "utf8", env: anna.env, cwd: anna.home }),
};

async function person(t, { vault = false } = {})
{
	const anna = new Person(t);
	symlinkSync(countersign, join(anna.bin, "countersign"));
	if (vault) {
		await anna.init();
		await anna.add("Example:alice", KEY);
		await anna.add("Halden:ada", "JBSWY3DPEHPK3PXP");
	}
	return anna;
}

for (const [shell, offer] of Object.entries(shells)) {
	const offered = (anna, line) => {
		const answer = offer(anna, line);
		assert.equal(answer.error, undefined, `${shell} is not installed`);
		return answer.stdout.split("\n").map((each) => each.split("\t")[0]).filter((each) => each !== "");
	};

	test(`${shell} completes commands`, async (t) => {
		const anna = await person(t);
		assert.deepEqual(offered(anna, "countersign hist"), ["history"]);
		assert.deepEqual(offered(anna, "countersign help vers"), ["version"]);
		assert.ok(offered(anna, "countersign ").includes("init"));
	});

	test(`${shell} completes a command's options`, async (t) => {
		const anna = await person(t);
		assert.ok(offered(anna, "countersign code --js").includes("--json"));
	});

	test(`${shell} completes accounts while the vault is unlocked, and asks for nothing otherwise`, async (t) => {
		const anna = await person(t, { vault: true });
		assert.deepEqual(offered(anna, "countersign code Exam"), []);
		await anna.unlock();
		const [name, ...others] = offered(anna, "countersign code Exam");
		assert.match(name, /^Example/);
		assert.deepEqual(others, []);
	});

	test(`${shell} offers no account where there is no vault`, async (t) => {
		const anna = await person(t);
		assert.deepEqual(offered(anna, "countersign show Exam"), []);
	});
}

test("zsh completes commands and accounts", async (t) => {
	const anna = await person(t, { vault: true });
	await anna.unlock();
	const terminal = anna.terminal(["-f", "-i"], { program: "/usr/bin/zsh", env: { PS1: "ready> ", PROMPT_EOL_MARK: "" } });
	await terminal.expect("> ");
	terminal.type(`unsetopt beep; PS1='at> '; fpath=('${FILES}' $fpath); autoload -Uz compinit; compinit -D -u; print set\\ up\r`);
	await terminal.expect(/set up\r?\n/);
	terminal.type("countersign hist\t");
	await terminal.expect(/history/);
	terminal.type("\x15countersign code exam\t");
	await terminal.expect("ple:alice"); // only what changes is drawn
	terminal.type("\x15exit\r");
	assert.equal((await terminal.end()).status, 0);
});
