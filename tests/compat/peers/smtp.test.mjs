// Mail to real mail servers (npm smtp-server): the catcher that the demonstration uses, and one
// that wants encryption and a login.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { startCatcher } from "../../../demo/smtp-catcher.mjs";
import { readMail, startMailServer } from "../../peers/mail-server.mjs";
import { startDriver } from "./driver.mjs";

const STARTTLS = 0, TLS = 1, IF_OFFERED = 2, PLAIN = 3;

const text = "Hei Åse,\n\nPIN-en er 123456.\n.\n..to prikker\nEn lang linje " + "å".repeat(200) + " slutt \n= 100 %\n";

let driver, catcher, folder;

before(async () => {
  driver = startDriver();
  catcher = await startCatcher({ smtpPort: 0, webPort: 0 });
  folder = mkdtempSync(path.join(tmpdir(), "countersign-smtp-"));
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
    "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
    "-keyout", path.join(folder, "key.pem"), "-out", path.join(folder, "cert.pem")], { stdio: "ignore" });
});
after(async () => {
  await catcher.stop();
  rmSync(folder, { recursive: true });
  assert.equal(await driver.stop(), 0);
});

const send = (more) => driver.ask("mail", {
  host: "127.0.0.1", port: catcher.smtpPort, tls: PLAIN, from: "no-reply@auth.example.test",
  from_name: "Halden Sjøfart", to: "ase@example.test", subject: "PIN: åtte ære — nøkkel", text,
  timeout_ms: 3000, ...more,
});

async function withStrict(more, tell) {
  const server = await startMailServer({
    key: readFileSync(path.join(folder, "key.pem")),
    cert: readFileSync(path.join(folder, "cert.pem")),
    users: { relay: "p@ss wörd" },
    ...more,
  });
  try {
    await tell(server);
  } finally {
    await server.stop();
  }
}

const login = () => ({ host: "localhost", ca_file: path.join(folder, "cert.pem"), user: "relay", password: "p@ss wörd" });

test("a mail arrives as it was written, in every character", async () => {
  assert.deepEqual(await send(), { outcome: "delivered", code: 250 });
  const [mail] = catcher.messages().slice(-1);
  assert.equal(mail.from, "no-reply@auth.example.test");
  assert.deepEqual(mail.to, ["ase@example.test"]);
  assert.equal(mail.subject, "PIN: åtte ære — nøkkel");
  assert.equal(mail.text.replaceAll("\r\n", "\n").trimEnd(), text.trimEnd());
  assert.equal(mail.messageId, "<ab000000-0000-0000-0000-000000000000@auth.example.test>");
});

test("its headers are what another reader makes of them", async () => {
  await send();
  const [{ raw }] = catcher.messages().slice(-1);
  const mail = await readMail(Buffer.from(raw, "latin1"));
  assert.deepEqual([mail.from.name, mail.from.address], ["Halden Sjøfart", "no-reply@auth.example.test"]);
  assert.deepEqual(mail.to.map((t) => t.address), ["ase@example.test"]);
  assert.equal(mail.headers.find((h) => h.key === "auto-submitted").value, "auto-generated");
  assert.ok(Math.abs(Date.parse(mail.date) - Date.now()) < 60_000);
  for (const line of raw.split("\r\n")) assert.ok(line.length <= 76 && /^[\t\x20-\x7e]*$/.test(line), line);
});

test("the same message sent twice carries the same identity", async () => {
  await send();
  await send();
  const [a, b] = catcher.messages().slice(-2);
  assert.equal(a.messageId, b.messageId);
});

test("the people's view shows the mail and sets its PIN apart", async () => {
  await send({ subject: "<script>alert(1)</script>" });
  const page = await (await fetch(`http://127.0.0.1:${catcher.webPort}/`)).text();
  assert.ok(page.includes('<b class="pin">123456</b>'));
  assert.ok(!page.includes("<script>"));
  const list = await (await fetch(`http://127.0.0.1:${catcher.webPort}/api/messages`)).json();
  assert.equal(list.at(-1).subject, "<script>alert(1)</script>");
});

