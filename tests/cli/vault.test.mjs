// A vault's whole life: made, backed up, its passphrase forgotten, its disk lost, its files damaged.
// What the phone-lost story asks is that the codes after are the codes before.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, PASSPHRASE, Person, countersign } from "./harness.mjs";

const KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const OTHER = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const AT = ["--at", "2026-11-22T09:41:07Z"];

const code = async (person, name, env = {}) => (await person.open(["code", name, ...AT], { env })).stdout.trim();
const oneLine = (text) => assert.match(text, /^[^\n\x00-\x1f]+\n(?:countersign [^\n]*\n)?$/, JSON.stringify(text));

async function house(t)
{
	const person = await new Person(t).init();
	await person.add("Example:alice", KEY);
	await person.add("Other:bob", OTHER);
	await person.add("Counter", KEY, "--type", "hotp", "--counter", "5");
	person.backup = join(person.home, "backup.age");
	person.newFile = join(person.home, "new-passphrase");
	writeFileSync(person.newFile, "another passphrase\n");
	return person;
}

async function backedUp(t)
{
	const person = await house(t);
	const done = await person.open(["backup", person.backup]);
	assert.equal(done.status, EXIT.ok, done.stderr);
	return person;
}

test("a vault is made on a terminal: passphrase twice, recovery key shown once and typed back", async (t) => {
	const person = new Person(t);
	const terminal = person.terminal(["init", "--work-factor", "4"]);
	await terminal.answer("New passphrase: ", "correct horse battery");
	await terminal.answer("The same again: ", "correct horse batterz");
	await terminal.answer("New passphrase: ", "correct horse battery");
	await terminal.answer("The same again: ", "correct horse battery");
	await terminal.expect("last six characters");
	assert.ok(!existsSync(join(person.vault, "vault.age")), "made before the key is kept");
	const key = /AGE-SECRET-KEY-1[0-9A-Z]{58}/.exec(terminal.shown)[0];
	terminal.type("WRONG!\r");
	await terminal.answer("last six characters", key.slice(-6).toLowerCase());
	const { status, shown } = await terminal.end();
	assert.equal(status, EXIT.ok, shown);
	assert.ok(!shown.includes("horse"), "the passphrase was echoed");
	writeFileSync(join(person.home, "key"), `${key}\n`);
	const text = spawnSync("age", ["-d", "-i", join(person.home, "key"), join(person.vault, "vault.age")]);
	assert.match(text.stdout.toString(), /^countersign vault 1\n/);
});

test("who turns back at the recovery key has made nothing", async (t) => {
	const person = new Person(t);
	const terminal = person.terminal(["init", "--work-factor", "4"]);
	await terminal.answer("New passphrase: ", "correct horse battery");
	await terminal.answer("The same again: ", "correct horse battery");
	await terminal.expect("last six characters");
	terminal.type("\x04");
	assert.notEqual((await terminal.end()).status, EXIT.ok);
	assert.ok(!existsSync(person.vault));
});

test("a script has to say where the recovery key goes, and it is for its owner's eyes", async (t) => {
	const person = new Person(t);
	const without = await person.open(["init", "--work-factor", "4"]);
	assert.equal(without.status, EXIT.locked);
	assert.ok(!existsSync(person.vault));
	await person.init();
	assert.equal(statSync(person.recoveryFile).mode & 0o777, 0o600);
	assert.equal(statSync(person.vault).mode & 0o777, 0o700);
	const again = await person.open(["init", "--work-factor", "4", "--recovery-file", join(person.home, "r2")]);
	assert.equal(again.status, EXIT.refused);
	assert.ok(!existsSync(join(person.home, "r2")));
	const over = await new Person(t);
	writeFileSync(join(over.home, "there"), "mine");
	assert.notEqual((await over.open(["init", "--recovery-file", join(over.home, "there")])).status, 0);
	assert.equal(readFileSync(join(over.home, "there"), "utf8"), "mine");
	assert.ok(!existsSync(over.vault));
});

