// The everyday commands: add, list, search, show, edit, rename, tag, rm, undo, history.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, PASSPHRASE, Person, countersign } from "./harness.mjs";

const KEY = "JBSWY3DPEHPK3PXP";
const RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const oathtool = (key, ...options) => spawnSync("oathtool", ["--totp", "-b", ...options, key]).stdout.toString().trim();
const imprint = (person) => createHash("sha256").update(readFileSync(join(person.vault, "vault.age"))).digest("hex");
const person = (t) => new Person(t).init();

// Refused: that status, a reason of one line, nothing on standard output, the vault as it was.
async function refused(who, words, status, options = {})
{
	const before = imprint(who);
	const done = await who.open(words, options);
	assert.deepEqual([done.status, done.stdout], [status, ""], `${words.join(" ")}: ${done.stderr}`);
	assert.match(done.stderr, /^countersign: [^\n]+\n/);
	assert.equal(imprint(who), before);
	return done;
}

test("a key is taken however it was pasted", async (t) => {
	const who = await person(t);
	for (const [i, text] of ["jbsw y3dp ehpk 3pxp", "JBSW-Y3DP-EHPK-3PXP", "  JBSWY3DPEHPK3PXP== \r\n", "\tjbswy3dpehpk3pxp"].entries())
		assert.equal((await who.open(["add", `Service ${i}`, "--yes"], { input: text })).status, EXIT.ok, text);
	for (let i = 0; i < 4; i++)
		assert.equal((await who.open(["code", `Service ${i}`, "--at", "59"])).stdout, `${oathtool(KEY, "-N", "@59")}\n`);
});

test("an address is taken with all it says, from a pipe and from a file", async (t) => {
	const who = await person(t);
	const address = `otpauth://totp/Halden%20AG:ada%40example.test?secret=${RFC_KEY}&issuer=Halden%20AG&algorithm=SHA512&digits=8&period=60`;
	writeFileSync(join(who.home, "address"), `${address}\n`);
	assert.equal((await who.open(["add"], { input: address })).status, EXIT.ok);
	assert.equal((await who.open(["add", "Other:name", "--file", "address", "--yes"])).status, EXIT.ok);
	const [first, second] = await who.json(["list", "--sort", "none"]);
	assert.deepEqual([first.issuer, first.account, first.type, first.algorithm, first.digits, first.period],
		["Halden AG", "ada@example.test", "totp", "SHA512", 8, 60]);
	assert.deepEqual([second.issuer, second.account, second.digits], ["Other", "name", 8]);
});

test("a QR picture is taken, from a file and from standard input", async (t) => {
	const who = await person(t);
	const qr = (text) => spawnSync("qrencode", ["-o", "-", text]).stdout;
	writeFileSync(join(who.home, "code.png"), qr(`otpauth://totp/Halden:ada?secret=${KEY}`));
	assert.equal((await who.open(["add", "--qr", "code.png"])).status, EXIT.ok);
	assert.equal((await who.open(["add", "--qr", "-"], { input: qr(`otpauth://hotp/Halden:ben?secret=${KEY}&counter=7`) })).status, EXIT.ok);
	assert.deepEqual((await who.json(["list"])).map((e) => [e.account, e.type, e.counter]), [["ada", "totp", undefined], ["ben", "hotp", 7]]);
	await refused(who, ["add", "--qr", "-"], EXIT.notFound, { input: qr("https://example.test") });
	await refused(who, ["add", "--qr", "-"], EXIT.failed, { input: qr("otpauth-migration://offline?data=AA%3D%3D") });
	await refused(who, ["add", "--qr", "-"], EXIT.damaged, { input: "no picture" });
	await refused(who, ["add", "--qr", "nowhere.png"], EXIT.disk);
});

