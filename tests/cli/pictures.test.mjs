// QR codes in and out, against Debian's qrencode and zbarimg.
import { test } from "node:test";
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const helpers = fileURLToPath(new URL("../../build/libexec/countersign/", import.meta.url));
const URI = "otpauth://totp/Halden:ada%40example.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Halden";

const run = (program, args, input) => {
	const done = spawnSync(program, args, { input, maxBuffer: 64 << 20 });
	assert.equal(done.error, undefined);
	return done;
};
const scan = (picture) => run(join(helpers, "scan"), [], picture);
const qrencode = (text, ...options) => run("qrencode", ["-o", "-", "-t", "PNG", ...options, text], "").stdout;
const payloads = (done) => done.stdout.toString().trim().split("\n").map(decodeURIComponent);
const sheet = (blocks) => blocks.map(({ title, qr, lines = [] }) => [`title ${encodeURIComponent(title)}`,
	...(qr ? [`qr ${encodeURIComponent(qr)}`] : []), ...lines.map((l) => `line ${encodeURIComponent(l)}`)].join("\n")).join("\n\n") + "\n";

for (const size of ["1", "2", "3", "8"])
	test(`what qrencode draws with ${size} pixels a module is read`, () => {
		const done = scan(qrencode(URI, "-s", size));
		assert.equal(done.status, 0);
		assert.deepEqual(payloads(done), [URI]);
	});

test("light on dark, as a dark screen shows it", () =>
	assert.deepEqual(payloads(scan(qrencode(URI, "--foreground=ffffff", "--background=202020"))), [URI]));

test("a payload of every printable character comes back as it was", () => {
	const all = String.fromCharCode(...Array.from({ length: 95 }, (_, i) => i + 32)) + " äöü €";
	assert.deepEqual(payloads(scan(qrencode(all, "-8"))), [all]);
});

test("no picture, a cut one, a page of text: exit 3 and one word why", () => {
	for (const bytes of [Buffer.alloc(0), Buffer.from("GIF89a"), qrencode(URI).subarray(0, 40), Buffer.from("<html>")]) {
		const done = scan(bytes);
		assert.equal(done.status, 3);
		assert.match(done.stdout.toString(), /^problem (damaged|limit)\n$/);
		assert.equal(done.stderr.toString(), "");
	}
});

test("a picture without a code is no error and says nothing", () => {
	const done = scan(run(join(helpers, "draw"), ["png"], sheet([{ title: "Words alone" }])).stdout);
	assert.deepEqual([done.status, done.stdout.toString()], [0, ""]);
});

test("what draw makes, zbarimg reads: several codes in one picture", () => {
	const folder = mkdtempSync(join(tmpdir(), "cs-pictures-"));
	try {
		const texts = [URI, "second", "third ".repeat(60).trim()];
		const done = run(join(helpers, "draw"), ["png"], sheet(texts.map((qr, i) => ({ title: `Number ${i}`, qr, lines: ["ä line", "another"] }))));
		assert.equal(done.status, 0);
		const file = join(folder, "sheet.png");
		writeFileSync(file, done.stdout);
		const read = run("zbarimg", ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file], "");
		assert.deepEqual(new Set(read.stdout.toString().trim().split("\n")), new Set(texts));
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test("a PDF has a page for every four codes", () => {
	const done = run(join(helpers, "draw"), ["pdf"], sheet(Array.from({ length: 9 }, (_, i) => ({ title: `Number ${i}`, qr: `code ${i}` }))));
	assert.equal(done.status, 0);
	assert.match(done.stdout.subarray(0, 8).toString("latin1"), /^%PDF-1\./);
	assert.equal(done.stdout.toString("latin1").match(/\/Count (\d+)/)[1], "3");
});

test("draw refuses what is no sheet", () => {
	for (const text of ["", "\n\n", "nonsense here\n", "title %zz\n", `qr ${"a".repeat(3000)}\n`, "title a\n".concat("line b\n".repeat(33))])
		assert.equal(run(join(helpers, "draw"), ["png"], text).status, 3, text.slice(0, 20));
	assert.equal(run(join(helpers, "draw"), ["gif"], "title a\n").status, 2);
});

test("once it reads, scan is shut in: seccomp, no new privileges, no core", async () => {
	const child = spawn(join(helpers, "scan"), []);
	try {
		child.stdin.write("not yet a picture");
		let status = "";
		for (const end = Date.now() + 20_000; !/Seccomp:\s*2/.test(status) && Date.now() < end; await new Promise((r) => setTimeout(r, 10)))
			status = readFileSync(`/proc/${child.pid}/status`, "latin1");
		assert.match(status, /^Seccomp:\s*2$/m);
		assert.match(status, /^NoNewPrivs:\s*1$/m);
		assert.match(readFileSync(`/proc/${child.pid}/limits`, "latin1"), /^Max core file size\s+0\s+0/m);
	} finally {
		child.stdin.destroy();
		child.kill();
	}
});
