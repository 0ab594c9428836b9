// After every kind of sign-in, right and wrong, no secret stands in a log, in the database, in what
// the monitoring sees or in the process list.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { localFetch } from "../../demo/local_fetch.mjs";
import { Stack, until } from "./stack.mjs";
import { base32, configure, period, Person, wrongCode } from "./person.mjs";

for (const database of ["sqlite", "postgresql"]) describe(`secrets after a journey, on ${database}`, { concurrency: false }, () => {
  const secrets = new Map(); // name and bytes
  const numbers = new Map(); // six digits: looked for as a number of its own
  let stack;

  const keep = (name, text) => {
    assert.ok(text?.length >= 16, name);
    secrets.set(name, Buffer.from(text));
    const raw = Buffer.from(text, "base64url");
    if (/^[\w-]{43}$/.test(text)) secrets.set(`${name}, decoded`, raw);
  };

  before(async () => {
    stack = await Stack.start({ front: "none", database, settings: 'log_level = "debug"\n' });
    await configure(stack);
    keep("API token", stack.token);
    for (const [i, token] of [...stack.initOutput.matchAll(/[\w-]{40,}/g)].entries()) keep(`invitation ${i}`, token[0]);
    const client_secret = "client secret that nobody may read back";
    keep("client secret", client_secret);
    const made = await stack.api("POST", "identity_providers", { name: "Directory", type: "oidc",
      config: { client_id: "countersign", client_secret, issuer_url: "http://127.0.0.1:1", pkce_enabled: true } });
    assert.equal(JSON.stringify(made.json).includes(client_secret), false);
  });
  after(() => stack?.stop());

  it("goes every way there is, right and wrong", async () => {
    const alice = new Person(stack, "alice@countersign.test");
    const home = alice.browser();
    await home.open();
    await home.askForPin(alice.email);
    const pin = await stack.pinFor(alice.email);
    numbers.set("PIN", pin);
    const wrongPin = String((Number(pin) + 1) % 1_000_000).padStart(6, "0");
    numbers.set("wrong PIN", wrongPin);
    keep("flow", home.cookies(stack.origin.auth).get("__Host-cs_flow"));
    assert.equal((await home.call("POST", "/api/v1/sign-in/pin/verify", { meta: home.meta, pin: wrongPin })).status, 400);
    await home.enterPin(pin);
    const enrolment = await home.enrol();
    alice.key = enrolment.key;
    keep("set-up key", alice.key);
    secrets.set("set-up key, decoded", base32(alice.key));
    await home.call("POST", `/api/v1/enrolments/${enrolment.id}/confirm`, { meta: home.meta, code: wrongCode(alice.key, stack.now()), name: "x" });
    numbers.set("first code", alice.code());
    await home.confirm(enrolment.id, alice.code());
    const link = await home.handOver();
    keep("hand-over code", new URL(link).searchParams.get("code"));
    await home.enter(link);
    await home.fetch(link);
    keep("session", home.cookies(stack.origin.auth).get("__Host-cs_session"));
    keep("device", home.cookies(stack.origin.auth).get("__Host-cs_device"));
    keep("nonce", home.cookies(stack.origin.app).get("CF_AppSession"));
    const token = home.cookies(stack.origin.app).get("CF_Authorization");
    keep("application token", token);
    keep("application token's signature", token.split(".")[2]);
    assert.equal(await home.decide(), 200);

    stack.shiftClock(period);
    const { browser, challenge } = await alice.challenged();
    const wrong = wrongCode(alice.key, stack.now(), 40_000);
    numbers.set("wrong code", wrong);
    await browser.call("POST", `/api/v1/challenges/${challenge}/answer`, { factor: "totp", code: wrong });
    numbers.set("second code", alice.code());
    await browser.answer(challenge, alice.code());
    await browser.call("POST", `/api/v1/challenges/${challenge}/answer`, { factor: "totp", code: alice.code() });
    keep("second session", browser.cookies(stack.origin.auth).get("__Host-cs_session"));

    // wrongly used, where a careless programme would log what it was given
    const bad = (headers, at = "/client/v4/accounts") => localFetch(`http://127.0.0.1:${stack.node.port}${at}`, { headers });
    await bad({ authorization: `Basic ${stack.token}` });
    await bad({ authorization: `Bearer ${stack.token}x` });
    await bad({ "x-auth-key": stack.token, "x-auth-email": "owner@countersign.test" });
    await bad({ cookie: `CF_Authorization=${token}; CF_Authorization=${token}` }, "/decision");
    await bad({ host: "auth.countersign.localhost" }, `/nowhere?code=${new URL(link).searchParams.get("code")}`);
    await bad({}, `/cdn-cgi/access/authorized?code=${token}`);
    await home.post("/api/v1/me/sign-out", {});
    await until("the mail's end", () => stack.node.events("mail_sent").length >= 2);
  });

  function nothingIn(what, bytes, { digits = true } = {}) {
    const text = bytes.toString("latin1");
    const lower = text.toLowerCase();
    const found = [];
    for (const [name, secret] of secrets) {
      const forms = [secret.toString("latin1"), secret.toString("base64"), secret.toString("base64url")];
      if (forms.some((form) => text.includes(form)) || lower.includes(secret.toString("hex"))) found.push(name);
    }
    for (const [name, number] of digits ? numbers : [])
      if (new RegExp(`(?<![0-9a-fA-F.-])${number}(?![0-9a-fA-F-])`).test(text)) found.push(name);
    assert.deepEqual(found, [], `${what} holds secrets`);
  }

  it("would find each of them", () => {
    for (const [name, secret] of secrets)
      for (const form of [secret, secret.toString("hex").toUpperCase(), secret.toString("base64url")])
        assert.throws(() => nothingIn("this", Buffer.concat([Buffer.from("..."), Buffer.from(form)])), /holds secrets/, name);
    for (const [name, number] of numbers) assert.throws(() => nothingIn("this", Buffer.from(`"pin":"${number}"`)), /holds secrets/, name);
    assert.ok(secrets.size >= 14 && numbers.size === 5);
  });

  it("finds none in the log, not even in the one for debugging", () => {
    const log = stack.node.logText();
    assert.ok(log.length > 500);
    nothingIn("the log", Buffer.from(log));
  });

  it("finds none in the database as it is read", () => {
    const [command, args] = database === "sqlite"
      ? ["sqlite3", [`${stack.folder}/countersign.db`, ".dump"]]
      : ["/usr/lib/postgresql/15/bin/pg_dump", ["-h", stack.postgres.data, "-U", "cs", "countersign"]];
    const done = spawnSync(command, args, { maxBuffer: 1 << 28 });
    assert.ok(done.stdout.includes("alice@countersign.test"), String(done.stderr));
    nothingIn("the database", done.stdout);
  });

  it("finds none in the metrics, the health page and the process list", async () => {
    for (const page of ["metrics", "healthz"])
      nothingIn(page, Buffer.from(await (await localFetch(`http://127.0.0.1:${stack.node.statusPort}/${page}`)).arrayBuffer()));
    const { pid } = stack.node.child;
    nothingIn("the process list", readFileSync(`/proc/${pid}/cmdline`));
    nothingIn("the environment", readFileSync(`/proc/${pid}/environ`));
  });

  it("can leave no memory behind when it crashes", () => {
    assert.match(readFileSync(`/proc/${stack.node.child.pid}/limits`, "utf8"), /Max core file size +0 +0/);
  });

  it("leaves files that nobody else may read, and no secret between the rows", async () => {
    await stack.stopServer();
    const names = readdirSync(stack.folder).filter((name) => /keyring|\.db|api-token/.test(name));
    for (const name of names) assert.equal(statSync(path.join(stack.folder, name)).mode & 0o077, 0, name);
    for (const name of names.filter((n) => n.includes(".db"))) nothingIn(name, readFileSync(path.join(stack.folder, name)), { digits: false });
    assert.equal(names.some((n) => n.includes(".db")), database === "sqlite");
  });
});