test("on a terminal the key is asked for, never shown, and its first code is", async (t) => {
	const who = await person(t);
	const terminal = who.terminal(["add", "--passphrase-file", who.passphraseFile]);
	await terminal.answer("(it is not shown): ", "jbsw y3dp ehpk 3pxp");
	await terminal.answer("Which service is it for? ", "Halden (ada)");
	const { status, shown } = await terminal.end();
	assert.equal(status, EXIT.ok);
	assert.doesNotMatch(shown, /jbsw|JBSW/);
	const code = shown.match(/Added Halden \(ada\)\. Its code is (\d{6})/)[1];
	const now = Date.now() / 1000;
	assert.ok([now, now - 30].map((at) => oathtool(KEY, "-N", `@${Math.floor(at)}`)).includes(code), shown);
});

test("a secret among the words is refused, not repeated, and said why", async (t) => {
	const who = await person(t);
	for (const word of [KEY, RFC_KEY, `otpauth://totp/a?secret=${KEY}`, `OTPAUTH://TOTP/a?secret=${KEY}`]) {
		const done = await refused(who, ["add", "Halden", word], EXIT.usage);
		assert.match(done.stderr, /command line/);
		assert.ok(!done.stderr.includes(KEY) && !done.stderr.includes(word));
	}
	assert.equal((await who.open(["add", "Halden", "--secret-on-command-line", KEY])).status, EXIT.ok);
});

test("what is no key is refused in one line that says where it is wrong and never what it is", async (t) => {
	const who = await person(t);
	const wrong = ["", "\n", "   ", "----", "JBSWY3DPEHPK3PX1", "JBSWY3DPEHPK3PX!", "0O1I8B", "A", "ABC", "JBSWY3DPEHPK3PXPÄ", "A".repeat(300),
		`${KEY}\n${RFC_KEY}\n`, "otpauth://totp/Halden:ada", "otpauth://totp/Halden:ada?secret=", "otpauth://totp/a?secret=1", "otpauth://motp/a?secret=" + KEY,
		`otpauth://totp/a?secret=${KEY}&digits=3`, `otpauth://totp/a?secret=${KEY}&period=0`, "otpauth-migration://offline?data=AAAA",
		Buffer.from([0xff, 0xfe, 0x00]), "A".repeat(70_000)];
	for (const input of wrong) {
		const done = await refused(who, ["add", "Halden"], input === "" ? EXIT.usage : EXIT.failed, { input });
		assert.ok(!done.stderr.includes(KEY) && done.stderr.length < 300, done.stderr);
	}
	assert.match((await refused(who, ["add", "x"], EXIT.failed, { input: "JBSWY3D1" })).stderr, /character 8 /);
});

test("what an entry cannot be is refused, and names the option", async (t) => {
	const who = await person(t);
	const input = KEY;
	for (const [words, says] of [
		[["--digits", "5"], /--digits.*6 to 10/], [["--digits", "11"], /--digits/], [["--digits", "six"], /--digits/], [["--digits", ""], /--digits/],
		[["--period", "0"], /--period/], [["--period", "3601"], /--period/], [["--period", "-30"], /--period/],
		[["--counter", "1"], /--type hotp/], [["--type", "hotp", "--counter", "-1"], /--counter/], [["--type", "hotp", "--counter", "9223372036854775808"], /--counter/],
		[["--type", "hotp", "--period", "30"], /--period/], [["--type", "yubikey"], /--type/], [["--type", "capsule"], /--type/], [["--type", ""], /--type/],
		[["--algorithm", "MD5"], /--algorithm/], [["--type", "steam", "--algorithm", "SHA256"], /--algorithm/], [["--type", "steam", "--digits", "6"], /--digits/],
		[["--nonsense"], /--nonsense/], [["-Z"], /-Z/], [["--yes=1"], /--yes/],
		[["--digits", "6", "--digits", "8"], /twice/], [["--file", "a", "--qr", "b"], /only one/],
		[Array.from({ length: 17 }, (_, i) => ["--tag", `t${i}`]).flat(), /--tag/],
	]) {
		const done = await refused(who, ["add", "Halden", ...words], EXIT.usage, { input });
		assert.match(done.stderr, says);
	}
	for (const words of [["\x1b[2J"], ["a\nb"], ["a".repeat(257)], ["Halden", "--note", "a\x1bb"], ["Halden", "--tag", "a\tb"], ["Halden", "--tag", ""]])
		await refused(who, ["add", ...words], EXIT.failed, { input });
	await refused(who, ["add", ""], EXIT.usage, { input });
	await refused(who, ["add", "--file", "nowhere"], EXIT.disk);
	assert.deepEqual(await who.json(["list"]), []);
});