test("an empty passphrase has to be confirmed, a short one is remarked upon", async (t) => {
	const person = new Person(t);
	const options = ["init", "--work-factor", "1", "--recovery-file", join(person.home, "r")];
	writeFileSync(person.passphraseFile, "\n");
	assert.equal((await person.open(options)).status, EXIT.usage);
	assert.ok(!existsSync(person.vault));
	writeFileSync(person.passphraseFile, "short\n");
	const short = await person.open(options);
	assert.equal(short.status, EXIT.ok);
	assert.match(short.stderr, /short/);
	for (const factor of ["0", "21", "x", "-1"])
		assert.equal((await person.open(["passphrase", "--work-factor", factor])).status, EXIT.usage);
});

test("a passphrase is changed, and the old one opens no more", async (t) => {
	const person = await house(t);
	const before = await code(person, "Example");
	assert.equal((await person.open(["passphrase", "--new-passphrase-file", person.newFile, "--work-factor", "4"])).status, EXIT.ok);
	assert.equal((await person.open(["code", "Example"])).status, EXIT.wrongKey);
	person.passphraseFile = person.newFile;
	assert.equal(await code(person, "Example"), before);
});

test("the passphrase is forgotten: the recovery key keeps every account", async (t) => {
	const person = await house(t);
	const before = await code(person, "Example");
	const recover = (...options) => person.run(["recover", "--work-factor", "4", "--new-passphrase-file", person.newFile, ...options]);
	const foreign = await new Person(t).init();
	assert.equal((await recover("--recovery-file", foreign.recoveryFile)).status, EXIT.wrongKey);
	assert.equal((await recover("--recovery-file", person.newFile)).status, EXIT.wrongKey);
	assert.equal((await recover("--recovery-file", join(person.home, "none"))).status, EXIT.disk);
	assert.equal((await recover()).status, EXIT.locked);
	assert.equal(await code(person, "Example"), before, "a refusal changed something");
	const done = await recover("--recovery-file", person.recoveryFile);
	assert.equal(done.status, EXIT.ok, done.stderr);
	person.passphraseFile = person.newFile;
	assert.equal(await code(person, "Example"), before);
	assert.equal((await person.open(["undo"])).status, EXIT.ok);
});

test("who mistypes the recovery key is asked for it again, three times in all", async (t) => {
	const person = await house(t);
	const key = /AGE-SECRET-KEY-1[0-9A-Z]{58}/.exec(readFileSync(person.recoveryFile, "utf8"))[0];
	const mistyped = `${key.slice(0, -1)}${key.endsWith("Q") ? "P" : "Q"}`;
	const recover = () => person.terminal(["recover", "--work-factor", "1", "--new-passphrase-file", person.newFile]);
	const good = recover();
	for (const typed of [mistyped, "neither a key nor a share", key])
		await good.answer("paper share: ", typed);
	const done = await good.end();
	assert.equal(done.status, EXIT.ok, done.shown);
	assert.ok(!done.shown.includes(key.slice(0, 24)), "the key was echoed");
	const bad = recover();
	for (let i = 0; i < 3; i++)
		await bad.answer("paper share: ", mistyped);
	assert.equal((await bad.end()).status, EXIT.wrongKey);
});

test("an agent that holds the key of before does not stand in the way", async (t) => {
	const person = await house(t);
	await person.unlock();
	const done = await person.run(["recover", "--work-factor", "4", "--new-passphrase-file", person.newFile, "--recovery-file",
		person.recoveryFile]);
	assert.equal(done.status, EXIT.ok, done.stderr);
	person.passphraseFile = person.newFile;
	assert.equal((await person.open(["code", "Example"])).status, EXIT.ok);
});

