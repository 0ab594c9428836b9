// import FOLDER: the stores of pass (with pass-otp) and gopass, opened by the real gpg and by the vault.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { EXIT, Person } from "./harness.mjs";

const FILES = {
	"web/example.test/alice": "hunter2\notpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example\n",
	"web/shop.test/bob": "hunter2\nuser: bob\ntotp: GEZD GNBV GY3T QOJQ\n",
	"web/plain": "only a password\n",
	"vpn": "otpauth: //hotp/vpn?secret=GEZDGNBVGY3TQOJQ&counter=5\n",
};

function put(path, bytes)
{
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, bytes);
}

// A key of its own, made for the length of the test; its agent is told to go afterwards.
class Keyring
{
	constructor(t, person, passphrase = "")
	{
		this.env = { ...person.env, GNUPGHOME: join(person.home, "gnupg") };
		mkdirSync(this.env.GNUPGHOME, { mode: 0o700 });
		writeFileSync(join(this.env.GNUPGHOME, "gpg-agent.conf"), "allow-loopback-pinentry\n");
		t.after(() => spawnSync("gpgconf", ["--kill", "gpg-agent"], { env: this.env }));
		this.gpg(["--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase, "--quick-generate-key",
			"store@example.test", "future-default", "default", "never"]);
	}

	gpg(words, input = "")
	{
		const done = spawnSync("gpg", words, { env: this.env, input });
		assert.equal(done.status, 0, done.stderr?.toString());
		return done.stdout;
	}

	seal(text)
	{
		return this.gpg(["--batch", "--trust-model", "always", "-e", "-r", "store@example.test"], text);
	}

	forget()
	{
		spawnSync("gpgconf", ["--kill", "gpg-agent"], { env: this.env });
	}
}

const what = (e) => [e.verdict, e.issuer, e.account, e.type, e.type === "hotp" ? e.counter : e.period].join(" ");

async function preview(person, store, { env = {}, options = [] } = {})
{
	const done = await person.run(["import", "--preview", "--json", store, ...options], { env });
	assert.ok([EXIT.ok, EXIT.refused].includes(done.status), done.stderr);
	return JSON.parse(done.stdout);
}

test("a pass store is opened by gpg, and the files without a code are no entries", async (t) => {
	const anna = new Person(t);
	const keys = new Keyring(t, anna), store = join(anna.home, "store");
	for (const [name, text] of Object.entries(FILES))
		put(join(store, `${name}.gpg`), keys.seal(text));
	put(join(store, ".gpg-id"), "store@example.test\n");
	put(join(store, ".git/hidden.gpg"), keys.seal(FILES.vpn));
	symlinkSync(join(store, "vpn.gpg"), join(store, "link.gpg"));
	const back = await preview(anna, store, { env: keys.env });
	assert.equal(back.format, "pass");
	assert.deepEqual(back.entries.map(what), ["new vpn vpn hotp 5", "new Example alice totp 30", "new shop.test bob totp 30"]);
});

test("a key under a passphrase takes it from a file, and a wrong one opens nothing", async (t) => {
	const anna = new Person(t);
	const keys = new Keyring(t, anna, "a long passphrase"), store = join(anna.home, "store");
	const password = join(anna.home, "password");
	for (const [name, text] of Object.entries(FILES))
		put(join(store, `${name}.gpg`), keys.seal(text));
	keys.forget();
	writeFileSync(password, "wrong\n");
	const wrong = await preview(anna, store, { env: keys.env, options: ["--password-file", password] });
	assert.equal(wrong.entries.length, 4);
	assert.ok(wrong.entries.every((e) => e.verdict === "refused" && /gpg/.test(e.reason)));
	writeFileSync(password, "a long passphrase\n");
	const right = await preview(anna, store, { env: keys.env, options: ["--password-file", password] });
	assert.deepEqual(right.entries.map((e) => e.verdict), ["new", "new", "new"]);
});

test("a file that gpg cannot open is named, and the others are taken", async (t) => {
	const anna = new Person(t);
	const keys = new Keyring(t, anna), store = join(anna.home, "store");
	put(join(store, "a/broken.gpg"), "this is no OpenPGP");
	put(join(store, "b/whole.gpg"), keys.seal(FILES["web/example.test/alice"]));
	const back = await preview(anna, store, { env: keys.env });
	assert.deepEqual(back.entries.map(what), ["refused a broken totp 30", "new Example alice totp 30"]);
	assert.match(back.entries[0].reason, /gpg did not open it/);
});

test("an age store is opened by the vault's own identity", async (t) => {
	const anna = await new Person(t).init();
	const ben = await new Person(t).init();
	const store = join(anna.home, "store");
	const me = async (person) => (await person.open(["contact", "me"])).stdout.match(/age1[a-z0-9]+/)[0];
	const seal = async (to, text) => (await anna.run(["age", "-e", "-r", to], { input: text })).out;
	put(join(store, "web/example.test/alice.age"), await seal(await me(anna), FILES["web/example.test/alice"]));
	put(join(store, "web/else.age"), await seal(await me(ben), FILES.vpn));
	put(join(store, "web/cut.age"), (await seal(await me(anna), FILES.vpn)).subarray(0, 150));
	const done = await anna.open(["import", store, "--json"]);
	assert.equal(done.status, EXIT.refused, done.stderr);
	const said = JSON.parse(done.stdout);
	assert.equal(said.entries.filter((e) => e.verdict === "new").length, 1);
	assert.deepEqual(said.entries.filter((e) => e.verdict === "refused").map((e) => e.account).sort(), ["cut", "else"]);
	assert.match(said.entries.find((e) => e.account === "else").reason, /somebody else/);
	assert.match(said.entries.find((e) => e.account === "cut").reason, /damaged/);
});

test("a folder without such files, and a machine without gpg, are a sentence", async (t) => {
	const anna = new Person(t);
	const store = join(anna.home, "store");
	mkdirSync(store);
	const empty = await anna.run(["import", "--preview", store]);
	assert.equal(empty.status, EXIT.notFound);
	assert.match(empty.stderr, /no \.gpg and no \.age file/);
	put(join(store, "a.gpg"), "x");
	const without = await anna.run(["import", "--preview", store], { env: { PATH: anna.bin } });
	assert.equal(without.status, EXIT.failed);
	assert.match(without.stderr, /gpg, which is not installed/);
});
