// Two stories that people told, played with the vault: the phone that was replaced and locked its owner
// out, and the habit of keeping the secret when 2FA is switched on. oathtool is the service: whoever
// knows the secret computes the code that it takes.
import { describe, test } from "node:test";
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { EXIT, PASSPHRASE, Person, countersign, folder } from "./harness.mjs";
import { photograph } from "./camera.mjs";

const KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const large = { columns: 140, rows: 60 };
const MOMENT = "2026-11-22T09:41:00Z";
const site = (key, at = MOMENT) => spawnSync("oathtool", ["-b", "--totp", "-N", at.replace("T", " ").replace("Z", " UTC"), key]).stdout.toString();
const codeOf = async (person, name, at = MOMENT) => (await person.run(["code", name, "--at", at])).stdout;
const secretOf = (uri) => new URL(uri.replace("otpauth:", "https:")).searchParams.get("secret");

// Switch it on at the site, as enrol leads through it.
async function enrolled(person, name, key, spares = [])
{
	const terminal = person.terminal(["enrol", name], large);
	await terminal.answer("Paste the set-up key", key);
	await terminal.answer("Did the site take it?", "y");
	await terminal.expect("Backup codes");
	for (const code of [...spares, ""])
		terminal.type(`${code}\r`);
	await terminal.answer("Onto the phone as well?", "y");
	await terminal.expect("Enter when the phone has it");
	const phone = photograph(terminal.shown);
	terminal.type("\r");
	const { status, shown } = await terminal.end();
	assert.equal(status, 0, shown);
	return phone;
}

describe("a new phone, and the old one is gone", () => {
	test("with the vault at hand the new phone is set up from it, and the service notices nothing", async (t) => {
		const owner = await new Person(t).init();
		await owner.unlock();
		const old = await enrolled(owner, "Cloudflare:owner@example.test", KEY);
		assert.equal(secretOf(old), KEY);

		const terminal = owner.terminal(["phone", "--to", "new phone"], large);
		await terminal.expect("q: stop");
		const fresh = photograph(terminal.shown);
		terminal.type("\r");
		assert.equal((await terminal.end()).status, 0);
		assert.equal(spawnSync("oathtool", ["-b", "--totp", "-N", "@1732268460", secretOf(fresh)]).stdout.toString(),
			spawnSync("oathtool", ["-b", "--totp", "-N", "@1732268460", KEY]).stdout.toString());
	});

	test("with phone and computer both gone, the backup and the recovery key bring every account back", async (t) => {
		const owner = await new Person(t).init();
		await owner.unlock();
		await enrolled(owner, "Cloudflare:owner@example.test", KEY, ["aaaa-1111", "bbbb-2222"]);
		await owner.add("Halden:owner", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "--type", "hotp", "--counter", "41");
		assert.equal((await owner.run(["code", "Halden"])).status, 0);
		const stick = folder(t);
		const backup = join(stick, "vault.age");
		assert.equal((await owner.open(["backup", backup])).status, 0);
		const verified = await owner.open(["backup", "verify", backup]);
		assert.equal(verified.status, 0, verified.stderr);
		assert.doesNotMatch(verified.stdout + verified.stderr, new RegExp(KEY));
		const before = await codeOf(owner, "Cloudflare");
		copyFileSync(owner.recoveryFile, join(stick, "recovery"));
		rmSync(owner.vault, { recursive: true });

		const later = new Person(t);
		const restored = await later.run(["restore", backup, "--recovery-file", join(stick, "recovery"),
			"--new-passphrase-file", later.passphraseFile, "--work-factor", "4"]);
		assert.equal(restored.status, 0, restored.stderr);
		await later.unlock();
		assert.equal(await codeOf(later, "Cloudflare"), before);
		assert.equal(before, site(KEY));
		assert.equal((await later.run(["code", "Halden"])).stdout,
			spawnSync("oathtool", ["-b", "-c", "42", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]).stdout.toString());
		assert.deepEqual((await later.json(["backup-codes", "Cloudflare"])).map((c) => c.code), ["aaaa-1111", "bbbb-2222"]);
		const terminal = later.terminal(["phone", "Cloudflare", "--to", "new phone"], large);
		await terminal.expect("q: stop");
		assert.equal(secretOf(photograph(terminal.shown)), KEY);
	});

	test("a backup code that the service gave is where one looks for it, and ticked off", async (t) => {
		const owner = await new Person(t).init();
		await owner.unlock();
		await enrolled(owner, "Cloudflare:owner", KEY, ["aaaa-1111", "bbbb-2222"]);
		assert.equal((await owner.run(["backup-codes", "Cloudflare", "--next"])).stdout, "aaaa-1111\n");
		assert.match((await owner.run(["backup-codes", "Cloudflare"])).stdout, /✓ aaaa-1111 .*\n {2}bbbb-2222\n/);
	});

	test("a backup of somebody else, or a damaged one, restores nothing and says so", async (t) => {
		const owner = await new Person(t).init();
		await owner.add("Cloudflare:owner", KEY);
		const backup = join(owner.home, "backup.age");
		assert.equal((await owner.open(["backup", backup])).status, 0);
		const other = await new Person(t).init();
		const later = new Person(t);
		const wrong = await later.run(["restore", backup, "--recovery-file", other.recoveryFile, "--new-passphrase-file", later.passphraseFile]);
		assert.equal(wrong.status, EXIT.wrongKey);
		const bytes = readFileSync(backup);
		bytes[bytes.length - 5] ^= 1;
		const damaged = join(owner.home, "damaged.age");
		writeFileSync(damaged, bytes);
		const refused = await later.run(["restore", damaged, "--recovery-file", owner.recoveryFile, "--new-passphrase-file", later.passphraseFile]);
		assert.equal(refused.status, EXIT.damaged);
		assert.equal((await later.open(["list"])).status, EXIT.noVault);
	});
});