for (const code of [421, 450, 451, 452]) {
  test(`a server that answers ${code} is tried again`, async () => {
    assert.deepEqual(await send({ to: `fail${code}@example.test` }), { outcome: "retry", code });
  });
}

for (const code of [550, 552, 553, 554]) {
  test(`a server that answers ${code} has refused for good`, async () => {
    assert.deepEqual(await send({ to: `fail${code}@example.test` }), { outcome: "refused", code });
  });
}

test("a server that never answers is given up in time, and the mail waits", async () => {
  const from = Date.now();
  const { outcome } = await send({ to: "silent@example.test", timeout_ms: 500 });
  assert.equal(outcome, "retry");
  assert.ok(Date.now() - from < 10_000);
});

test("a port that takes connections and says nothing is given up in time", async () => {
  const sockets = [];
  const mute = createServer((socket) => sockets.push(socket));
  await new Promise((resolve) => mute.listen(0, "127.0.0.1", resolve));
  assert.deepEqual(await send({ port: mute.address().port, timeout_ms: 500 }), { outcome: "retry", code: 0 });
  sockets.forEach((s) => s.destroy());
  await new Promise((done) => mute.close(done));
});

test("nobody listening: the mail waits", async () => {
  const free = createServer();
  await new Promise((resolve) => free.listen(0, "127.0.0.1", resolve));
  const { port } = free.address();
  await new Promise((done) => free.close(done));
  assert.deepEqual(await send({ port }), { outcome: "retry", code: 0 });
});

test("with STARTTLS and a login the mail goes encrypted and under our name", async () => {
  await withStrict({}, async (server) => {
    assert.equal((await send({ port: server.port, tls: STARTTLS, ...login() })).outcome, "delivered");
    assert.equal(server.mails.length, 1);
    assert.equal(server.mails[0].secure, true);
    assert.equal(server.mails[0].user, "relay");
  });
});

test("with TLS from the first byte too", async () => {
  await withStrict({ secure: true }, async (server) => {
    assert.equal((await send({ port: server.port, tls: TLS, ...login() })).outcome, "delivered");
    assert.equal(server.mails[0].secure, true);
  });
});

test("a certificate that nobody vouches for gets neither login nor mail", async () => {
  await withStrict({}, async (server) => {
    const stranger = { ...login(), ca_file: "" };
    assert.equal((await send({ port: server.port, tls: STARTTLS, ...stranger })).outcome, "retry");
    assert.equal(server.mails.length, 0);
  });
});

test("a certificate of another name gets neither", async () => {
  await withStrict({}, async (server) => {
    const other = { ...login(), host: "127.0.0.1" };
    assert.equal((await send({ port: server.port, tls: STARTTLS, ...other })).outcome, "retry");
    assert.equal(server.mails.length, 0);
  });
});

test("a server without STARTTLS gets no mail where it is required", async () => {
  const before = catcher.messages().length;
  assert.equal((await send({ tls: STARTTLS })).outcome, "retry");
  assert.equal(catcher.messages().length, before);
});

test("where encryption is only preferred it is used when offered, and done without when not", async () => {
  await withStrict({ authOptional: true }, async (server) => {
    assert.equal((await send({ port: server.port, tls: IF_OFFERED })).outcome, "delivered");
    assert.equal(server.mails[0].secure, true);
  });
  assert.equal((await send({ tls: IF_OFFERED })).outcome, "delivered");
});

test("a wrong password, or none where one is wanted, lets the mail wait", async () => {
  await withStrict({}, async (server) => {
    const wrong = { ...login(), password: "wrong" };
    assert.equal((await send({ port: server.port, tls: STARTTLS, ...wrong })).outcome, "retry");
    const none = { ...login(), user: "", password: "" };
    assert.deepEqual(await send({ port: server.port, tls: STARTTLS, ...none }), { outcome: "retry", code: 530 });
    assert.equal(server.mails.length, 0);
  });
});

test("no log line shows the text, the address or the password", async () => {
  const logged = JSON.stringify(driver.events());
  assert.ok(logged.includes("mail_sent") && logged.includes("mail_refused"));
  for (const word of ["123456", "ase@example.test", "p@ss"]) assert.ok(!logged.includes(word), word);
});
