// Two nodes over one PostgreSQL: what happens on one holds on the other, at once or within the
// stated bound, also when one of them loses its database link.
import { after, before, beforeEach, describe, it } from "node:test";
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { Stack, until } from "./stack.mjs";
import { configure, period, Person, wrongCode } from "./person.mjs";
import { Link } from "./nodes_link.mjs";

const stale = 2_000; // change_stale of both nodes; an answer may come this late, and no later
const fifty = (call) => Promise.all(Array.from({ length: 50 }, (_, i) => call(i)));
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

describe("two nodes over one PostgreSQL", { concurrency: false }, () => {
  let stack, a, b, link, count = 0;
  const settings = `change_stale = "${stale}ms"\n`;
  const newPerson = () => new Person(stack, `n${++count}@countersign.test`);
  const either = (i) => (i % 2 ? a : b);
  const statuses = (answers) => answers.map((r) => r.status).sort().join(" ");

  before(async () => {
    stack = await Stack.start({ front: "none", database: "postgresql", settings });
    await configure(stack);
    const folder = path.join(stack.folder, "link");
    mkdirSync(folder);
    link = await Link.open(path.join(folder, ".s.PGSQL.5432"), path.join(stack.postgres.data, ".s.PGSQL.5432"));
    a = stack.node;
    b = await stack.addNode("second", { database: stack.postgres.url(folder), settings });
  });
  after(async () => {
    await stack?.stop();
    await link?.close();
  });
  beforeEach(() => stack.shiftClock(2 * period)); // codes that nobody used yet

  async function bothAllow(browser) {
    for (const node of [a, b]) assert.equal(await judged(browser, node), 200);
  }
  // A node that the machine did not let hear of changes in time says so (503), and is asked again.
  async function judged(browser, node) {
    const end = performance.now() + 30_000;
    for (;;) {
      const status = await browser.decide("app", { node });
      if (status !== 503 || performance.now() > end) return status;
    }
  }
  // B may still say yes, but to nobody who asks after the bound; and it comes to hear of it.
  async function refusedOnB(browser, since) {
    for (const end = since + 30_000; ;) {
      const asked = performance.now();
      const status = await browser.decide("app", { node: b });
      assert.ok([200, 401, 503].includes(status), String(status));
      assert.ok(status !== 200 || asked - since < stale, `B said yes ${asked - since} ms later`);
      if (status === 401) return;
      assert.ok(asked < end, "B never came to refuse");
      await sleep(25);
    }
  }

  it("knows on the second node who signed in on the first", async () => {
    const browser = await newPerson().enrolled({ node: a });
    await bothAllow(browser);
    browser.node = b;
    assert.equal((await browser.get("/api/v1/me")).user.email, `n${count}@countersign.test`);
  });

  it("accepts one of fifty equal PINs that arrive at the same instant on both", async () => {
    const person = newPerson();
    const browser = person.browser({ node: a });
    await browser.open();
    await browser.askForPin(person.email);
    const pin = await stack.pinFor(person.email);
    const tries = await fifty((i) => browser.copy({ node: either(i) })
      .call("POST", "/api/v1/sign-in/pin/verify", { meta: browser.meta, pin }));
    assert.equal(tries.filter((r) => r.status === 200).length, 1, statuses(tries));
    assert.ok(tries.every((r) => r.status === 200 || ["pin_over", "too_many"].includes(r.json.error.code)), statuses(tries));
  });

  it("accepts one of fifty equal TOTP codes that arrive at the same instant on both", async () => {
    const person = newPerson();
    await person.enrolled({ node: a });
    stack.shiftClock(period);
    const open = [];
    for (let i = 0; i < 4; i++) open.push(await person.challenged({ node: either(i) }));
    const code = person.code();
    const tries = await fifty((i) => open[i % 4].browser.copy({ node: either(i >> 2) })
      .call("POST", `/api/v1/challenges/${open[i % 4].challenge}/answer`, { factor: "totp", code }));
    assert.equal(tries.filter((r) => r.status === 200).length, 1, statuses(tries));
    assert.ok(tries.every((r) => r.status === 200 || ["code_used", "answered", "too_many"].includes(r.json.error.code)), statuses(tries));
  });

  it("opens one session for fifty uses of one hand-over code on both", async () => {
    const browser = await newPerson().enrolled({ node: a });
    await browser.open();
    const link = await browser.handOver();
    const tries = await fifty((i) => browser.copy({ node: either(i) }).fetch(link));
    assert.equal(tries.filter((r) => r.status === 303).length, 1, statuses(tries));
    assert.ok(tries.every((r) => r.status === 303 || r.status < 500), statuses(tries));
  });

  it("refuses everywhere who signed out on the other node", async () => {
    const browser = await newPerson().enrolled({ node: a });
    await bothAllow(browser);
    const app = browser.copy();
    await browser.post("/api/v1/me/sign-out", {});
    const since = performance.now();
    assert.equal(await judged(app, a), 401);
    await refusedOnB(app, since);
  });

  it("refuses everywhere a session that another sign-in in the same browser ended", async () => {
    const browser = await newPerson().enrolled({ node: a });
    await bothAllow(browser);
    await browser.post("/api/v1/sign-in/switch", { meta: browser.meta });
    const since = performance.now();
    assert.equal(await judged(browser, a), 401);
    await refusedOnB(browser, since);
  });

  it("refuses everywhere a user whom an administrator revoked on one node", async () => {
    const person = newPerson();
    const browser = await person.enrolled({ node: a });
    await bothAllow(browser);
    const answer = await stack.api("POST", "organizations/revoke_user", { email: person.email }, a);
    const since = performance.now();
    assert.equal(answer.status, 200, JSON.stringify(answer.json));
    assert.equal(await judged(browser, a), 401);
    await refusedOnB(browser, since);
    assert.equal((await browser.call("GET", "/api/v1/me")).status, 401);
  });

  it("counts wrong codes on both nodes together", async () => {
    const person = newPerson();
    await person.enrolled({ node: a });
    stack.shiftClock(period);
    const [onA, onB] = [await person.challenged({ node: a }), await person.challenged({ node: b })];
    const tries = [];
    for (let i = 0; i < 14; i++) {
      const { browser, challenge } = i % 2 ? onA : onB;
      tries.push(await browser.call("POST", `/api/v1/challenges/${challenge}/answer`,
        { factor: "totp", code: wrongCode(person.key, stack.now(), i) }));
    }
    assert.deepEqual(tries.map((r) => r.json.error.code),
      [...Array(10).fill("wrong_code"), ...Array(4).fill("too_many")]);
  });

  it("counts PINs asked for on both nodes together", async () => {
    const person = newPerson();
    const codes = [];
    for (let i = 0; i < 7; i++) {
      const browser = person.browser({ node: either(i) });
      await browser.open();
      const answer = await browser.call("POST", "/api/v1/sign-in/pin", { meta: browser.meta, provider: browser.provider, email: person.email });
      codes.push(answer.status);
    }
    assert.deepEqual(codes, [200, 200, 200, 200, 200, 429, 429]);
  });

  // silent: nothing arrives and nothing is closed; cut: closed, and refused from then on
  for (const how of ["silent", "cut"]) {
    it(`lets nobody pass by what it remembers when its database link is ${how}, and recovers by itself`, async (t) => {
      const [kept, revoked] = [newPerson(), newPerson()];
      const [stays, goes] = [await kept.enrolled({ node: a }), await revoked.enrolled({ node: a })];
      await bothAllow(stays);
      await bothAllow(goes);
      t.after(() => link.mend());
      link[how]();
      const lost = performance.now();
      assert.equal((await stack.api("POST", "organizations/revoke_user", { email: revoked.email }, a)).status, 200);
      const since = performance.now();
      assert.equal(await judged(goes, a), 401);
      while (performance.now() - since < stale) {
        const asked = performance.now();
        const answers = await Promise.all([goes.decide("app", { node: b }), stays.decide("app", { node: b })]);
        if (asked - lost >= stale) assert.deepEqual(answers, [503, 503]);
        await sleep(50);
      }
      const late = await Promise.all(Array.from({ length: 4 }, () => goes.decide("app", { node: b })));
      assert.deepEqual(late, [503, 503, 503, 503]);
      assert.equal(await stays.decide("app", { node: b }), 503);
      const health = await b.health();
      assert.equal(health.status, 503);
      assert.equal(await health.text(), "stale\n");
      assert.equal(await judged(stays, a), 200);

      link.mend();
      await until("B's recovery", async () => (await b.health()).status === 200);
      assert.equal(await judged(goes, b), 401);
      assert.equal(await judged(stays, b), 200);
    });
  }

  it("recovers by itself when the database ends all of a node's connections", async () => {
    const browser = await newPerson().enrolled({ node: a });
    const done = stack.postgres.query("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'countersignd'");
    assert.ok(Number(done.stdout) > 2, done.stderr);
    await bothAllow(browser);
    const other = await newPerson().enrolled({ node: b });
    await bothAllow(other);
  });
});
