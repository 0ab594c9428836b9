// The database goes away, or its disk is full: nobody gets in by that, nothing is half done, and
// when it is back everything goes on by itself.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { Stack, until } from "./stack.mjs";
import { configure, period, Person } from "./person.mjs";

const stale = 1_500;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

describe("a PostgreSQL that stops under a running server", { concurrency: false }, () => {
  let stack, alice, home, atPin, atEnrolment, atChallenge, atHandOver, handOver;

  before(async () => {
    stack = await Stack.start({ front: "none", database: "postgresql", settings: `change_stale = ${stale}ms\n` });
    await configure(stack);
  });
  after(() => stack?.stop());

  // Everybody stands somewhere else on the way in.
  it("has people at every step of the way", async () => {
    const newPerson = (name) => new Person(stack, `${name}@countersign.test`);
    alice = newPerson("alice");
    home = await alice.enrolled();
    const pia = newPerson("pia");
    atPin = { browser: pia.browser() };
    await atPin.browser.open();
    await atPin.browser.askForPin(pia.email);
    atPin.pin = await stack.pinFor(pia.email);
    const enno = newPerson("enno");
    atEnrolment = { person: enno, browser: enno.browser() };
    await atEnrolment.browser.signIn(enno.email);
    const enrolment = await atEnrolment.browser.enrol();
    enno.key = enrolment.key;
    atEnrolment.id = enrolment.id;
    const hanna = newPerson("hanna");
    atHandOver = await hanna.enrolled();
    await atHandOver.open("shop");
    stack.shiftClock(period);
    atChallenge = await alice.challenged();
    handOver = await atHandOver.handOver();
    assert.equal(await home.decide(), 200);
  });

  it("lets known sessions pass for no longer than the bound, and then nobody", async () => {
    let allowed = 0, gone = Infinity;
    const stopped = stack.postgres.stop().then(() => { gone = performance.now(); });
    for (let status = 200; status === 200; await sleep(20)) {
      const asked = performance.now();
      status = await home.decide();
      allowed += status === 200;
      assert.ok([200, 503].includes(status), String(status));
      if (asked - gone > stale) assert.equal(status, 503);
    }
    await stopped;
    assert.ok(allowed > 0, "none passed at all");
    for (let i = 0; i < 20; i++) assert.equal(await home.decide(), 503);
    assert.equal((await stack.node.health()).status, 503);
    assert.equal(stack.node.events("store_unavailable").length > 0, true);
  });

  it("tells who signs in that it is unavailable, whatever they were about to do", async () => {
    const calls = [
      () => atPin.browser.call("POST", "/api/v1/sign-in/pin/verify", { meta: atPin.browser.meta, pin: atPin.pin }),
      () => atEnrolment.browser.call("POST", `/api/v1/enrolments/${atEnrolment.id}/confirm`, { meta: atEnrolment.browser.meta, code: atEnrolment.person.code(), name: "Phone" }),
      () => atChallenge.browser.call("POST", `/api/v1/challenges/${atChallenge.challenge}/answer`, { factor: "totp", code: alice.code() }),
      () => atHandOver.call("POST", "/api/v1/sign-in/continue", { meta: atHandOver.meta }),
      () => home.call("GET", "/api/v1/me"),
      () => home.call("POST", "/api/v1/me/sign-out", {}),
      () => home.call("POST", "/api/v1/sign-in/pin", { meta: home.meta, provider: home.provider, email: alice.email }),
    ];
    for (const [i, call] of calls.entries()) {
      const answer = await call();
      assert.equal(answer.status, 503, `call ${i}: ${answer.status} ${JSON.stringify(answer.json)}`);
      assert.equal(answer.json.error.code, "unavailable");
      assert.ok(Number(answer.headers.get("retry-after")) > 0);
      assert.deepEqual(answer.headers.getSetCookie(), []);
    }
    assert.equal((await atHandOver.fetch(handOver)).status, 503);
  });

  it("goes on where everybody stood when the database is back", async () => {
    await stack.postgres.start();
    await until("the recovery", async () => (await stack.node.health()).status === 200);
    assert.equal(stack.node.events("store_recovered").length > 0, true);
    assert.equal(await home.decide(), 200);
    assert.equal((await home.get("/api/v1/me")).user.email, alice.email);
    assert.equal((await atPin.browser.enterPin(atPin.pin)).step, "enrol");
    assert.equal((await atEnrolment.browser.get("/api/v1/me/devices")).devices.length, 0);
    assert.equal((await atEnrolment.browser.confirm(atEnrolment.id, atEnrolment.person.code())).step, "continue");
    assert.equal((await atChallenge.browser.answer(atChallenge.challenge, alice.code())).step, "continue");
    await atHandOver.enter(handOver);
    assert.equal(await atHandOver.decide("shop"), 200);
  });

  it("keeps what it acknowledged when the database is shot", async () => {
    const browser = await new Person(stack, "later@countersign.test").enrolled();
    await stack.postgres.stop("SIGQUIT");
    await stack.postgres.start();
    await until("the recovery", async () => (await browser.call("GET", "/api/v1/me")).status === 200);
    assert.equal((await browser.get("/api/v1/me/devices")).devices.length, 1);
    await until("the decision", async () => (await browser.decide()) === 200);
  });

  it("does not start without its database, and says why", async () => {
    await stack.stopServer();
    await stack.postgres.stop();
    const broken = stack.node;
    broken.launch();
    const { code } = await broken.child.ended;
    assert.equal(code, 1);
    assert.match(broken.logText(), /cannot open the database/);
    await stack.postgres.start();
    await stack.startServer();
    assert.equal(await home.decide(), 200);
  });
});