test("three of five papers open it, typed by hand as well; two tell nothing", async (t) => {
	const person = await house(t);
	const { shares } = JSON.parse((await person.run(["backup", "split", "--json", "--recovery-file", person.recoveryFile])).stdout);
	assert.equal(shares.length, 5);
	const recover = (lines) => {
		writeFileSync(join(person.home, "papers"), lines.join("\n") + "\n");
		return person.run(["recover", "--shares", "--work-factor", "1", "--recovery-file", join(person.home, "papers"),
			"--new-passphrase-file", person.passphraseFile]);
	};
	for (const [i, j, k] of [[0, 1, 2], [4, 2, 0], [1, 3, 4]])
		assert.equal((await recover([shares[i].words, shares[j].qr, shares[k].words])).status, EXIT.ok);
	assert.equal((await recover([shares[0].words, shares[1].words])).status, EXIT.wrongKey);
	assert.equal((await recover([shares[0].words, shares[0].words, shares[1].words])).status, EXIT.wrongKey);
	const wrong = shares[2].words.replace(/^\S+/, (w) => (w === "zebra" ? "acid" : shares[3].words.split(" ")[5]));
	const refused = await recover([shares[0].words, shares[1].words, wrong]);
	assert.equal(refused.status, EXIT.wrongKey);
	oneLine(refused.stderr);
	const terminal = person.terminal(["recover", "--work-factor", "1", "--new-passphrase-file", person.newFile]);
	await terminal.answer("paper share: ", shares[4].words.toUpperCase());
	await terminal.answer("share 2: ", "not a share at all");
	await terminal.answer("share 2: ", shares[1].words);
	await terminal.answer("share 3: ", shares[2].words);
	assert.equal((await terminal.end()).status, EXIT.ok);
	const asked = person.terminal(["backup", "split"]);
	await asked.answer(/5 papers are made of the recovery key; any 3 of them stand for it\.[^]*paper share: /,
		/AGE-SECRET-KEY-1[0-9A-Z]{58}/.exec(readFileSync(person.recoveryFile, "utf8"))[0]);
	const split = await asked.end();
	assert.equal(split.status, EXIT.ok, split.shown);
	assert.match(split.shown, /Any 3 of these 5 open the vault/);
	for (const [bad, why] of [[["--of", "1"], /^countersign: --of .*2/], [["--of", "17"], /^countersign: --of .*16/],
		[["--need", "1"], /^countersign: --need .*2/], [["--need", "6"], /^countersign: --need .*5/], [["--of", "x"], /^countersign: --of /],
		[["--of", "3", "--of", "4"], /^countersign: --of stands twice/]]) {
		const done = await person.run(["backup", "split", "--recovery-file", person.recoveryFile, ...bad]);
		assert.equal(done.status, EXIT.usage);
		assert.match(done.stderr, why);
	}
	const foreign = await new Person(t).init();
	assert.equal((await person.run(["backup", "split", "--recovery-file", foreign.recoveryFile])).status, EXIT.wrongKey);
});

test("as many papers as are asked for, of which as many are needed as are asked for", async (t) => {
	const person = await house(t);
	for (const [of, need] of [[5, 3], [4, 2], [2, 2], [16, 16]]) {
		const done = await person.run(["backup", "split", "--of", String(of), "--need", String(need), "--json",
			"--recovery-file", person.recoveryFile]);
		assert.equal(done.status, EXIT.ok, done.stderr);
		const { shares } = JSON.parse(done.stdout);
		assert.equal(shares.length, of);
		const recover = (count) => {
			writeFileSync(join(person.home, "papers"), shares.slice(of - count).map(({ words }) => words).join("\n") + "\n");
			return person.run(["recover", "--shares", "--work-factor", "1", "--recovery-file", join(person.home, "papers"),
				"--new-passphrase-file", person.passphraseFile]);
		};
		assert.equal((await recover(need)).status, EXIT.ok);
		assert.equal((await recover(need - 1)).status, EXIT.wrongKey);
	}
});

test("the disk is lost: a backup and the recovery key bring every code back", async (t) => {
	const person = await backedUp(t);
	const before = [await code(person, "Example"), await code(person, "Other")];
	assert.equal((await person.open(["code", "Counter"])).status, 0);
	rmSync(person.vault, { recursive: true });
	rmSync(`${person.backup}.identity`);
	const refused = await person.open(["restore", person.backup]);
	assert.equal(refused.status, EXIT.locked);
	const restored = await person.open(["restore", person.backup, "--recovery-file", person.recoveryFile, "--work-factor", "4"]);
	assert.equal(restored.status, EXIT.ok, restored.stderr);
	assert.match(restored.stderr, /3 accounts are back\.\nGoing by a counter: 1, from where it stood at the backup\./);
	assert.deepEqual([await code(person, "Example"), await code(person, "Other")], before);
	assert.equal((await person.open(["restore", person.backup, "--recovery-file", person.recoveryFile])).status, EXIT.usage,
		"a vault is replaced without asking");
	const papers = spawnSync("age", ["-d", "-i", person.recoveryFile, person.backup]).stdout.toString();
	assert.match(papers, /otpauth:\/\/totp\/Example:alice/);
});

