// A new phone: what the terminal shows is photographed, and what went where is noted.
import { test } from "node:test";
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { EXIT, Person, countersign } from "./harness.mjs";
import { photograph } from "./camera.mjs";

const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const secretOf = (uri) => new URL(uri.replace("otpauth:", "https:")).searchParams.get("secret");
const large = { columns: 140, rows: 60 };

async function house(t)
{
	const anna = await new Person(t).init();
	await anna.add("Example:alice", KEY);
	await anna.add("Halden:ada@example.test", "JBSWY3DPEHPK3PXP");
	await anna.add("Counter:bob", KEY, "--type", "hotp", "--counter", "7");
	await anna.unlock();
	return anna;
}

test("each entry in turn, photographed, is what the phone needs", async (t) => {
	const anna = await house(t);
	const terminal = anna.terminal(["phone", "--to", "Pixel"], large);
	const seen = [];
	for (let i = 1; i <= 3; i++) {
		await terminal.expect(`${i} of 3`);
		await terminal.expect("q: stop");
		seen.push(photograph(terminal.shown));
		terminal.type("\r");
	}
	const { status, shown } = await terminal.end();
	assert.equal(status, 0, shown);
	assert.deepEqual(seen.map(secretOf), [KEY, "JBSWY3DPEHPK3PXP", KEY]);
	assert.match(seen[2], /counter=7/);
	assert.match(shown, /3 of 3 are on Pixel now/);
});

test("nothing of a code stays where one can scroll back", async (t) => {
	const anna = await house(t);
	const tmux = anna.tmux(large);
	tmux.command(`${countersign} qr Example; echo ended`);
	await tmux.shows("Enter when it is done");
	tmux.key("Enter");
	await tmux.shows(/^ended/m);
	assert.doesNotMatch(tmux.tmux("capture-pane", "-p", "-S", "-"), /[▄▀█]{5}/);
});

test("a signal leaves the other screen before it ends the program", async (t) => {
	const anna = await house(t);
	const terminal = anna.terminal(["qr", "Example"], large);
	await terminal.expect("Enter when it is done");
	terminal.type("\x03");
	const { status, shown } = await terminal.end();
	assert.equal(status, 130);
	assert.ok(shown.lastIndexOf("\x1b[?1049l") > shown.lastIndexOf("█"));
});

test("skip, back and stop do what they say, and only what was scanned is noted", async (t) => {
	const anna = await house(t);
	const terminal = anna.terminal(["phone", "--to", "Pixel"], large);
	await terminal.answer("q: stop", "s");
	await terminal.answer("q: stop", "b");
	await terminal.answer("q: stop", "b");
	await terminal.expect("1 of 3");
	await terminal.answer("q: stop", "");
	await terminal.answer("q: stop", "q");
	const { status, shown } = await terminal.end();
	assert.equal(status, 0);
	assert.match(shown, /1 of 3 is on Pixel now/);
	assert.match(shown, /not moved: Halden/);
	const entry = await anna.json(["show", "Example"]);
	assert.match(JSON.stringify(entry), /Pixel/);
	assert.doesNotMatch(JSON.stringify(await anna.json(["show", "Halden"])), /Pixel/);
});

test("ended by ^C at the second, the first is noted all the same", async (t) => {
	const anna = await house(t);
	const terminal = anna.terminal(["phone", "--to", "Pixel"], large);
	await terminal.answer("q: stop", "");
	await terminal.expect("2 of 3");
	await terminal.expect("q: stop");
	terminal.type("\x03");
	assert.equal((await terminal.end()).status, 130);
	assert.deepEqual((await anna.json(["show", "Example"])).went.map((w) => [w.what, w.whom]), [["phone", "Pixel"]]);
	assert.deepEqual((await anna.json(["show", "Halden"])).went, []);
});

test("for Google Authenticator several go in one code, in batches that the window has room for", async (t) => {
	const anna = await house(t);
	const terminal = anna.terminal(["phone", "--google", "--to", "Pixel"], large);
	await terminal.expect("q: stop");
	const uri = photograph(terminal.shown);
	assert.match(uri, /^otpauth-migration:\/\/offline\?data=/);
	const other = await new Person(t).init();
	const preview = await other.run(["import", "--preview", "--json", "-"], { input: `${uri}\n` });
	assert.deepEqual(JSON.parse(preview.stdout).entries.map((e) => [e.issuer, e.type]), [["Example", "totp"], ["Halden", "totp"], ["Counter", "hotp"]]);
	terminal.type("\r");
	assert.equal((await terminal.end()).status, 0);
});

test("a window that is too small says how large it has to be", async (t) => {
	const anna = await house(t);
	const terminal = anna.terminal(["qr", "Example"], { columns: 40, rows: 10 });
	const { status, shown } = await terminal.end();
	assert.equal(status, EXIT.failed);
	assert.match(shown, /needs\s+\d+\s+columns\s+and\s+\d+\s+rows,\s+or\s+-o\s+FILE\.png/);
});

