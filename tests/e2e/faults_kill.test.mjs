// kill -9 at random moments, two hundred times on SQLite and some more on PostgreSQL, while people
// sign in. What was acknowledged is there afterwards; what was used once is never accepted again.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Stack } from "./stack.mjs";
import { configure, period, Person, Refused } from "./person.mjs";

const people = 12;
const visits = 8; // hand-overs in each browser
const lease = 120_000; // a mail that was in the dead process's hands waits for so long
const run = promisify(execFile);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// What the server said it did, and what must stay so.
class Ledger {
  constructor() {
    this.fresh = []; // {what, check}: not looked at since the last restart
    this.kept = [];
    this.accepted = new Map(); // a code and how often it was accepted
    this.lost = 0; // calls whose answer the kill took
    this.broken = [];
  }
  promise(what, check) { this.fresh.push({ what, check }); }
  accept(code) {
    this.accepted.set(code, (this.accepted.get(code) ?? 0) + 1);
    if (this.accepted.get(code) > 1) this.broken.push(`accepted twice: ${code}`);
  }
}

for (const [database, kills] of [["sqlite", 200], ["postgresql", 40]])
describe(`a server on ${database} that is killed ${kills} times while people sign in`, { concurrency: false }, () => {
  const ledger = new Ledger();
  let stack, ending = false, count = 0;
  const isLost = (error) => !(error instanceof Refused) && !(error instanceof assert.AssertionError);

  // Until the server answers at all. tries: how many before may have been taken, nobody knows.
  async function insist(call) {
    let tries = 0;
    for (;;) {
      try {
        return { answer: await call(), tries };
      } catch (error) {
        const saysNothingDone = error instanceof Refused && error.status === 503;
        if (!isLost(error) && !saysNothingDone) return { error, tries };
        if (isLost(error) && error.code !== "ECONNREFUSED") {
          tries++;
          ledger.lost++;
        }
        if (ending) throw new Ended();
        await sleep(15);
      }
    }
  }
  class Ended extends Error {}

  // A code is handed in; once accepted, never again. again: a call that hands it in once more.
  // The answer, or the code of a refusal that may be.
  async function spend(code, call, again, refusals) {
    const { answer, error, tries } = await insist(call);
    if (error) {
      const mayBe = refusals.includes(error.code) && (tries > 0 || error.code === "wrong_pin");
      assert.ok(mayBe, `${code}: ${error.message} after ${tries} tries`);
      return error.code;
    }
    ledger.accept(code);
    ledger.promise(`${code} is over`, async () => {
      try {
        await again();
      } catch (refused) {
        if (isLost(refused) || refused.status >= 500) throw refused;
        return;
      }
      ledger.accept(code);
    });
    return answer;
  }

  // The newest PIN that came and was not tried. null: none comes.
  async function newPin(person, tried, asked) {
    while (stack.now() < asked + 2 * lease) {
      const pin = stack.smtp.messages().filter((m) => m.to.includes(person.email) && m.at >= asked)
        .map((m) => m.text.match(/^\s*(\d{6})\s*$/m)?.[1]).findLast((found) => found !== undefined);
      if (pin !== undefined && !tried.has(pin)) return pin;
      if (ending) throw new Ended();
      await sleep(25);
    }
    return null;
  }

  // Asked twice because an answer was lost, only the second PIN counts, and it may come second.
  async function signIn(person, browser) {
    const tried = new Set();
    const asked = stack.now();
    for (const call of [() => browser.open(), () => browser.askForPin(person.email)]) {
      const { error } = await insist(call);
      if (error) throw error;
    }
    for (;;) {
      const pin = await newPin(person, tried, asked);
      if (pin === null) return null;
      tried.add(pin);
      const asker = browser.copy(); // with the flow that asked
      const state = await spend(`PIN ${pin} of ${person.email}`, () => browser.enterPin(pin), () => asker.enterPin(pin), ["pin_over", "wrong_pin"]);
      if (state === "wrong_pin") continue;
      if (typeof state === "object") ledger.promise(`${person.email} is signed in`, () => browser.get("/api/v1/me"));
      return typeof state === "object" ? state : null;
    }
  }

  async function enter(browser, who) {
    const { answer: link, error } = await insist(() => browser.handOver());
    if (error) throw error;
    const comer = browser.copy();
    const entered = await spend(`hand-over ${link}`, () => browser.enter(link), () => comer.enter(link), [""]);
    if (entered === "") return; // taken before its answer was lost
    const [passes, app] = [browser.copy(), browser.app];
    ledger.promise(`${who} may pass`, async () => assert.equal(await passes.decide(app), 200));
  }

  async function visit(browser, who) {
    for (let i = 0; i < visits; i++) {
      await enter(browser, who);
      const { error } = await insist(() => browser.open(i % 2 ? "app" : "shop"));
      if (error) throw error;
    }
  }

  // A code that counts for a while yet, of the step before (-1) or of this one (0).
  const codeOf = (person, step) => person.code(step * period);

  async function enrol(person, browser) {
    const { answer: enrolment, error } = await insist(() => browser.enrol());
    if (error) throw error;
    person.key = enrolment.key;
    const confirmed = await insist(() => browser.confirm(enrolment.id, codeOf(person, -1)));
    if (confirmed.error) { // the answer was lost, or the step went by meanwhile
      assert.ok(confirmed.tries > 0 || confirmed.error.code === "wrong_code", confirmed.error.message);
      return false;
    }
    const { devices } = await insist(() => browser.get("/api/v1/me/devices")).then((r) => r.answer);
    ledger.promise(`${person.email} has an authenticator`, async () =>
      assert.deepEqual((await browser.get("/api/v1/me/devices")).devices.map((d) => d.id), devices.map((d) => d.id)));
    assert.equal(devices.length, 1);
    return true;
  }

  // Two challenges are open: what one accepts, the other must not.
  async function prove(person, browser) {
    const first = await insist(() => browser.challenge());
    const second = await insist(() => browser.challenge());
    const code = codeOf(person, 0);
    const { answer, error, tries } = await insist(() => browser.answer(first.answer, code));
    if (error) {
      assert.ok(["wrong_code", "answered", "code_used"].includes(error.code) && (tries > 0 || error.code === "wrong_code"), error.message);
      return error.code !== "wrong_code";
    }
    assert.equal(answer.step, "continue");
    const name = `code ${code} of ${person.email}`;
    ledger.accept(name);
    ledger.promise(`${name} is over`, async () => {
      const again = await browser.call("POST", `/api/v1/challenges/${second.answer}/answer`, { factor: "totp", code });
      if (again.status === 200) ledger.accept(name);
      assert.ok([400, 429].includes(again.status), `${name}: ${again.status}`);
    });
    return true;
  }

  async function live() {
    const person = new Person(stack, `p${++count}@countersign.test`);
    const home = person.browser();
    if ((await signIn(person, home)) === null || !(await enrol(person, home))) return;
    await visit(home, `${person.email} at home`);
    const away = person.browser();
    if ((await signIn(person, away)) === null || !(await prove(person, away))) return;
    await visit(away, `${person.email} elsewhere`);
  }

  // Somebody who comes, signs in and leaves room for the next.
  async function keepComing() {
    while (!ending) {
      try {
        await live();
      } catch (error) {
        if (error instanceof Ended) return;
        ledger.broken.push(error.message);
      }
    }
  }

  async function look(promises) {
    const rest = [...promises];
    const oneByOne = async () => {
      for (let next = rest.pop(); next !== undefined; next = rest.pop())
        await next.check().catch((error) => ledger.broken.push(`${next.what}: ${error.message}`));
    };
    await Promise.all(Array.from({ length: 32 }, oneByOne));
    ledger.kept.push(...promises.filter(({ what }) => !what.endsWith("is over")));
  }

  // PostgreSQL is not killed here, and looks after its own files.
  async function databaseIsWhole() {
    if (database !== "sqlite") return;
    const { stdout } = await run("sqlite3", [`${stack.folder}/countersign.db`,
      ".timeout 10000", "PRAGMA integrity_check;", "PRAGMA foreign_key_check;"]);
    assert.equal(stdout.trim(), "ok");
  }

  before(async () => {
    stack = await Stack.start({ front: "none", database });
    await configure(stack);
  });
  after(() => stack?.stop());

  // Whoever closes the file last removes its log: the server must be known to be there.
  if (database === "sqlite") it("keeps what it acknowledged after another programme has looked into the database", async () => {
    const before = await new Person(stack, "before@countersign.test").enrolled();
    await databaseIsWhole();
    const later = await new Person(stack, "later@countersign.test").enrolled();
    await stack.stopServer("SIGKILL");
    await stack.startServer();
    assert.deepEqual([await before.decide(), await later.decide()], [200, 200]);
    assert.equal((await later.get("/api/v1/me/devices")).devices.length, 1);
  });

  it("keeps every acknowledged write and accepts nothing twice", { timeout: 300_000 }, async (t) => {
    const load = Array.from({ length: people }, keepComing);
    const kill = () => stack.stopServer("SIGKILL");
    for (let killed = 0; killed < kills; killed++) {
      await sleep(Math.random() * 300);
      const promises = ledger.fresh.splice(0);
      await kill();
      stack.shiftClock(5_000); // mail that the dead process had in hand comes after its lease
      if (killed % 10 === 5) { // once more, while it starts
        stack.node.launch();
        await sleep(Math.random() * 120);
        await kill();
        killed++;
      }
      await stack.startServer();
      await look(promises);
      if (killed % 50 === 49) await databaseIsWhole();
    }
    ending = true;
    await Promise.all(load);
    const promises = [...ledger.fresh.splice(0), ...ledger.kept.splice(0)];
    await look(promises);
    await databaseIsWhole();
    t.diagnostic(`${ledger.accepted.size} codes accepted, ${promises.length} promises at the end, ${ledger.lost} answers lost`);
    assert.deepEqual(ledger.broken, []);
    assert.ok(ledger.accepted.size > kills / 2 && ledger.lost > kills / 20, "there was no load");
  });
});