test("the identity beside a backup opens it by the passphrase, which goes on", async (t) => {
	const person = await backedUp(t);
	assert.equal(statSync(`${person.backup}.identity`).mode & 0o777, 0o600);
	rmSync(person.vault, { recursive: true });
	const passphrase = person.passphraseFile;
	person.passphraseFile = person.newFile;
	assert.equal((await person.open(["restore", person.backup])).status, EXIT.wrongKey);
	assert.equal((await person.open(["list"])).status, EXIT.noVault);
	person.passphraseFile = passphrase;
	const restored = await person.open(["restore", person.backup, "--work-factor", "4"]);
	assert.equal(restored.status, EXIT.ok, restored.stderr);
	assert.equal((await person.open(["code", "Example"])).status, EXIT.ok);
});

test("a backup without the identity is for the recovery key alone", async (t) => {
	const person = await backedUp(t);
	const alone = join(person.home, "alone.age");
	assert.equal((await person.open(["backup", alone, "--without-identity"])).status, EXIT.ok);
	assert.equal(existsSync(`${alone}.identity`), false);
});

test("an identity.age that was kept opens the backup by the old passphrase", async (t) => {
	const person = await backedUp(t);
	cpSync(join(person.vault, "identity.age"), join(person.home, "kept.age"));
	rmSync(person.vault, { recursive: true });
	const restore = (...options) => person.open(["restore", person.backup, "--identity", join(person.home, "kept.age"),
		"--new-passphrase-file", person.newFile, "--work-factor", "4", ...options]);
	const passphrase = person.passphraseFile;
	person.passphraseFile = person.newFile;
	assert.equal((await restore()).status, EXIT.wrongKey);
	person.passphraseFile = passphrase;
	assert.equal((await restore()).status, EXIT.ok);
	person.passphraseFile = person.newFile;
	assert.equal((await person.open(["code", "Example"])).status, EXIT.ok);
});

test("verify says per entry what would come back, and shows no secret", async (t) => {
	const person = await backedUp(t);
	const verify = async (...options) => {
		const done = await person.open(["backup", "verify", person.backup, "--json", ...options]);
		assert.ok(!done.stdout.includes(KEY) && !done.stderr.includes(KEY), "a secret was shown");
		return { status: done.status, ...JSON.parse(done.stdout) };
	};
	let said = await verify();
	assert.equal(said.status, EXIT.ok);
	assert.deepEqual(said.counts, { same: 3, differs: 0, extra: 0, missing: 0, broken: 0 });
	await person.open(["code", "Counter"]);
	said = await verify();
	assert.equal(said.counts.same, 3, "a counter that went on is no difference");
	await person.open(["rename", "Example", "Renamed"]);
	await person.open(["rm", "Other", "--yes"]);
	await person.add("New", OTHER);
	said = await verify();
	assert.equal(said.status, EXIT.refused);
	assert.deepEqual(said.counts, { same: 1, differs: 1, extra: 1, missing: 1, broken: 0 });
	const alone = JSON.parse((await person.run(["backup", "verify", person.backup, "--json", "--recovery-file",
		person.recoveryFile])).stdout);
	assert.equal(alone.compared, false);
	assert.equal(alone.counts.extra, 3);
});

test("restoring into a vault is a step that undo takes back, and no counter goes back", async (t) => {
	const person = await backedUp(t);
	const first = (await person.open(["code", "Counter"])).stdout;
	await person.add("New", KEY.slice(8));
	assert.equal((await person.open(["restore", person.backup])).status, EXIT.usage);
	assert.equal((await person.open(["restore", person.backup, "--yes"])).status, EXIT.ok);
	assert.equal((await person.json(["list"])).length ?? (await person.json(["list"])).entries.length, 3);
	assert.notEqual((await person.open(["code", "Counter"])).stdout, first);
	assert.equal((await person.open(["undo"])).status, EXIT.ok);
	assert.equal((await person.open(["code", "New"])).status, EXIT.ok);
});