test("an ordinary window of 80 by 24 has room for an ordinary account", async (t) => {
	const anna = await house(t);
	const terminal = anna.terminal(["qr", "Example"], { columns: 80, rows: 24 });
	await terminal.expect("Enter when it is done");
	assert.equal(secretOf(photograph(terminal.shown)), KEY);
	terminal.type("\r");
	assert.equal((await terminal.end()).status, 0);
});

test("without a terminal there is no code, and a file is offered", async (t) => {
	const anna = await house(t);
	const done = await anna.run(["qr", "Example"]);
	assert.equal(done.status, EXIT.usage);
	assert.match(done.stderr, /-o FILE\.png/);
	assert.equal(done.stdout, "");
});

for (const [ending, check] of [["png", /^\x89PNG/], ["pdf", /^%PDF/], ["svg", /^<svg/]])
	test(`a code as .${ending} is the owner's alone, and is never written over by accident`, async (t) => {
		const anna = await house(t);
		const file = join(anna.home, `code.${ending}`);
		const first = await anna.run(["qr", "Example", "-o", file, "--yes"]);
		assert.equal(first.status, 0, first.stderr);
		assert.match(readFileSync(file, "latin1"), check);
		assert.equal(statSync(file).mode & 0o777, 0o600);
		const second = await anna.run(["qr", "Halden", "-o", file, "--yes"]);
		assert.equal(second.status, EXIT.refused);
		assert.equal((await anna.run(["qr", "Halden", "-o", file, "--yes", "--force"])).status, 0);
	});

test("a file of secrets is asked about first", async (t) => {
	const anna = await house(t);
	const file = join(anna.home, "sheet.pdf");
	assert.equal((await anna.run(["phone", "-o", file])).status, EXIT.usage);
	const terminal = anna.terminal(["phone", "-o", file], large);
	await terminal.answer("nothing protects them?", "n");
	assert.equal((await terminal.end()).status, EXIT.failed);
	assert.ok(!existsSync(file));
	const done = await anna.run(["phone", "-o", file, "--yes", "--json"]);
	assert.equal(JSON.parse(done.stdout).moved.length, 3);
	assert.ok(existsSync(file));
});

test("a picture that qr wrote is one that add reads", async (t) => {
	const anna = await house(t);
	const file = join(anna.home, "code.png");
	await anna.run(["qr", "Halden", "-o", file, "--yes"]);
	const ben = await new Person(t).init();
	const done = await ben.open(["add", "--qr", file]);
	assert.equal(done.status, 0, done.stderr);
	const at = ["--at", "2026-11-22T09:41:00Z"];
	assert.equal((await ben.open(["code", "Halden", ...at])).stdout, (await anna.run(["code", "Halden", ...at])).stdout);
});

test("a folder that is not there, an ending that is none", async (t) => {
	const anna = await house(t);
	assert.equal((await anna.run(["qr", "Example", "-o", join(anna.home, "gone/x.png"), "--yes"])).status, EXIT.disk);
	assert.equal((await anna.run(["qr", "Example", "-o", join(anna.home, "x.gif"), "--yes"])).status, EXIT.usage);
	assert.equal((await anna.run(["qr", "nobody"])).status, EXIT.notFound);
});

// What the site shows: its QR code, as a picture that somebody saved.
const site = (file) => writeFileSync(file, spawnSync("qrencode", ["-o", "-", "-t", "PNG",
	"otpauth://totp/Harbour:ada%40example.test?secret=JBSWY3DPEHPK3PXP&issuer=Harbour"]).stdout);

test("enrol: kept first, then the code, then the backup codes, then the phone", async (t) => {
	const anna = await house(t);
	const file = join(anna.home, "site.png");
	site(file);
	const terminal = anna.terminal(["enrol", "--qr", file], large);
	await terminal.expect("Harbour (ada@example.test) is in the vault.");
	await terminal.expect(/Type this into the site: {2}(\d{6})/);
	const code = terminal.shown.match(/into the site: {2}(\d{6})/)[1];
	const now = Math.floor(Date.now() / 1000);
	const codes = [0, -30, 30].map((d) => spawnSync("oathtool", ["-b", "--totp", "-N", `@${now + d}`, "JBSWY3DPEHPK3PXP"]).stdout.toString().trim());
	assert.ok(codes.includes(code));
	assert.deepEqual((await anna.json(["list", "--tag", "unconfirmed"])).length ?? (await anna.json(["list", "--tag", "unconfirmed"])).entries.length, 1);
	await terminal.answer("Did the site take it?", "y");
	await terminal.expect("Backup codes");
	terminal.type("aaaa-bbbb\rcccc-dddd\r\r");
	await terminal.answer("Onto the phone as well?", "y");
	await terminal.expect("Enter when the phone has it");
	assert.equal(secretOf(photograph(terminal.shown)), "JBSWY3DPEHPK3PXP");
	terminal.type("\r");
	const { status, shown } = await terminal.end();
	assert.equal(status, 0, shown);
	assert.deepEqual((await anna.json(["backup-codes", "Harbour"])).map((c) => [c.code, c.used]), [["aaaa-bbbb", null], ["cccc-dddd", null]]);
});