test("the same key twice is refused; --yes, or a person who wants it, adds it", async (t) => {
	const who = await person(t);
	await who.add("Halden:ada", KEY);
	const done = await refused(who, ["add", "Elsewhere"], EXIT.refused, { input: "jbsw y3dp ehpk 3pxp" });
	assert.match(done.stderr, /Halden \(ada\)/);
	for (const [answer, status] of [["n", EXIT.failed], ["", EXIT.failed], ["y", EXIT.ok]]) {
		const terminal = who.terminal(["add", "Elsewhere", "--passphrase-file", who.passphraseFile]);
		await terminal.answer("not shown): ", KEY);
		await terminal.answer("Add it again? [y/N] ", answer);
		assert.equal((await terminal.end()).status, status);
	}
	assert.equal((await who.open(["add", "Third", "--yes"], { input: KEY })).status, EXIT.ok);
	assert.equal((await who.json(["list"])).length, 3);
	assert.equal((await who.open(["add", "Halden:ada"], { input: RFC_KEY })).status, EXIT.ok, "another key of the same name");
});

test("list sorts without case, keeps what has all tags, and finds every word", async (t) => {
	const who = await person(t);
	for (const [name, key, ...tags] of [["beta:z", "AAAAAAAA", "work"], ["Alpha:m", "BBBBBBBB", "work", "vpn"], ["ärger:a", "CCCCCCCC"], ["GAMMA:b", "DDDDDDDD", "VPN"]])
		await who.add(name, key, ...tags.flatMap((tag) => ["--tag", tag]));
	const names = async (...words) => (await who.json(["list", ...words])).map((e) => e.issuer);
	assert.deepEqual(await names(), ["Alpha", "beta", "GAMMA", "ärger"]);
	assert.deepEqual(await names("--sort", "account"), ["ärger", "GAMMA", "Alpha", "beta"]);
	assert.deepEqual(await names("--sort", "added"), ["GAMMA", "ärger", "Alpha", "beta"]);
	assert.deepEqual(await names("--sort", "none"), ["beta", "Alpha", "ärger", "GAMMA"]);
	assert.deepEqual(await names("--tag", "vpn"), ["Alpha", "GAMMA"]);
	assert.deepEqual(await names("--tag", "vpn", "-t", "work"), ["Alpha"]);
	assert.deepEqual(await names("ALPHA"), ["Alpha"]);
	assert.deepEqual(await names("work", "z"), ["beta"]);
	assert.deepEqual(await names("ÄRG"), ["ärger"]);
	assert.equal((await who.open(["search", "vpn"])).stdout.split("\n").length, 4);
	for (const words of [["search", "nothing"], ["list", "--tag", "none"], ["list", "--tag", "x".repeat(400)]])
		assert.deepEqual(await who.open(words).then((d) => [d.status, d.stdout]), [EXIT.notFound, ""]);
	assert.equal((await who.open(["search", "nothing", "--json"])).stdout, "[]\n");
	await refused(who, ["list", "--sort", "size"], EXIT.usage);
	await refused(who, ["search"], EXIT.usage);
});

test("an empty vault says what to do, to a person; to a pipe it is empty", async (t) => {
	const who = await person(t);
	assert.deepEqual(await who.open(["list"]).then((d) => [d.status, d.stdout]), [EXIT.ok, ""]);
	const { shown } = await who.terminal(["list", "--passphrase-file", who.passphraseFile]).end();
	assert.match(shown, /The vault is empty\. countersign add /);
});