test("a counter that was removed and restored goes on behind the codes that were shown", async (t) => {
	const person = await backedUp(t);
	const taken = async () => (await person.json(["code", "Counter"])).counter;
	const first = await taken();
	assert.equal(await taken(), first + 1);
	assert.equal((await person.open(["rm", "Counter", "--yes"])).status, EXIT.ok);
	const restored = await person.open(["restore", person.backup, "--yes"]);
	assert.equal(restored.status, EXIT.ok);
	assert.doesNotMatch(restored.stderr, /counter/, "where it stood is known");
	assert.equal(await taken(), first + 2);
	// and by way of a step that never had it
	assert.equal((await person.open(["undo"])).status, EXIT.ok);
	assert.equal((await person.open(["code", "Counter"])).status, EXIT.notFound);
	assert.equal((await person.open(["restore", person.backup, "--yes"])).status, EXIT.ok);
	assert.equal(await taken(), first + 3);
});

test("of a file that is no backup verify and restore say what it is", async (t) => {
	const person = await backedUp(t);
	const text = join(person.home, "notes.txt"), sealed = join(person.home, "notes.age");
	writeFileSync(text, "milk, bread\n");
	const own = (await person.json(["recipient"]))[0].recipient;
	assert.equal((await person.open(["age", "-e", "-r", own, "-o", sealed, text])).status, EXIT.ok);
	for (const [file, why] of [[text, /is no age file, and so no backup/], ["/dev/null", /is no age file/], [sealed, /holds something else than a vault/]]) {
		for (const command of [["backup", "verify", file], ["restore", file, "--yes"]]) {
			const done = await person.open(command);
			assert.equal(done.status, EXIT.damaged);
			assert.match(done.stderr, why);
			oneLine(done.stderr);
		}
	}
});

test("a backup is not written over, nor to a terminal, nor where nothing can be", async (t) => {
	const person = await backedUp(t);
	assert.equal((await person.open(["backup", person.backup])).status, EXIT.refused);
	assert.equal((await person.open(["backup", "--force", person.backup])).status, EXIT.ok);
	assert.equal((await person.open(["backup", "/nowhere/at/all"])).status, EXIT.disk);
	assert.equal((await person.open(["backup"])).status, EXIT.usage);
	assert.equal((await person.open(["backup", "verify"])).status, EXIT.usage);
	assert.equal((await person.open(["backup", "verify", "/nowhere"])).status, EXIT.disk);
	assert.equal((await person.open(["backup", "verify", "/etc/passwd"])).status, EXIT.damaged);
	const piped = await person.open(["backup", "-"]);
	assert.match(piped.stdout, /^age-encryption.org\/v1\n/);
	const foreign = await new Person(t).init();
	assert.equal((await foreign.open(["backup", "verify", person.backup])).status, EXIT.wrongKey);
});

test("a backup cut or flipped anywhere is refused in one line", async (t) => {
	const person = await backedUp(t);
	const good = readFileSync(person.backup);
	const steps = Math.ceil(good.length / 12);
	for (let at = 0; at < good.length; at += steps) {
		for (const bad of [good.subarray(0, at), Buffer.from(good.map((b, i) => (i === at ? b ^ 1 : b)))]) {
			writeFileSync(person.backup, bad);
			const done = await person.run(["backup", "verify", person.backup, "--recovery-file", person.recoveryFile]);
			assert.ok([EXIT.damaged, EXIT.wrongKey, EXIT.tooNew].includes(done.status), `${at}: ${done.status}`);
			assert.equal(done.stdout, "");
			oneLine(done.stderr);
		}
	}
});

test("a reminder comes on a terminal once, and not into a pipe", async (t) => {
	const person = await house(t);
	const renamed = async (name) => {
		const terminal = person.terminal(["rename", "Example", name, "--passphrase-file", person.passphraseFile]);
		return (await terminal.end()).shown;
	};
	assert.doesNotMatch((await person.open(["rename", "Other", "Elsewhere"])).stderr, /backup/);
	assert.match(await renamed("Example"), /No backup has this yet/);
	assert.doesNotMatch(await renamed("Example"), /No backup/);
});

