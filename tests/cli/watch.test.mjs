// watch: what stands on the screen, in tmux.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { EXIT, PASSPHRASE, Person, countersign, until } from "./harness.mjs";

const KEY = "JBSWY3DPEHPK3PXP";
const RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const grouped = (code) => `${code.slice(0, 3)} ${code.slice(3)}`;
const now = () => Math.floor(Date.now() / 1000);
const oathtool = (...words) => spawnSync("oathtool", ["-b", ...words]).stdout.toString().trim();
const codesAround = () => [0, 30, -30].map((s) => grouped(oathtool("--totp", "-N", `@${now() + s}`, KEY)));

async function watching(t, { size = {}, env = {}, unlocked = true, words = "", fill = true } = {})
{
	const who = new Person(t, { env: { PS1: "$ ", ...env } });
	await who.init();
	if (fill) {
		await who.add("Halden:ada", KEY);
		await who.add("Halden:ben", KEY, "--yes", "--tag", "second");
		await who.add("Counted:carl", RFC_KEY, "--type", "hotp");
		await who.add("Zeta:zoe", KEY, "--yes", "--digits", "8");
	}
	if (unlocked)
		await who.unlock();
	const tmux = who.tmux(size);
	tmux.command(`PATH=${dirname(countersign)}:$PATH; clear; countersign watch ${words}; echo "status $?"`);
	if (unlocked)
		await tmux.shows("Search:");
	return { who, tmux };
}

test("every code is there with the seconds it has, and runs down", async (t) => {
	const { tmux } = await watching(t);
	const screen = await tmux.shows("Zeta (zoe)"); // the last line: the others are drawn
	const line = screen.split("\n").find((l) => l.includes("Halden (ada)"));
	const [, code, bar, seconds] = line.match(/(\d{3} \d{3}) ([█░]{10})\s+(\d+)s/);
	assert.ok(codesAround().includes(code), line);
	assert.equal([...bar].filter((c) => c === "█").length, Math.ceil(Number(seconds) / 3));
	assert.match(screen, /\d{4} \d{4} .*Zeta \(zoe\)/);
	assert.match(screen, /4 of 4/);
	await until(() => !tmux.screen().includes(` ${seconds.padStart(2)}s  Halden (ada)`), "another second");
});

test("what is typed searches, arrows choose, Enter copies, Escape goes back and out", async (t) => {
	const { tmux } = await watching(t);
	tmux.type("hal");
	await tmux.shows("2 of 4");
	await tmux.shows(/> .*Halden \(ada\)/);
	tmux.key("Down");
	await tmux.shows(/> .*Halden \(ben\)/);
	tmux.key("Down");
	tmux.key("Enter");
	await tmux.shows("Copied Halden (ben) by tmux, for 30 s");
	assert.ok(codesAround().includes(grouped(tmux.tmux("show-buffer", "-b", "countersign"))));
	tmux.key("Escape");
	await tmux.shows("4 of 4");
	await tmux.shows(/> .*Halden \(ben\)/);
	tmux.type("second");
	await tmux.shows("1 of 4");
	tmux.key("BSpace", "BSpace");
	await tmux.shows("Search: seco ");
	tmux.type("ndx");
	await tmux.shows("Nothing matches");
	tmux.key("Enter", "Up", "Down", "NPage", "End", "Home");
	tmux.key("Escape");
	await tmux.shows("4 of 4");
	tmux.key("Escape");
	const screen = await tmux.shows("status 0");
	assert.doesNotMatch(screen, /\d{3} \d{3}|Halden/);
});

test("a counter's code is made on demand alone, and stays to be read", async (t) => {
	const { who, tmux } = await watching(t);
	const line = (await tmux.shows("Counted (carl)")).split("\n").find((l) => l.includes("Counted"));
	assert.match(line, /Enter +Counted \(carl\)/);
	tmux.type("counted");
	await tmux.shows("1 of 4");
	tmux.key("Enter");
	await tmux.shows(/755 224 +Counted/);
	assert.equal(tmux.tmux("show-buffer", "-b", "countersign"), "755224");
	assert.equal((await who.run(["code", "counted"])).stdout, "287082\n");
	tmux.key("Enter");
	await tmux.shows(/359 152 +Counted/);
});