test("a table fits 80 columns, 40 too, and wide letters are counted as wide", async (t) => {
	const who = await person(t);
	await who.add("A service whose name never seems to come to an end:somebody.with.a.long.name@department.example.test", KEY, "--tag", "one", "--tag", "another long tag");
	await who.add("漢字カナ交じり文の長い名前のサービス:利用者の名前", RFC_KEY);
	const width = (line) => [...line].reduce((sum, c) => sum + (c > "\u2e80" ? 2 : 1), 0);
	for (const columns of [80, 40]) {
		const { shown } = await who.terminal(["list", "--codes", "--passphrase-file", who.passphraseFile], { columns, env: { NO_COLOR: "1" } }).end();
		assert.ok(!shown.includes("\x1b"));
		for (const line of shown.split("\r\n"))
			assert.ok(width(line) <= columns, `${columns}: ${line}`);
		assert.match(shown, /…/);
	}
	assert.ok((await who.open(["list"])).stdout.includes("somebody.with.a.long.name@department.example.test"));
});

test("colours are for terminals that have not said no", async (t) => {
	const who = await person(t);
	await who.add("Halden", KEY);
	const list = async (env) => (await who.terminal(["list", "--passphrase-file", who.passphraseFile], { env }).end()).shown;
	assert.match(await list({}), /\x1b\[1m/);
	assert.doesNotMatch(await list({ NO_COLOR: "1" }), /\x1b/);
	assert.doesNotMatch(await list({ TERM: "dumb" }), /\x1b/);
	assert.doesNotMatch((await who.open(["list"])).stdout, /\x1b/);
});

test("names are for completion: one a line, silent and without a question when locked", async (t) => {
	const who = await person(t);
	await who.add("Halden:ada", KEY);
	await who.add("Halden:ben", RFC_KEY);
	assert.deepEqual(await who.open(["list", "--names"]).then((d) => [d.status, d.stdout, d.stderr]), [EXIT.locked, "", ""]);
	const { status, shown } = await who.terminal(["list", "--names"]).end();
	assert.deepEqual([status, shown], [EXIT.locked, ""]);
	await who.unlock();
	assert.equal((await who.run(["list", "--names"])).stdout, "Halden:ada\nHalden:ben\n");
	assert.equal((await who.run(["show", "Halden:ben"])).status, EXIT.ok);
});

test("a name that turns the direction of writing is shown as what it is", async (t) => {
	const who = await person(t);
	const name = "pay\u202efdp.exe";
	const done = await who.open(["add", name], { input: KEY });
	if (done.status === EXIT.ok) {
		for (const words of [["list"], ["show", "pay"], ["list", "--codes"]]) {
			const { stdout } = await who.open(words);
			assert.ok(!stdout.includes("\u202e") && stdout.includes("pay\\u202efdp.exe"), stdout);
		}
		const json = (await who.open(["list", "--json"])).stdout;
		assert.match(json, /pay\\u202efdp\.exe/i);
	}
	assert.ok(!`${done.stdout}${done.stderr}`.includes("\u202e"));
	const told = await who.open(["show", "\x1b]0;title\x07"]);
	assert.equal(told.status, EXIT.notFound);
	assert.ok(told.stderr.includes("\\x1b]0;title\\x07") && !told.stderr.includes("\x1b"));
});

test("show has all but the secret; --secret is refused to a pipe and asked about on a terminal", async (t) => {
	const who = await person(t);
	await who.add("Halden:ada", KEY, "--note", "first line", "--tag", "work");
	const plain = await who.open(["show", "halden"]);
	assert.match(plain.stdout, /^service +Halden\naccount +ada\nkind +totp\n/);
	for (const text of [plain.stdout, (await who.open(["show", "halden", "--json"])).stdout, (await who.open(["list", "--json"])).stdout])
		assert.ok(!text.replaceAll(" ", "").includes(KEY));
	await refused(who, ["show", "halden", "--secret"], EXIT.usage);
	for (const [answer, status, has] of [["n", EXIT.failed, false], ["", EXIT.failed, false], ["yes please", EXIT.failed, false], ["yes", EXIT.ok, true]]) {
		const terminal = who.terminal(["show", "halden", "--secret", "--passphrase-file", who.passphraseFile]);
		await terminal.answer(/Show it\?\s+\[y\/N\] /, answer);
		const done = await terminal.end();
		assert.deepEqual([done.status, done.shown.includes("JBSW Y3DP EHPK 3PXP")], [status, has]);
	}
	assert.match((await who.open(["show", "halden", "--secret", "--yes"])).stdout, /^address +otpauth:\/\/totp\/Halden:ada\?secret=JBSWY3DPEHPK3PXP&/m);
	assert.equal((await who.json(["show", "halden", "--secret", "--yes"])).key, "JBSW Y3DP EHPK 3PXP");
});

test("edit changes what its options name and nothing else", async (t) => {
	const who = await person(t);
	await who.add("Halden:ada", KEY, "--tag", "a", "--tag", "b", "--note", "old");
	assert.equal((await who.open(["edit", "halden", "--account", "ben", "--tag", "c", "--no-tag", "a", "--digits", "8"])).status, EXIT.ok);
	const [entry] = await who.json(["list"]);
	assert.deepEqual([entry.issuer, entry.account, entry.tags, entry.note, entry.digits], ["Halden", "ben", ["b", "c"], "old", 8]);
	assert.equal((await who.open(["code", "halden", "--at", "59"])).stdout, `${oathtool(KEY, "-d", "8", "-N", "@59")}\n`);
	await refused(who, ["edit", "halden", "--no-tag", "zebra"], EXIT.notFound);
	await refused(who, ["edit", "halden", "--account", "a\x07"], EXIT.failed);
	await refused(who, ["edit", "halden", "--issuer", "", "--account", ""], EXIT.failed);
	await refused(who, ["edit", "halden", "--counter", "3"], EXIT.usage);
	await refused(who, ["edit", "nobody", "--account", "x"], EXIT.notFound);
	await refused(who, ["edit", "halden"], EXIT.usage);
});

test("in the editor an entry has no secret, and comes back as it was written", async (t) => {
	const who = await person(t);
	await who.add("Halden:ada", KEY, "--note", "one", "--tag", "x");
	const edit = (script, env = {}) => {
		who.program("my-editor", `#!/bin/sh\ncp "$2" "$HOME/seen"\nstat -c %a "$2" > "$HOME/mode"\n${script}\n`);
		return who.terminal(["edit", "halden", "--passphrase-file", who.passphraseFile], { env: { EDITOR: "my-editor --wait", ...env } }).end();
	};
	// Another file renamed over it, as most editors do.
	const good = await edit('sed -e "s/^account:.*/account: ben/" -e "s/^tag:$/tag: y z/" "$2" > "$2.new"; echo "second: line" >> "$2.new"; mv "$2.new" "$2"');
	assert.equal(good.status, EXIT.ok, good.shown);
	const [entry] = await who.json(["list"]);
	assert.deepEqual([entry.account, entry.tags, entry.note], ["ben", ["x", "y z"], "one\nsecond: line"]);
	const seen = readFileSync(join(who.home, "seen"), "utf8");
	assert.ok(!seen.includes(KEY) && seen.includes("service: Halden"));
	assert.equal(readFileSync(join(who.home, "mode"), "utf8"), "600\n");
	const before = imprint(who);
	for (const script of ["true", "exit 1", 'echo "nonsense" > "$2"', 'echo "color: red" > "$2"', 'printf "account: \\377\\n" > "$2"', 'rm "$2"', ': > "$2"', 'kill -9 $$'])
		assert.notEqual((await edit(script)).status, EXIT.ok, script);
	assert.equal(imprint(who), before);
	assert.deepEqual(readdirSync(who.runtime).filter((name) => name.endsWith(".txt")), []);
});

test("rename takes the name as it is spoken; the account stays when none is named", async (t) => {
	const who = await person(t);
	await who.add("Halden:ada", KEY);
	const name = async () => (await who.json(["list"])).map((e) => `${e.issuer}/${e.account}`)[0];
	assert.match((await who.open(["rename", "halden", "Halden AG"])).stdout, /^Renamed Halden \(ada\) to Halden AG \(ada\)\.\n$/);
	assert.equal(await name(), "Halden AG/ada");
	await who.open(["rename", "halden", "Other:ben"]);
	assert.equal(await name(), "Other/ben");
	await who.open(["rename", "Other (ben)", "Third (carl)"]);
	assert.equal(await name(), "Third/carl");
	await refused(who, ["rename", "third"], EXIT.usage);
	await refused(who, ["rename", "third", ""], EXIT.usage);
	await refused(who, ["rename", "third", "a", "b"], EXIT.usage);
	await refused(who, ["rename", "nobody", "a"], EXIT.notFound);
	await refused(who, ["rename", "third", "a\x1b"], EXIT.failed);
});

test("tags are put on, taken off and counted", async (t) => {
	const who = await person(t);
	await who.add("Halden", KEY);
	await who.add("Other", RFC_KEY);
	await who.open(["tag", "halden", "work", "vpn"]);
	await who.open(["tag", "other", "work"]);
	assert.deepEqual(await who.json(["tag"]), { work: 2, vpn: 1 });
	await who.open(["tag", "halden", "--remove", "vpn"]);
	assert.deepEqual(await who.json(["tag"]), { work: 2 });
	await refused(who, ["tag", "halden"], EXIT.usage);
	await refused(who, ["tag", "halden", "--remove", "vpn"], EXIT.notFound);
	await refused(who, ["tag", "halden", ...Array.from({ length: 16 }, (_, i) => `t${i}`)], EXIT.usage);
});

test("rm asks, says how to get it back, and undo gets it back", async (t) => {
	const who = await person(t);
	await who.add("Halden:ada", KEY);
	await refused(who, ["rm", "halden"], EXIT.usage);
	await refused(who, ["rm"], EXIT.usage);
	const no = who.terminal(["rm", "halden", "--passphrase-file", who.passphraseFile]);
	await no.answer("[y/N] ", "");
	assert.equal((await no.end()).status, EXIT.failed);
	assert.equal((await who.json(["list"])).length, 1);
	const yes = who.terminal(["rm", "halden", "--passphrase-file", who.passphraseFile]);
	await yes.answer("[y/N] ", "y");
	assert.match((await yes.end()).shown, /Removed Halden \(ada\)\. countersign undo brings it back\./);
	assert.deepEqual(await who.json(["list"]), []);
	assert.equal((await who.open(["undo"])).stdout, "Undone: removed Halden (ada).\n");
	assert.equal((await who.open(["code", "halden", "--at", "59"])).stdout, `${oathtool(KEY, "-N", "@59")}\n`);
});

test("undo goes back step by step and says when there is no further one; history shows them", async (t) => {
	const who = await person(t);
	await who.add("Halden", KEY);
	await who.open(["rename", "halden", "Other"]);
	const said = (await who.json(["history"])).map((v) => v.said);
	assert.deepEqual(said.slice(0, 2), ["renamed Halden to Other", "added Halden"]);
	assert.deepEqual(await who.json(["undo"]), { undone: "renamed Halden to Other" });
	assert.deepEqual(await who.json(["undo"]), { undone: "added Halden" });
	const done = await who.open(["undo"]);
	assert.equal(done.status, EXIT.notFound);
	assert.deepEqual(await who.json(["list"]), []);
	await refused(who, ["undo", "it"], EXIT.usage);
});

test("each thing that can be wrong with a vault has its own status and one line", async (t) => {
	const who = new Person(t);
	assert.equal((await who.run(["list"])).status, EXIT.noVault);
	assert.match((await who.run(["list"])).stderr, /countersign init/);
	await who.init();
	await who.add("Halden:ada", KEY);
	await who.add("Halden:ben", RFC_KEY);
	const locked = await who.run(["list"]);
	assert.equal(locked.status, EXIT.locked);
	assert.match(locked.stderr, /countersign unlock/);
	assert.equal((await who.run(["list", "--passphrase-file", "-"], { input: "wrong\n" })).status, EXIT.wrongKey);
	assert.equal((await who.run(["list", "--passphrase-file", "-"], { input: `${PASSPHRASE}\n` })).status, EXIT.ok);
	assert.equal((await who.run(["list", "--passphrase-file", "-"], { input: "" })).status, EXIT.wrongKey);
	assert.equal((await who.run(["list", "--passphrase-file", "nowhere"])).status, EXIT.disk);
	const ambiguous = await refused(who, ["show", "halden"], EXIT.ambiguous);
	const ids = [...ambiguous.stderr.matchAll(/\b([0-9a-f]{8})  Halden \((\w+)\)/g)];
	assert.deepEqual(ids.map((m) => m[2]).sort(), ["ada", "ben"]);
	assert.equal((await who.json(["show", ids[0][1]])).account, ids[0][2]);
	await refused(who, ["show", "nobody"], EXIT.notFound);
	await refused(who, ["show", ""], EXIT.usage);
	await refused(who, ["show"], EXIT.usage);
	truncateSync(join(who.vault, "vault.age"), 300);
	assert.equal((await who.open(["list"])).status, EXIT.damaged);
});

test("on a terminal the passphrase may be mistyped twice, and several candidates are chosen from", async (t) => {
	const who = await person(t);
	await who.add("Halden:ada", KEY);
	await who.add("Halden:ben", RFC_KEY);
	const terminal = who.terminal(["code", "halden", "--at", "59"]);
	await terminal.answer("Passphrase: ", "wrong");
	await terminal.answer("Passphrase: ", "wrong again");
	await terminal.answer("Passphrase: ", PASSPHRASE);
	await terminal.answer("Which one (1-2)? ", "7");
	await terminal.answer("Which one (1-2)? ", "2");
	const done = await terminal.end();
	assert.equal(done.status, EXIT.ok);
	assert.ok(done.shown.includes(oathtool(RFC_KEY, "-N", "@59")) && !done.shown.includes(PASSPHRASE) && !done.shown.includes("wrong"));
	const thrice = who.terminal(["list"]);
	for (let i = 0; i < 3; i++)
		await thrice.answer("Passphrase: ", "wrong");
	assert.equal((await thrice.end()).status, EXIT.wrongKey);
	const gone = who.terminal(["list"]);
	await gone.expect("Passphrase: ");
	gone.type("\x04");
	assert.equal((await gone.end()).status, EXIT.wrongKey);
});

test("a signal while the passphrase is asked for leaves the terminal as it was", async (t) => {
	const who = await person(t);
	who.program("story", `#!/bin/sh\nstty -a > "$HOME/before"\ncountersign-here list\necho "status $?"\nstty -a > "$HOME/after"\n`);
	const { symlinkSync } = await import("node:fs");
	symlinkSync((await import("./harness.mjs")).countersign, join(who.bin, "countersign-here"));
	const terminal = who.terminal([], { program: join(who.bin, "story") });
	await terminal.expect("Passphrase: ");
	const child = spawnSync("pgrep", ["-f", "-n", "countersign-here list"]).stdout.toString().trim();
	process.kill(Number(child), "SIGTERM");
	await terminal.expect(/status 143/);
	await terminal.end();
	assert.equal(readFileSync(join(who.home, "after"), "utf8"), readFileSync(join(who.home, "before"), "utf8"));
	assert.match(readFileSync(join(who.home, "after"), "utf8"), / echo /);
});

test("every command has its --help, and says what it does not know", async (t) => {
	const who = new Person(t);
	for (const name of ["add", "list", "code", "copy", "watch", "search", "show", "edit", "rename", "tag", "rm", "undo", "history"]) {
		const help = await who.run([name, "--help"]);
		assert.deepEqual([help.status, help.stderr], [EXIT.ok, ""]);
		assert.match(help.stdout, new RegExp(`^usage: countersign ${name}`));
		for (const line of help.stdout.split("\n"))
			assert.ok(line.length <= 100, line);
		const wrong = await who.run([name, "--nonsense"]);
		assert.deepEqual([wrong.status, wrong.stdout], [EXIT.usage, ""]);
		assert.match(wrong.stderr, new RegExp(`^countersign: there is no option --nonsense\nusage: countersign ${name}`));
	}
	assert.ok(!existsSync(who.vault));
});

test("a missing backup is mentioned behind what was asked for, and not when one was just made", async (t) => {
	const who = await person(t);
	await who.add("Halden", KEY);
	const backup = await who.terminal(["backup", "copy.age", "--passphrase-file", who.passphraseFile]).end();
	assert.equal(backup.status, EXIT.ok, backup.shown);
	assert.doesNotMatch(backup.shown, /No backup/);
	assert.doesNotMatch((await who.terminal(["list", "--passphrase-file", who.passphraseFile]).end()).shown, /No backup/);
	await who.open(["rename", "halden", "Other"]);
	assert.match((await who.terminal(["list", "--passphrase-file", who.passphraseFile]).end()).shown, /Other[^]*No backup has this yet: countersign backup FILE\)\r\n$/);
	assert.doesNotMatch((await who.terminal(["list", "--passphrase-file", who.passphraseFile]).end()).shown, /No backup/);
});