test("enrol stopped half-way loses nothing: the entry stays, tagged", async (t) => {
	const anna = await house(t);
	const terminal = anna.terminal(["enrol", "Harbour (ada)"], large);
	await terminal.answer("Paste the set-up key", "jbsw y3dp ehpk 3pxp");
	await terminal.answer("Did the site take it?", "");
	await terminal.expect("Type this into the site");
	await terminal.answer("Did the site take it?", "q");
	const { status, shown } = await terminal.end();
	assert.equal(status, EXIT.refused);
	assert.match(shown, /stays in the vault, tagged 'unconfirmed'/);
	assert.doesNotMatch(shown, /jbsw/i);
});

test("enrol killed at the first code has kept the secret", async (t) => {
	const anna = await house(t);
	const terminal = anna.terminal(["enrol", "Harbour"], large);
	await terminal.answer("Paste the set-up key", "JBSWY3DPEHPK3PXP");
	await terminal.expect("Type this into the site");
	terminal.kill();
	assert.equal((await anna.run(["code", "Harbour", "--at", "@59"])).stdout,
		spawnSync("oathtool", ["-b", "--totp", "-N", "@59", "JBSWY3DPEHPK3PXP"]).stdout.toString());
});

test("enrol --replace: both until the site took the new one, then the new one alone; undo brings the old back", async (t) => {
	const anna = await house(t);
	const terminal = anna.terminal(["enrol", "--replace", "Example"], large);
	await terminal.answer("Paste the set-up key", "JBSWY3DPEHPK3PXP");
	await terminal.answer("Did the site take it?", "y");
	await terminal.answer("Backup codes", "");
	await terminal.answer("Onto the phone as well?", "n");
	assert.equal((await terminal.end()).status, 0);
	const at = ["--at", "@59"];
	const of = (key) => spawnSync("oathtool", ["-b", "--totp", "-N", "@59", key]).stdout.toString();
	assert.equal((await anna.run(["code", "Example", ...at])).stdout, of("JBSWY3DPEHPK3PXP"));
	assert.equal((await anna.run(["undo"])).status, 0);
	assert.equal((await anna.run(["code", "Example", ...at])).status, EXIT.ambiguous);
	assert.equal((await anna.run(["undo"])).status, 0);
	assert.equal((await anna.run(["code", "Example", ...at])).stdout, of(KEY));
});

test("enrol takes no key that is none, and needs somebody to talk to", async (t) => {
	const anna = await house(t);
	assert.equal((await anna.run(["enrol", "Harbour"], { input: "JBSWY3DPEHPK3PXP\n" })).status, EXIT.usage);
	const terminal = anna.terminal(["enrol", "Harbour"], large);
	await terminal.answer("Paste the set-up key", "not 1 key!");
	assert.equal((await terminal.end()).status, EXIT.failed);
	assert.equal((await anna.run(["code", "Harbour"])).status, EXIT.notFound);
});

test("backup codes are piped in with --add too, and none of nothing", async (t) => {
	const anna = await house(t);
	assert.equal((await anna.run(["backup-codes", "Example", "--add"], { input: "111 222\n333444\n\n" })).status, 0);
	assert.deepEqual((await anna.json(["backup-codes", "Example"])).map((c) => c.code), ["111 222", "333444"]);
	const none = await anna.run(["backup-codes", "Example", "--add"], { input: "\n" });
	assert.equal(none.status, EXIT.usage);
	assert.equal(none.stderr, "countersign: there is no code\n");
});

test("backup codes are ticked off one by one, and never handed out twice", async (t) => {
	const anna = await house(t);
	assert.equal((await anna.run(["backup-codes", "Example", "--from", "-"], { input: "one\r\n\ntwo \nthree\n" })).status, 0);
	const all = await Promise.all([1, 2, 3].map(() => anna.run(["backup-codes", "Example", "--next"])));
	assert.deepEqual(all.map((d) => d.stdout.trim()).sort(), ["one", "three", "two"]);
	assert.equal((await anna.run(["backup-codes", "Example", "--next"])).status, EXIT.failed);
	assert.equal((await anna.run(["backup-codes", "Example", "--use", "one"])).status, EXIT.failed);
	assert.equal((await anna.run(["backup-codes", "Example", "--use", "four"])).status, EXIT.failed);
	assert.match((await anna.run(["backup-codes", "Example"])).stdout, /✓ one {2}used on \d{4}-/);
	assert.equal((await anna.run(["backup-codes", "Halden"])).status, EXIT.notFound);
	assert.equal((await anna.run(["backup-codes", "Example", "--next", "--use", "x"])).status, EXIT.usage);
});
