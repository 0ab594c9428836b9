// countersign oath: oathtool's recorded answers, and what becomes of a key in an argument.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Person, countersign, folder, until } from "./harness.mjs";

const recorded = JSON.parse(readFileSync(new URL("../vectors/cli/oathtool_cli.json", import.meta.url), "utf8"));
const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const WARNING = "warning: a key on the command line";

const oath = (args, options = {}) => spawnSync(countersign, ["oath", ...args], { encoding: "utf8", ...options });

for (const { args, rc, stdout, stderr } of recorded) {
	test(`oath ${JSON.stringify(args)} is answered as recorded`, () => {
		const answer = oath(args);
		assert.equal(answer.status, rc);
		assert.equal(answer.stderr, stderr);
		if (args.includes("--version"))
			assert.match(answer.stdout, /^oathtool \(Countersign /); // it is another program
		else
			assert.equal(answer.stdout, stdout);
	});
}

// As of a C int: what is above it is cut off, and what no long holds is the nearest long.
for (const [width, taken, codes] of [["4294967296", 0, 1], ["4294967298", 2, 3], ["-4294967295", 1, 2], ["-9223372036854775808", 0, 1]]) {
	test(`a window of ${width} is one of ${taken}, as for oathtool`, () => {
		const answer = oath(["-v", "-w", width, "00"], { timeout: 20_000 });
		assert.match(answer.stdout, new RegExp(`^Window size: ${taken}$`, "m"));
		assert.equal(answer.stdout.match(/^\d{6}$/gm).length, codes);
	});
}

test("a window too wide for any number is -1: every code is in it", () => {
	const answer = oath(["-v", "-w", "9223372036854775808", "00", "812658"], { timeout: 20_000 });
	assert.match(answer.stdout, /^Window size: -1$/m);
	assert.match(answer.stdout, /^1$/m);
	assert.equal(answer.status, 0);
});

test("the time zone that --now names is not --start-time's", () => {
	const at = ["--totp", "-v", "-N", "TZ=\"Asia/Tokyo\" 2020-07-01", "-S", "2001-09-07", "00"];
	const answer = oath(at, { env: { TZ: "UTC0" } });
	assert.match(answer.stdout, /^Start time: 2001-09-07 00:00:00 UTC /m);
	assert.match(answer.stdout, /^Current time: 2020-06-30 15:00:00 UTC /m);
});

test("under the name oathtool it is oathtool, and complains by the name it was called", (t) => {
	const path = join(folder(t), "oathtool");
	symlinkSync(countersign, path);
	assert.equal(spawnSync(path, ["00"], { encoding: "utf8" }).stdout, "328482\n");
	assert.equal(spawnSync(path, ["zz"], { encoding: "utf8" }).stderr, `${path}: hex decoding of secret key failed\n`);
	assert.equal(spawnSync(path, ["version"], { encoding: "utf8" }).status, 1, "no command of ours");
});

// Stopped in the middle, as somebody without rights: the code is read from standard input, which stays
// open. What the program has locked it has taken out of its arguments.
async function waiting(t, args)
{
	const place = folder(t), program = join(place, "countersign");
	chmodSync(place, 0o755);
	copyFileSync(countersign, program);
	const child = spawn(program, ["oath", ...args], process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {});
	t.after(() => child.kill("SIGKILL"));
	const read = (name) => readFileSync(`/proc/${child.pid}/${name}`, "latin1");
	await until(() => /^VmLck:\s+[1-9]/m.test(read("status")) && /^State:\tS/m.test(read("status")), "the program");
	return { child, read, program };
}

test("while it runs no argument can be read in /proc/PID/cmdline", async (t) => {
	const { child, read, program } = await waiting(t, ["--base32", KEY, "--window=5", "-"]);
	assert.equal(read("cmdline").replaceAll("\0", " ").trim(), `${program} oath`);
	child.stdin.end("338314\n");
	const out = await new Promise((done) => child.stdout.on("data", (d) => done(d.toString())));
	assert.equal(out, "4\n");
});

test("no core is written of what holds the key, and its memory is nobody's to read", async (t) => {
	const { child, read } = await waiting(t, ["-b", KEY, "-"]);
	assert.match(read("limits"), /^Max core file size\s+0\s+0/m);
	assert.equal(statSync(`/proc/${child.pid}/mem`).uid, 0);
});

test("on a terminal a key in an argument is warned of in one line, and the code still comes", async (t) => {
	const anna = new Person(t);
	const { status, shown } = await anna.terminal(["oath", "-b", KEY]).end();
	assert.equal(status, 0);
	assert.match(shown, /755224/);
	assert.equal(shown.split("\n").filter((line) => line.includes(WARNING)).length, 1);
});

test("a key out of a file or a pipe is not warned of, nor is anything without a terminal", async (t) => {
	const anna = new Person(t);
	writeFileSync(join(anna.home, "key"), `${KEY}\n`);
	const { status, shown } = await anna.terminal(["oath", "-b", "@key"]).end();
	assert.equal(status, 0);
	assert.doesNotMatch(shown, /warning/);
	assert.equal(oath(["-b", KEY]).stderr, "");
});

test("a code that could not be written is an error", () => {
	const answer = spawnSync("/bin/sh", ["-c", `"$0" oath 00 >/dev/full`, countersign], { encoding: "utf8" });
	assert.equal(answer.status, 1);
	assert.match(answer.stderr, /^oathtool: write error: /);
});