describe("keeping the secret when 2FA is switched on", () => {
	test("get the secret key, and keep it where it is found again", async (t) => {
		const owner = await new Person(t).init();
		await owner.unlock();
		await enrolled(owner, "Gandi:owner", KEY);
		const shown = await owner.run(["show", "Gandi", "--secret", "--yes"]);
		assert.equal(shown.status, 0, shown.stderr);
		assert.equal(shown.stdout.replace(/\s/g, "").includes(KEY), true);
	});

	test("the QR code contains exactly the same information", async (t) => {
		const owner = await new Person(t).init();
		await owner.unlock();
		const scanned = await enrolled(owner, "Gandi:owner", KEY);
		const url = new URL(scanned.replace("otpauth:", "https:"));
		assert.deepEqual([secretOf(scanned), url.searchParams.get("issuer")], [KEY, "Gandi"]);
	});

	test("the application is replaced: the secret is added to the new one again", async (t) => {
		const owner = await new Person(t).init();
		await owner.unlock();
		const first = await enrolled(owner, "Gandi:owner", KEY);
		const terminal = owner.terminal(["qr", "Gandi"], large);
		await terminal.expect("Enter when it is done");
		assert.equal(photograph(terminal.shown), first);
	});

	test("codes in the terminal, by the name of oathtool: oathtool --base32 --totp", async (t) => {
		const owner = new Person(t);
		symlinkSync(countersign, join(owner.bin, "oathtool"));
		const ours = await owner.run(["--base32", "--totp", "-N", "2026-11-22 09:41:00 UTC", KEY], { program: join(owner.bin, "oathtool") });
		assert.equal(ours.stdout, site(KEY));
		assert.equal(ours.status, 0);
	});

	test("the code ready to paste: oathtool … | pbcopy, and copy by itself", async (t) => {
		const owner = await new Person(t).init();
		await owner.add("Gandi:owner", KEY);
		await owner.unlock();
		owner.program("pbcopy", "#!/bin/sh\ncat > \"$HOME/clipboard\"\n");
		owner.program("pbpaste", "#!/bin/sh\ncat \"$HOME/clipboard\"\n");
		symlinkSync(countersign, join(owner.bin, "oathtool"));
		const piped = await owner.run(["-c", `oathtool --base32 --totp "${KEY}" -N @59 | pbcopy`], { program: "/bin/sh" });
		assert.equal(piped.status, 0, piped.stderr);
		assert.equal(readFileSync(join(owner.home, "clipboard"), "utf8"), spawnSync("oathtool", ["-b", "--totp", "-N", "@59", KEY]).stdout.toString());
		const copied = await owner.run(["copy", "Gandi"]);
		assert.equal(copied.status, 0, copied.stderr);
		assert.match(readFileSync(join(owner.home, "clipboard"), "utf8"), /^\d{6}$/);
		assert.doesNotMatch(copied.stdout + copied.stderr, /\d{6}/);
	});

	test("share it with a colleague, securely: they add it and see the same codes", async (t) => {
		const owner = await new Person(t).init(), ben = await new Person(t).init();
		await owner.add("Gandi:owner", KEY);
		const key = (await ben.open(["contact", "me"])).stdout.match(/age1[0-9a-z]+/)[0];
		assert.equal((await owner.open(["contact", "add", "ben", key])).status, 0);
		const sent = await owner.open(["share", "Gandi", "--to", "ben", "--yes"]);
		assert.equal(sent.status, 0, sent.stderr);
		assert.match(sent.stdout, /^-----BEGIN AGE ENCRYPTED FILE-----/);
		const file = join(ben.home, "from-owner.age");
		writeFileSync(file, sent.stdout);
		const taken = await ben.open(["import", file]);
		assert.equal(taken.status, 0, taken.stderr);
		await Promise.all([owner.unlock(), ben.unlock()]);
		assert.equal(await codeOf(ben, "Gandi"), site(KEY));
		assert.match(JSON.stringify(await owner.json(["shared"])), /ben/);
	});

	test("or only its codes for a day's work, and never the secret", async (t) => {
		const owner = await new Person(t).init(), ben = await new Person(t).init();
		await owner.add("Gandi:owner", KEY);
		const key = (await ben.open(["contact", "me"])).stdout.match(/age1[0-9a-z]+/)[0];
		const sent = await owner.open(["share", "--codes", "8h", "Gandi", "--to", key, "--yes"]);
		assert.equal(sent.status, 0, sent.stderr);
		const file = join(ben.home, "codes.age");
		writeFileSync(file, sent.stdout);
		assert.equal((await ben.open(["import", file])).status, 0);
		await ben.unlock();
		const now = new Date(), gone = new Date(now.getTime() + 9 * 3600_000);
		const iso = (d) => d.toISOString().replace(/\.\d+Z/, "Z");
		assert.equal(await codeOf(ben, "Gandi", iso(now)), site(KEY, iso(now)));
		assert.equal((await ben.run(["code", "Gandi", "--at", iso(gone)])).status, EXIT.expired);
		const all = (await ben.run(["export", "--format", "entries", "-o", "-", "--yes", "--force"])).stdout;
		assert.doesNotMatch(all, new RegExp(KEY));
	});

	test("the passphrase forgotten: the recovery key makes a new one, and nothing is lost", async (t) => {
		const owner = await new Person(t).init();
		await owner.add("Gandi:owner", KEY);
		const fresh = join(owner.home, "fresh");
		writeFileSync(fresh, `not ${PASSPHRASE}\n`);
		const done = await owner.run(["recover", "--recovery-file", owner.recoveryFile, "--new-passphrase-file", fresh, "--work-factor", "4"]);
		assert.equal(done.status, 0, done.stderr);
		assert.equal((await owner.open(["list"])).status, EXIT.wrongKey);
		const listed = await owner.run(["code", "Gandi", "--at", MOMENT, "--passphrase-file", fresh]);
		assert.equal(listed.stdout, site(KEY));
	});
});