test("a passphrase typed while the one before is judged is the next answer, and is never shown", async (t) => {
	const anna = await new Person(t).init("--work-factor", "16");
	await anna.add("Example:alice", "JBSWY3DPEHPK3PXP");
	const terminal = anna.terminal(["list"]);
	await terminal.expect("Passphrase: ");
	terminal.type("first wrong one\r");
	terminal.type(`${PASSPHRASE}\r`);
	await terminal.expect("That is not it; once more.");
	const { status, shown } = await terminal.end();
	assert.equal(status, 0, shown);
	assert.match(shown, /Example/);
	assert.doesNotMatch(shown, /first wrong one|correct horse/);
});

test("after three wrong passphrases the way back is named, and the terminal echoes again", async (t) => {
	const anna = await new Person(t).init();
	const tmux = anna.tmux();
	tmux.command(`${countersign} list`);
	await tmux.shows("Passphrase:");
	for (const guess of ["one", "two", "three"])
		tmux.command(guess);
	await tmux.shows("Forgotten?");
	tmux.command("echo seen again");
	const screen = await tmux.shows(/^seen again$/m);
	assert.doesNotMatch(screen, /^(one|two|three)$/m);
	assert.match(screen, /echo seen again/);
});

test("what a YubiKey was programmed with is kept and comes back; the key itself makes its codes", async (t) => {
	const anna = await new Person(t).init();
	const programmed = "yubikey dteffuje 8792ebfe26cc ecde18dbe76fbd0c33330f1c354871db";
	const done = await anna.open(["add", "Front door"], { input: `${programmed}\n` });
	assert.deepEqual([done.status, done.stdout], [0, "Added Front door.\n"], done.stderr);
	assert.match((await anna.open(["show", "Front"])).stdout, /^public id {2}dteffuje$/m);
	assert.doesNotMatch((await anna.open(["show", "Front"])).stdout, /8792ebfe26cc|ecde18/);
	assert.equal((await anna.json(["show", "Front", "--secret", "--yes"])).uri, `${programmed} 0`);
	assert.equal((await anna.open(["code", "Front"])).status, EXIT.failed);
	for (const bad of ["yubikey dteffuje 8792ebfe26cc", "yubikey xyz 8792ebfe26cc ecde18dbe76fbd0c33330f1c354871db",
		"yubikey - 8792ebfe26 ecde18dbe76fbd0c33330f1c354871db", "yubikey - 8792ebfe26cc ecde18db", `${programmed} 0 0`]) {
		const refused = await anna.open(["add", "Other"], { input: `${bad}\n` });
		assert.equal(refused.status, EXIT.failed, bad);
		assert.doesNotMatch(refused.stderr, /ecde18/);
	}
});