test("more keys open the vault, and those taken away do not open what is written after", async (t) => {
	const person = await house(t);
	const key = join(person.home, "laptop");
	assert.equal(spawnSync("age-keygen", ["-o", key]).status, 0);
	const recipient = /age1[0-9a-z]+/.exec(readFileSync(key, "utf8"))[0];
	const opens = () => spawnSync("age", ["-d", "-i", key, join(person.vault, "vault.age")]).status === 0;
	assert.equal((await person.open(["recipient", "add", "laptop", recipient])).status, EXIT.usage);
	assert.ok(!opens());
	assert.equal((await person.open(["recipient", "add", "laptop", recipient, "--yes"])).status, EXIT.ok);
	assert.ok(opens());
	assert.equal((await person.json(["recipient", "list"])).length, 3);
	for (const wrong of [["add", "vault", recipient], ["add", "x", "age1nonsense"], ["add", "x"], ["rm", "vault"], ["rm", "recovery"], ["huh"]])
		assert.equal((await person.open(["recipient", ...wrong, "--yes"])).status, EXIT.usage, wrong.join(" "));
	assert.equal((await person.open(["recipient", "rm", "nobody"])).status, EXIT.notFound);
	assert.equal((await person.open(["recipient", "rm", "laptop"])).status, EXIT.ok);
	assert.ok(!opens());
});

const damage = [
	["cut", (v) => writeFileSync(v, readFileSync(v).subarray(0, 100)), [EXIT.damaged]],
	["empty", (v) => writeFileSync(v, ""), [EXIT.damaged]],
	["somebody else's text", (v) => writeFileSync(v, "hello\n"), [EXIT.damaged]],
	["flipped at its end", (v) => { const b = readFileSync(v); b[b.length - 1] ^= 1; writeFileSync(v, b); }, [EXIT.damaged]],
	["longer than it was", (v) => appendFileSync(v, "x"), [EXIT.damaged]],
	["of a newer age", (v) => writeFileSync(v, readFileSync(v, "latin1").replace("/v1", "/v9"), "latin1"), [EXIT.tooNew, EXIT.damaged]],
	["a symbolic link", (v) => { renameSync(v, `${v}.real`); symlinkSync(`${v}.real`, v); }, [EXIT.disk]],
	["writable by others", (v) => chmodSync(v, 0o666), [EXIT.disk]],
	["a folder", (v) => { rmSync(v); mkdirSync(v); }, [EXIT.disk]],
	["gone", (v) => rmSync(v), [EXIT.noVault]],
];
for (const [what, spoil, statuses] of damage) {
	test(`a vault that is ${what} is refused in one line and left alone`, async (t) => {
		const person = await house(t);
		const file = join(person.vault, "vault.age");
		spoil(file);
		const before = existsSync(file) && statSync(file).isFile() ? readFileSync(file) : undefined;
		for (const words of [["list"], ["code", "Example"], ["rename", "Example", "X"], ["undo"], ["history"], ["backup", "b"]]) {
			const done = await person.open(words);
			assert.ok(statuses.includes(done.status), `${words}: ${done.status} ${done.stderr}`);
			assert.equal(done.stdout, "");
			oneLine(done.stderr);
		}
		if (before !== undefined)
			assert.deepEqual(readFileSync(file), before);
	});
}

test("a newer vault inside a good age file is told from a damaged one", async (t) => {
	const person = await house(t);
	const file = join(person.vault, "vault.age");
	const text = spawnSync("age", ["-d", "-i", person.recoveryFile, file]).stdout.toString();
	const to = [...text.matchAll(/^recipient (age1\S+)/gm)].flatMap((m) => ["-r", m[1]]);
	const put = (changed) => {
		rmSync(file);
		assert.equal(spawnSync("age", [...to, "-o", file], { input: changed }).status, 0);
		chmodSync(file, 0o600);
	};
	put(text.replace("vault 1", "vault 2"));
	assert.equal((await person.open(["list"])).status, EXIT.tooNew);
	put(text.replace("uri otpauth", "uri nonsense"));
	assert.equal((await person.open(["list"])).status, EXIT.damaged);
	put(text);
	assert.equal((await person.open(["list"])).status, EXIT.ok, "what age itself wrote is a vault");
});

