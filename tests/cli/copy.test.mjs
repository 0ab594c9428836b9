// copy: onto the clipboard by whatever way there is, and off it again.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { soon } from "../soon.mjs";
import { EXIT, Person, countersign, until } from "./harness.mjs";

const KEY = "JBSWY3DPEHPK3PXP";
const RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

// A clipboard that is a file, and notes how it was called.
const CLIPBOARD = `#!/bin/sh
echo "$0 $*" >> "$HOME/calls"
case "$*" in
*-out*|*--output*|*--no-newline*) cat "$HOME/clipboard" ;;
*--clear*) : > "$HOME/clipboard" ;;
*/dev/null*) : > "$HOME/clipboard" ;;
*) cat > "$HOME/clipboard" ;;
esac
`;

async function person(t, env, ...programs)
{
	const who = new Person(t, { env });
	await who.init();
	await who.add("Halden:ada", KEY);
	await who.add("Counted", RFC_KEY, "--type", "hotp");
	for (const name of programs)
		who.program(name, CLIPBOARD);
	who.clipboard = () => existsSync(join(who.home, "clipboard")) ? readFileSync(join(who.home, "clipboard"), "utf8") : undefined;
	who.calls = () => readFileSync(join(who.home, "calls"), "utf8");
	return who;
}

for (const [name, env, programs] of [
	["wl-copy", { WAYLAND_DISPLAY: "wayland-9", DISPLAY: ":9" }, ["wl-copy", "wl-paste", "xclip"]],
	["xclip", { DISPLAY: ":9" }, ["xclip", "xsel"]],
	["xsel", { DISPLAY: ":9" }, []],
	["pbcopy", {}, ["pbcopy", "pbpaste"]],
])
	test(`${name} gets the code through a pipe, and loses it when its time is over`, async (t) => {
		const who = await person(t, env, ...programs);
		if (name === "xsel")
			who.program("xsel", CLIPBOARD);
		if (name === "pbcopy")
			who.program("pbpaste", '#!/bin/sh\ncat "$HOME/clipboard"\n');
		const done = await who.open(["copy", "counted", "--clear-after", "1", ...(name === "xsel" ? ["--with", "xsel"] : [])]);
		assert.deepEqual([done.status, done.stderr], [EXIT.ok, ""]);
		assert.match(done.stdout, new RegExp(`^Copied the code of Counted by ${name}\\. The clipboard is cleared in 1 s\\.\n$`));
		assert.ok(!done.stdout.includes("755224"));
		await until(() => who.clipboard() === "", "an empty clipboard");
		assert.ok(!who.calls().includes("755224"), "the code was among the words of a program");
	});

test("a clipboard that holds something else by then is left alone", async (t) => {
	const who = await person(t, { DISPLAY: ":9" }, "xclip");
	// One that is asked only answers when the person has copied something else.
	who.program("xclip", CLIPBOARD.replace("*--no-newline*)", '*--no-newline*)\n\twhile [ -d "$HOME" ] && [ ! -e "$HOME/meanwhile" ]; do sleep 0.05; done\n\t'));
	await who.open(["copy", "halden", "--clear-after", "1"]);
	assert.match(who.clipboard(), /^\d{6}$/);
	writeFileSync(join(who.home, "clipboard"), "what the person copied meanwhile");
	writeFileSync(join(who.home, "meanwhile"), "");
	await until(() => who.calls().includes("-out"), "the look at the clipboard");
	assert.equal(who.clipboard(), "what the person copied meanwhile");
	assert.ok(!who.calls().includes("/dev/null"));
});