test("40 columns and 8 lines are enough; another size is drawn anew", async (t) => {
	const { tmux } = await watching(t, { size: { columns: 40, rows: 8 } });
	const small = await tmux.shows("Halden (ada)");
	assert.doesNotMatch(small, /[█░]/);
	for (const line of small.split("\n"))
		assert.ok([...line].length <= 40, line);
	tmux.tmux("resize-window", "-x", "100", "-y", "20");
	await tmux.shows(/█.*Halden \(ada\)/);
	tmux.tmux("resize-window", "-x", "12", "-y", "3");
	await tmux.shows("Too few");
	tmux.tmux("resize-window", "-x", "80", "-y", "20");
	await tmux.shows(/█.*Halden \(ada\)/);
});

test("help is one key away, and any key leads back", async (t) => {
	const { tmux } = await watching(t);
	tmux.key("?");
	await tmux.shows("Any key goes back.");
	tmux.type("x");
	await tmux.shows(/Search: +4 of 4/);
	await until(() => !tmux.screen().includes("Any key"), "the list alone");
});

test("without colours there are none", async (t) => {
	const { tmux } = await watching(t, { env: { NO_COLOR: "1" } });
	await tmux.shows("Halden (ada)");
	assert.doesNotMatch(tmux.tmux("capture-pane", "-p", "-e"), /\x1b\[3[0-8]m/);
});

test("with colours the bars have one", async (t) => {
	const { tmux } = await watching(t);
	await tmux.shows("Halden (ada)");
	assert.match(tmux.tmux("capture-pane", "-p", "-e"), /\x1b\[3[12]m/);
});

test("what others change appears", async (t) => {
	const { who, tmux } = await watching(t);
	await tmux.shows("4 of 4");
	await who.add("Brand new", "MZXW6YTB");
	await tmux.shows("Brand new");
	await who.open(["rm", "brand", "--yes"]);
	await tmux.shows("4 of 4");
});

test("when the vault is locked the screen is cleared and the program is over", async (t) => {
	const { who, tmux } = await watching(t);
	await tmux.shows("Halden (ada)");
	await who.run(["lock"]);
	const screen = await tmux.shows(`status ${EXIT.locked}`);
	assert.match(screen, /locked: the vault was locked/);
	assert.doesNotMatch(screen, /\d{3} \d{3}/);
});

test("a signal that ends it clears the screen first", async (t) => {
	const { tmux } = await watching(t);
	await tmux.shows("Halden (ada)");
	const shell = tmux.tmux("display-message", "-p", "#{pane_pid}").trim();
	const pid = spawnSync("pgrep", ["-P", shell]).stdout.toString().trim();
	process.kill(Number(pid), "SIGTERM");
	const screen = await tmux.shows("status 143");
	assert.doesNotMatch(screen, /\d{3} \d{3}/);
	tmux.command("stty -a | tr ';' '\\n'");
	await tmux.shows(/[^-]echo /);
});

test("Ctrl-C ends it too, and a locked vault asks first", async (t) => {
	const { tmux } = await watching(t, { unlocked: false, words: "halden" });
	await tmux.shows("Passphrase:");
	tmux.type(PASSPHRASE);
	tmux.key("Enter");
	await tmux.shows("2 of 4");
	tmux.key("C-c");
	const screen = await tmux.shows("status 0");
	assert.doesNotMatch(screen, /\d{3} \d{3}/);
	assert.ok(!screen.includes(PASSPHRASE));
});

test("an empty vault says what to do", async (t) => {
	const { tmux } = await watching(t, { fill: false });
	await tmux.shows("The vault is empty: countersign add");
	tmux.key("Enter", "Down", "End");
	await tmux.shows("0 of 0");
});

test("a name that would steer the terminal is shown as what it is", async (t) => {
	const who = new Person(t, { env: { PS1: "$ " } });
	await who.init();
	await who.add("pay\u202efdp", KEY);
	await who.unlock();
	const tmux = who.tmux();
	tmux.command(`${countersign} watch`);
	await tmux.shows("pay\\u202efdp");
});

test("without a terminal, or for JSON, it is refused", async (t) => {
	const who = new Person(t);
	await who.init();
	for (const words of [["watch"], ["watch", "--json"], ["watch", "--nonsense"]]) {
		const done = await who.open(words);
		assert.deepEqual([done.status, done.stdout], [EXIT.usage, ""]);
	}
	assert.equal((await who.terminal(["watch", "--json", "--passphrase-file", who.passphraseFile]).end()).status, EXIT.usage);
});