test("another vault's file in the place of ours is not taken for it", async (t) => {
	const person = await house(t);
	const foreign = await house(t);
	cpSync(join(foreign.vault, "vault.age"), join(person.vault, "vault.age"));
	const done = await person.open(["list"]);
	assert.ok([EXIT.damaged, EXIT.wrongKey].includes(done.status));
	oneLine(done.stderr);
});

// In processor time, so that other work on the machine does not count.
test("a wrong passphrase takes as much work as the right one, and says only that", async (t) => {
	const person = await new Person(t).init("--work-factor", "15");
	const wrong = join(person.home, "wrong");
	const work = async (file) => {
		const times = [];
		for (let i = 0; i < 3; i++) {
			const done = await person.run(["-c", "TIMEFORMAT=%U; time \"$0\" list --passphrase-file \"$1\"", countersign, file], { program: "/bin/bash" });
			const [, said, time] = done.stderr.match(/^(.*?)([\d.]+)\n$/s);
			times.push(Number(time));
			if (file === wrong)
				assert.deepEqual([done.status, done.stdout, said], [EXIT.wrongKey, "", "countersign: wrong passphrase\n"]);
		}
		return Math.min(...times);
	};
	const right = await work(person.passphraseFile);
	assert.ok(right > 0.02, `${right}`);
	for (const passphrase of ["x", PASSPHRASE.slice(0, -1), `${PASSPHRASE}!`, "y".repeat(500)]) {
		writeFileSync(wrong, `${passphrase}\n`);
		assert.ok(await work(wrong) > right / 4, "a wrong passphrase is told without the work");
	}
});

test("a work factor that would eat the machine is refused without the work", async (t) => {
	const person = await house(t);
	const file = join(person.vault, "identity.age");
	const dear = readFileSync(file, "latin1").replace(/(-> scrypt \S+) \d+/, "$1 30");
	writeFileSync(file, dear, "latin1");
	const start = performance.now();
	const done = await person.open(["list"]);
	assert.ok(performance.now() - start < 20_000); // the work would take hours
	assert.ok([EXIT.damaged].includes(done.status));
	oneLine(done.stderr);
});

test("the earlier versions are the last twenty", async (t) => {
	const person = await house(t);
	await person.unlock();
	for (let i = 0; i < 23; i++)
		assert.equal((await person.run(["rename", "alice", `Name${i}:alice`])).status, EXIT.ok);
	assert.equal(readdirSync(join(person.vault, "versions")).length, 20);
	for (let i = 21; i >= 2; i--) {
		const undone = await person.run(["undo"]);
		assert.equal(undone.status, EXIT.ok, undone.stderr);
	}
	assert.equal((await person.run(["undo"])).status, EXIT.notFound);
});

test("what changes the vault's keys answers as JSON too, and says nothing else", async (t) => {
	const person = await new Person(t).init();
	await person.add("Example:alice", "JBSWY3DPEHPK3PXP");
	const [, laptop] = spawnSync("age-keygen").stderr.toString().match(/(age1[0-9a-z]+)/);
	const answers = async (...words) => {
		const done = await person.open([...words, "--json"]);
		assert.deepEqual([done.status, done.stderr], [0, ""], words.join(" "));
		return JSON.parse(done.stdout);
	};
	assert.deepEqual(await answers("recipient", "add", "laptop", laptop, "--yes"), { added: "laptop" });
	assert.deepEqual(await answers("recipient", "rm", "laptop"), { removed: "laptop" });
	assert.deepEqual(await answers("passphrase", "--new-passphrase-file", person.passphraseFile, "--work-factor", "4"), { changed: true });
	assert.deepEqual(await answers("recover", "--recovery-file", person.recoveryFile, "--new-passphrase-file", person.passphraseFile,
		"--work-factor", "4"), { entries: 1 });
	const file = join(person.home, "code.svg");
	assert.deepEqual(await answers("qr", "Example", "-o", file, "--yes"), { file });
});