test("what is left waiting has nothing of the vault, and keeps no pipe open", async (t) => {
	const who = await person(t, { DISPLAY: ":9" }, "xclip");
	await who.open(["copy", "halden", "--clear-after", "40"]);
	const pid = spawnSync("pgrep", ["-n", "-f", "forget xclip 40"]).stdout.toString().trim();
	assert.match(pid, /^\d+$/);
	t.after(() => process.kill(Number(pid)));
	assert.equal(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").split("/").at(-1), "forget xclip 40 ");
	const open = () => spawnSync("readlink", ["-f", ...[0, 1, 2, 3].map((fd) => `/proc/${pid}/fd/${fd}`)]).stdout.toString();
	await soon.deepEqual(() => open().split("\n").filter((line) => line !== "" && !line.startsWith("/proc/")), ["/dev/null", "/dev/null", "/dev/null"]);
});

test("--clear-after 0 leaves it there", async (t) => {
	const who = await person(t, { DISPLAY: ":9" }, "xclip");
	const done = await who.open(["copy", "halden", "--clear-after", "0"]);
	assert.doesNotMatch(done.stdout, /cleared/);
	assert.equal(spawnSync("pgrep", ["-f", `forget xclip 0`]).stdout.toString(), "");
});

test("a terminal alone is asked by OSC 52, and cleared whatever it holds then", async (t) => {
	const who = await person(t, {});
	const terminal = who.terminal(["-c", `countersign copy counted --clear-after 1 --passphrase-file "${who.passphraseFile}"; read line`], { program: "/bin/sh", env: { PATH: `${dirname(countersign)}:/usr/bin:/bin` } });
	await terminal.expect(`\x1b]52;c;${Buffer.from("755224").toString("base64")}\x07`);
	await terminal.expect(/whatever\s+it\s+holds\s+then/);
	await terminal.expect("\x1b]52;c;\x07");
	terminal.type("\r");
	await terminal.end();
});

test("GNU screen passes OSC 52 on when it is wrapped", async (t) => {
	const who = await person(t, { TERM: "screen.xterm-256color" });
	const { shown } = await who.terminal(["copy", "counted", "--clear-after", "0", "--passphrase-file", who.passphraseFile]).end();
	assert.ok(shown.includes(`\x1bP\x1b]52;c;${Buffer.from("755224").toString("base64")}\x07\x1b\\`));
});

test("inside tmux its own buffer is used, and emptied", async (t) => {
	const who = await person(t, {});
	const tmux = who.tmux();
	tmux.command(`PATH="${dirname(countersign)}:$PATH"`);
	tmux.command(`countersign copy counted --clear-after 0 --passphrase-file passphrase`);
	await tmux.shows("by tmux");
	assert.equal(tmux.tmux("show-buffer", "-b", "countersign"), "755224");
	tmux.command(`countersign copy counted --clear-after 1 --passphrase-file passphrase`);
	await tmux.shows("cleared in 1 s");
	await until(() => tmux.tmux("list-buffers") === "", "no buffer");
});

test("without a clipboard nothing is used up, and that is said", async (t) => {
	const who = await person(t, {});
	for (const words of [[], ["--with", "xclip"], ["--with", "wl-copy"], ["--with", "tmux"], ["--with", "osc52"], ["--with", "scissors"], ["--with", ""]]) {
		const done = await who.open(["copy", "counted", ...words]);
		assert.deepEqual([done.status, done.stdout], [EXIT.failed, ""], words.join(" "));
	}
	assert.equal((await who.open(["code", "counted"])).stdout, "755224\n");
	for (const words of [["--clear-after", "-1"], ["--clear-after", "x"], ["--clear-after", "90000"], ["--with"]])
		assert.equal((await who.run(["copy", "counted", "--passphrase-file", who.passphraseFile, ...words])).status, EXIT.usage);
});

test("a clipboard program that fails is an error", async (t) => {
	const who = await person(t, { DISPLAY: ":9" });
	who.program("xclip", "#!/bin/sh\nexit 1\n");
	const done = await who.open(["copy", "halden"]);
	assert.deepEqual([done.status, done.stdout, done.stderr], [EXIT.failed, "", "countersign: xclip did not take the code\n"]);
});

test("JSON says by what and for how long, not what", async (t) => {
	const who = await person(t, { DISPLAY: ":9" }, "xclip");
	const { id, ...rest } = await who.json(["copy", "counted", "--clear-after", "5"]);
	assert.match(id, /^[0-9a-f-]{36}$/);
	assert.deepEqual(rest, { with: "xclip", cleared_after_seconds: 5 });
});
