// The program under the name oathtool beside Debian's: the same output, the same complaints, the same
// exit status, for command lines from a seed: the same ones at every run. OATHTOOL_SEED and
// OATHTOOL_COUNT ask for others, and for more.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { countersign } from "../../cli/harness.mjs";
import { command, generator } from "./options.mjs";

const THEIRS = "/usr/bin/oathtool";
const SEED = Number(process.env.OATHTOOL_SEED ?? 20261122);
const COUNT = Number(process.env.OATHTOOL_COUNT ?? 2500);
const TRIES = 3; // what depends on the clock is asked again

function run(program, c, cwd)
{
	const r = spawnSync(program, c.args, { argv0: "oathtool", cwd, input: c.input, env: c.env, timeout: 20_000, maxBuffer: 2 ** 28 });
	return { status: r.status, signal: r.signal, out: r.stdout.toString("latin1"), complaint: r.stderr.toString("latin1") };
}

// Its own name is all that the program does not say as the original does.
const isVersion = (answer) => answer.out.startsWith("oathtool (");

// The original divides by a step of 0 when it explains what it does.
const isCrash = (answer) => answer.signal === "SIGFPE";

function same(ours, theirs)
{
	if (isVersion(theirs))
		return isVersion(ours) && ours.status === theirs.status && ours.complaint === theirs.complaint;
	return ours.out === theirs.out && ours.complaint === theirs.complaint && ours.status === theirs.status;
}

function place(t)
{
	const path = mkdtempSync(join(tmpdir(), "cs-oathtool-"));
	t.after(() => rmSync(path, { recursive: true, force: true }));
	symlinkSync(countersign, join(path, "oathtool"));
	mkdirSync(join(path, "work"));
	return path;
}

test("it answers as Debian's oathtool does", { skip: !existsSync(THEIRS) && "oathtool is not installed" }, (t) => {
	const path = place(t), ours = join(path, "oathtool"), cwd = join(path, "work");
	const r = generator(SEED);
	const seen = { codes: 0, refusals: 0, notFound: 0, found: 0, crashes: 0 };

	t.diagnostic(`OATHTOOL_SEED=${SEED} OATHTOOL_COUNT=${COUNT}`);
	// a code of the original's own, so that checks succeed as well
	const likelyCode = (args, operands) => {
		const codes = run(THEIRS, { args: [...args, ...operands], input: "", env: { LC_ALL: "C", TZ: "UTC0" } }, cwd).out.trim().split("\n");
		return /^\d+$/.test(codes.at(-1)) ? r.pick(codes.slice(-8)) : "755224";
	};
	for (let i = 0; i < COUNT; i++) {
		const c = command(r, likelyCode);
		for (const [name, text] of Object.entries(c.files))
			writeFileSync(join(cwd, name), text);
		let mine, theirs;
		for (let n = 0; n < TRIES; n++) {
			theirs = run(THEIRS, c, cwd);
			mine = run(ours, c, cwd);
			if (isCrash(theirs) || same(mine, theirs))
				break;
		}
		const isSame = isCrash(theirs) ? mine.signal === null : same(mine, theirs);
		if (process.env.OATHTOOL_GO_ON && !isSame)
			console.log(JSON.stringify({ c, mine, theirs }));
		else
			assert.ok(isSame, `number ${i} of seed ${SEED}: ${JSON.stringify({ c, mine, theirs }, null, 1)}`);
		seen.crashes += isCrash(theirs);
		seen.refusals += theirs.status === 1;
		seen.notFound += theirs.status === 2;
		seen.codes += /^\d{6,8}$/m.test(theirs.out);
		seen.found += theirs.status === 0 && /^\d{1,3}$/m.test(theirs.out);
		for (const name of Object.keys(c.files))
			rmSync(join(cwd, name));
	}
	t.diagnostic(JSON.stringify(seen));
	if (COUNT >= 1000) {
		for (const kind of ["codes", "refusals", "notFound", "found"])
			assert.ok(seen[kind] >= COUNT / 200, `hardly any ${kind}: the command lines test little`);
	}
});
