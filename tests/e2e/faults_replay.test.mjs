// One node on SQLite: the same code fifty times at the same instant, and guessing.
import { after, before, beforeEach, describe, it } from "node:test";
import assert from "node:assert/strict";
import { freePort } from "../free_port.mjs";
import { Stack } from "./stack.mjs";
import { configure, period, Person, wrongCode } from "./person.mjs";
import { client, startProvider } from "../peers/oidc-provider.mjs";

const times = (n, call) => Promise.all(Array.from({ length: n }, (_, i) => call(i)));
const hour = 3_600_000;

describe("the same code at the same instant, and guesses", { concurrency: false }, () => {
  let stack, count = 0;
  const newPerson = () => new Person(stack, `r${++count}@countersign.test`);
  const guess = ({ browser, challenge }, code, as = browser) =>
    as.call("POST", `/api/v1/challenges/${challenge}/answer`, { factor: "totp", code });
  const codes = (answers) => answers.map((r) => r.json.error?.code ?? r.json.step);
  function onlyOne(answers, refusals) {
    const all = codes(answers);
    assert.equal(answers.filter((r) => r.status === 200).length, 1, all.join(" "));
    assert.deepEqual(all.filter((code, i) => answers[i].status !== 200 && !refusals.includes(code)), []);
  }

  before(async () => {
    stack = await Stack.start({ front: "none" });
    await configure(stack);
  });
  after(() => stack?.stop());
  beforeEach(() => stack.shiftClock(2 * period));

  it("accepts one of fifty equal PINs", async () => {
    const person = newPerson();
    const browser = person.browser();
    await browser.open();
    await browser.askForPin(person.email);
    const pin = await stack.pinFor(person.email);
    const verify = () => browser.copy().call("POST", "/api/v1/sign-in/pin/verify", { meta: browser.meta, pin });
    onlyOne(await times(50, verify), ["pin_over"]);
    assert.equal((await verify()).json.error.code, "pin_over");
  });

  it("accepts one of fifty equal confirmations of an enrolment", async () => {
    const person = newPerson();
    const browser = person.browser();
    await browser.signIn(person.email);
    const { id, key } = await browser.enrol();
    person.key = key;
    const code = person.code();
    onlyOne(await times(50, () => browser.copy()
      .call("POST", `/api/v1/enrolments/${id}/confirm`, { meta: browser.meta, code, name: "Phone" })),
    ["ended", "enrolled_already", "name_taken", "too_many"]);
    assert.equal((await browser.get("/api/v1/me/devices")).devices.length, 1);
  });

  it("accepts one of fifty equal TOTP codes for one challenge", async () => {
    const person = newPerson();
    await person.enrolled();
    stack.shiftClock(period);
    const asked = await person.challenged();
    const code = person.code();
    onlyOne(await times(50, () => guess(asked, code, asked.browser.copy())), ["code_used", "answered", "too_many"]);
  });

  it("accepts one of fifty equal TOTP codes for eight challenges in four browsers", async () => {
    const person = newPerson();
    await person.enrolled();
    stack.shiftClock(period);
    const asked = [];
    for (let i = 0; i < 4; i++) {
      const one = await person.challenged();
      asked.push(one, { browser: one.browser, challenge: await one.browser.challenge() });
    }
    const code = person.code();
    onlyOne(await times(48, (i) => guess(asked[i % 8], code, asked[i % 8].browser.copy())), ["code_used", "answered", "too_many"]);
    stack.shiftClock(hour + period);
    assert.notEqual((await guess(asked[7], code)).status, 200);
  });

  it("opens one session for fifty uses of one hand-over code", async () => {
    const browser = await newPerson().enrolled();
    await browser.open("shop");
    const link = await browser.handOver();
    const uses = await times(50, () => browser.copy().fetch(link));
    assert.deepEqual(uses.map((r) => r.status).sort(), [303, ...Array(49).fill(400)]);
  });

  it("takes one of fifty equal callbacks from a provider", async () => {
    const port = await freePort();
    const made = await stack.api("POST", "identity_providers", {
      name: "Directory", type: "oidc",
      config: { client_id: "countersign", client_secret: "only for the tests, long enough", issuer_url: `http://127.0.0.1:${port}`, pkce_enabled: true },
    });
    assert.equal(made.status < 300, true, JSON.stringify(made.json));
    const { id } = made.json.result;
    const idp = await startProvider({
      port, clients: [client("countersign", "only for the tests, long enough", `${stack.origin.auth}/cdn-cgi/access/callback/${id}`)],
    });
    try {
      idp.setNext({ sub: "olga", amr: ["pwd"], claims: { email: "olga@countersign.test", email_verified: true } });
      const browser = newPerson().browser();
      await browser.open();
      const { redirect } = await browser.post("/api/v1/sign-in/oidc", { meta: browser.meta, provider: id });
      const callback = await follow(redirect, stack.origin.auth);
      const answers = await times(50, () => browser.copy().fetch(callback));
      const opened = answers.filter((r) => r.headers.getSetCookie().some((c) => c.startsWith("__Host-cs_session=") && !c.includes("Max-Age=0")));
      assert.equal(opened.length, 1, answers.map((r) => r.status).join(" "));
      assert.ok(answers.every((r) => r.status < 500), answers.map((r) => r.status).join(" "));
    } finally {
      await idp.stop();
    }
  });

  // At the provider, to where it sends the browser back to.
  async function follow(url, back) {
    const jar = new Map();
    for (let hops = 0; hops < 12; hops++) {
      const answer = await fetch(url, { redirect: "manual", headers: { cookie: [...jar].map(([k, v]) => `${k}=${v}`).join("; ") } });
      for (const line of answer.headers.getSetCookie()) {
        const pair = line.split(";")[0];
        jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
      }
      const location = answer.headers.get("location");
      assert.ok(location, `${answer.status} at ${url}`);
      url = new URL(location, url).href;
      if (url.startsWith(back)) return url;
    }
    throw new Error("the provider never sent the browser back");
  }

  it("costs a stranger one budget to guess two hundred times at once", async () => {
    const person = newPerson();
    await person.enrolled();
    stack.shiftClock(period);
    const asked = await person.challenged();
    const answers = codes(await times(200, (i) => guess(asked, wrongCode(person.key, stack.now(), i), asked.browser.copy())));
    assert.equal(answers.filter((code) => code === "wrong_code").length, 10, answers.join(" "));
    assert.equal(answers.filter((code) => code === "too_many").length, 190);
  });

  it("costs all strangers together one budget, however many they are", async () => {
    const person = newPerson();
    await person.enrolled();
    stack.shiftClock(period);
    const asked = [];
    for (let i = 0; i < 4; i++) asked.push(await person.challenged());
    const answers = codes(await times(40, (i) => guess(asked[i % 4], wrongCode(person.key, stack.now(), i))));
    assert.equal(answers.filter((code) => code === "wrong_code").length, 10, answers.join(" "));
  });

  it("lets the owner's own browser in whatever strangers have guessed, and no stranger", async () => {
    const person = newPerson();
    const home = await person.enrolled();
    for (let hours = 0; hours < 12; hours++) { // to the hundred in a row and beyond
      stack.shiftClock(hour + period);
      const asked = await person.challenged();
      for (const answer of await times(11, (i) => guess(asked, wrongCode(person.key, stack.now(), i))))
        assert.notEqual(answer.status, 200);
    }
    stack.shiftClock(hour + period);
    const stranger = await person.challenged();
    assert.equal((await guess(stranger, person.code())).json.error.code, "too_many");
    assert.equal((await guess(stranger, wrongCode(person.key, stack.now()))).json.error.code, "too_many");
    // the same browser signs in anew: known by its device
    stack.shiftClock(24 * hour);
    assert.equal((await home.signIn(person.email)).step, "challenge");
    const state = await home.answer(await home.challenge(), person.code());
    assert.equal(state.step, "continue");
    // and with that the strangers' row begins anew
    stack.shiftClock(hour + period);
    const friend = await person.challenged();
    assert.equal((await guess(friend, person.code())).json.step, "continue");
  });

  it("does not take a device cookie for a known browser of somebody else", async () => {
    const [victim, thief] = [newPerson(), newPerson()];
    await victim.enrolled();
    const browser = await thief.enrolled();
    stack.shiftClock(period);
    assert.equal((await browser.signIn(victim.email)).step, "challenge");
    const challenge = await browser.challenge();
    const answers = codes(await times(30, (i) => guess({ browser, challenge }, wrongCode(victim.key, stack.now(), i))));
    assert.equal(answers.filter((code) => code === "wrong_code").length, 10);
    stack.shiftClock(period);
    assert.equal(await browser.decide(), 401);
  });
});
