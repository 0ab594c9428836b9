// A mail server that says later, never, or nothing: the person is told the same, the operator is
// told what happened, and nothing is lost or doubled.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { Stack, until } from "./stack.mjs";
import { configure, Person } from "./person.mjs";

const minute = 60_000;

describe("a mail server in trouble", { concurrency: false }, () => {
  let stack, count = 0;

  before(async () => {
    stack = await Stack.start({ front: "none" });
    stack.node.configure(stack.node.text.replace('security = "none"', 'security = "none" timeout = 1500ms'));
    await stack.stopServer();
    await stack.startServer();
    await configure(stack);
  });
  after(() => stack?.stop());

  const newPerson = (name = `m${++count}`) => new Person(stack, `${name}@countersign.test`);
  const mailsTo = (person) => stack.smtp.messages().filter((m) => m.to.includes(person.email));
  const eventsAfter = (from, name) => stack.node.events(name).slice(from[name] ?? 0);
  const mark = () => Object.fromEntries(["mail_sent", "mail_deferred", "mail_refused", "mail_expired"]
    .map((name) => [name, stack.node.events(name).length]));

  async function ask(person) {
    const browser = person.browser();
    await browser.open();
    return { browser, state: await browser.askForPin(person.email) };
  }
  // What the page shows, without what differs for everybody.
  const shown = ({ state }) => ({ ...state, pin: Object.keys(state.pin) });

  it("tells the person the same, whatever the mail server says", async () => {
    const fine = await ask(newPerson());
    for (const name of ["fail451", "fail550", "silent"]) assert.deepEqual(shown(await ask(newPerson(name))), shown(fine));
    const stranger = await ask(new Person(stack, "nobody@elsewhere.test"));
    assert.deepEqual(shown(stranger), shown(fine));
  });

  it("tells the operator which mail waits and which is refused for good", async () => {
    await until("the refusal in the log", () => stack.node.events("mail_refused").some((e) => e.reply === 550));
    await until("the delay in the log", () => stack.node.events("mail_deferred").some((e) => e.reply === 451));
    await until("the silence in the log", () => stack.node.events("mail_deferred").some((e) => !(e.reply >= 400)));
  });

  it("delivers once what was first put off", async () => {
    const from = mark();
    const person = newPerson();
    stack.smtp.setOutage(451);
    const { browser } = await ask(person);
    await until("the delay", () => eventsAfter(from, "mail_deferred").length > 0);
    assert.equal(mailsTo(person).length, 0);
    stack.smtp.setOutage(null);
    stack.shiftClock(minute);
    await until("the mail", () => mailsTo(person).length > 0);
    assert.equal((await browser.enterPin(await stack.pinFor(person.email))).step, "enrol");
    stack.shiftClock(5 * minute);
    await ask(newPerson()).then(({ state }) => stack.pinFor(state.pin.email));
    assert.equal(mailsTo(person).length, 1);
  });

  it("gives up what is refused for good, and sends the next", async () => {
    const from = mark();
    const person = newPerson();
    stack.smtp.setOutage(550);
    await ask(person);
    await until("the refusal", () => eventsAfter(from, "mail_refused").length === 1);
    stack.smtp.setOutage(null);
    stack.shiftClock(minute);
    const { browser } = await ask(person);
    assert.equal((await browser.enterPin(await stack.pinFor(person.email))).step, "enrol");
    assert.equal(mailsTo(person).length, 1);
    assert.equal(eventsAfter(from, "mail_refused").length, 1);
  });

  it("goes on answering while the mail server says nothing, and delivers when it does", async () => {
    const from = mark();
    const person = newPerson();
    const home = await newPerson().enrolled();
    stack.smtp.setOutage("silent");
    const { browser } = await ask(person);
    const asked = performance.now();
    const others = await Promise.all(Array.from({ length: 10 }, () => ask(newPerson())));
    assert.ok(performance.now() - asked < 10_000);
    assert.equal(others.every(({ state }) => state.step === "pin"), true);
    assert.equal(await home.decide(), 200);
    await until("the silence in the log", () => eventsAfter(from, "mail_deferred").length > 0);
    stack.smtp.setOutage(null);
    await until("the mail", () => {
      stack.shiftClock(10_000);
      return mailsTo(person).length > 0;
    }, 40_000);
    assert.equal((await browser.enterPin(await stack.pinFor(person.email))).step, "enrol");
    assert.equal(mailsTo(person).length, 1);
  });

  it("does not send a PIN that is over", async () => {
    const from = mark();
    const person = newPerson();
    stack.smtp.setOutage(451);
    const { browser } = await ask(person);
    await until("the delay", () => eventsAfter(from, "mail_deferred").length > 0);
    stack.smtp.setOutage(null);
    stack.shiftClock(11 * minute);
    const next = newPerson();
    await ask(next);
    await stack.pinFor(next.email);
    assert.equal(mailsTo(person).length, 0);
    assert.equal((await browser.get(`/api/v1/sign-in?meta=${browser.meta}`)).step, "provider");
  });

  it("has sent no mail twice", async () => {
    const all = stack.smtp.messages().map((m) => m.messageId);
    assert.equal(new Set(all).size, all.length);
    assert.ok(all.every((id) => id.length > 10));
  });
});
