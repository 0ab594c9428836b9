// What an operator does while people come and go: a configuration that is wrong or right, new
// sealing keys, a stop.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import http from "node:http";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { startCatcher } from "../../demo/smtp-catcher.mjs";
import { built, Stack, until } from "./stack.mjs";
import { configure, decisionHeaders, period, Person } from "./person.mjs";

const clients = 64;
const run = promisify(execFile);

// Many clients, one request after another, each on a connection of its own or on one that is kept.
class Load {
  constructor(stack, browsers, keepAlive) {
    this.agents = Array.from({ length: clients }, () => keepAlive && new http.Agent({ keepAlive, maxSockets: 1 }));
    this.seen = new Map(); // status or error, and how often
    this.ending = false;
    this.done = Promise.all(this.agents.map((agent, i) => this.#ask(stack, browsers[i % browsers.length], agent)));
  }
  async #ask(stack, browser, agent) {
    while (!this.ending) {
      const what = await this.#once(stack, browser, agent);
      this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
      if (what === "ECONNREFUSED") return;
    }
  }
  #once(stack, browser, agent) {
    return new Promise((resolve) => {
      const request = http.get({
        agent, port: stack.node.port, host: "127.0.0.1", path: "/decision",
        headers: { ...decisionHeaders(stack.origin.app, browser.source), cookie: browser.cookieHeader(stack.origin.app) },
      }, (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.complete ? answer.statusCode : "cut"));
        answer.on("error", () => resolve("cut"));
      });
      // A kept connection that was closed between two answers has lost nobody's request.
      request.on("error", (error) => resolve(request.reusedSocket && error.code === "ECONNRESET" ? "closed" : error.code));
    });
  }
  async end() {
    this.ending = true;
    await this.done;
    for (const agent of this.agents) agent && agent.destroy();
    return Object.fromEntries(this.seen);
  }
}

describe("an operator at work while people come and go", { concurrency: false }, () => {
  let stack, browsers, catcher;
  const people = [];
  const newPerson = () => {
    people.push(new Person(stack, `o${people.length}@countersign.test`));
    return people.at(-1);
  };
  const hangUp = () => stack.node.child.kill("SIGHUP");

  before(async () => {
    stack = await Stack.start({ front: "none" });
    await configure(stack);
    browsers = [];
    for (let i = 0; i < 4; i++) browsers.push(await newPerson().enrolled());
  });
  after(async () => {
    await stack?.stop();
    await catcher?.stop();
  });

  for (const [what, spoil, reason] of [
    ["with an unknown key", (text) => `${text}surprise = 1\n`, /countersignd\.conf:\d+.*surprise/],
    ["that is no configuration at all", () => "listen = {\n", /countersignd\.conf:\d+/],
    ["with a value out of range", (text) => `${text}workers = 100000\n`, /countersignd\.conf:\d+.*workers/],
    ["with a proxy's peer that is no network", (text) => text.replace('"127.0.0.1", "::1"} }\n', '"everybody"} }\n').replace('peers = {"127.0.0.1", "::1"}', 'peers = {"everybody"}'), /everybody/],
    ["with a mail server that is none", (text) => text.replace("smtp://", "carrier-pigeon://"), /mail\.server/],
  ]) {
    it(`keeps the old configuration when it is told to read one ${what}`, async () => {
      const before = stack.node.events("config_refused").length;
      stack.node.configure(spoil(stack.node.text));
      hangUp();
      await until("the refusal in the log", () => stack.node.events("config_refused").length > before);
      assert.match(stack.node.events("config_refused").at(-1).reason, reason);
      stack.node.configure(stack.node.text);
      assert.equal(await browsers[0].decide(), 200);
      assert.ok((await newPerson().enrolled()) !== null);
    });
  }

  it("takes another mail server over without dropping a request", async () => {
    catcher = await startCatcher({ smtpPort: 0, webPort: 0 });
    const load = new Load(stack, browsers, true);
    const right = stack.node.text.replace(/smtp:\/\/127\.0\.0\.1:\d+/, `smtp://127.0.0.1:${catcher.smtpPort}`);
    for (let i = 0; i < 10; i++) {
      const before = stack.node.events("config_reloaded").length;
      stack.node.configure(i % 2 ? stack.node.text : right);
      hangUp();
      await until("the new configuration", () => stack.node.events("config_reloaded").length > before);
    }
    stack.node.configure(right);
    hangUp();
    await until("the new configuration", () => stack.node.events("config_reloaded").length >= 11);
    const person = newPerson();
    const browser = person.browser();
    await browser.open();
    await browser.askForPin(person.email);
    await until("the mail at the other server", () => catcher.messages().some((m) => m.to.includes(person.email)));
    const seen = await load.end();
    assert.deepEqual(Object.keys(seen), ["200"]);
    stack.node.configure(stack.node.text);
    hangUp();
    await until("the old configuration again", () => stack.node.events("config_reloaded").length >= 12);
  });

  it("asks nobody's word any more whom a new configuration does not list", async () => {
    stack.node.configure(stack.node.text.replace('peers = {"127.0.0.1", "::1"}', 'peers = {"192.0.2.1"}'));
    hangUp();
    await until("the refusal", async () => (await browsers[0].decide()) === 400);
    stack.node.configure(stack.node.text);
    hangUp();
    await until("the answer", async () => (await browsers[0].decide()) === 200);
  });

  for (const keepAlive of [false, true]) {
    it(`answers every request that it accepted before it stops, on connections that are ${keepAlive ? "kept" : "closed after each"}`, async () => {
      const load = new Load(stack, browsers, keepAlive);
      await until("the load", () => (load.seen.get(200) ?? 0) > 500);
      await stack.stopServer("SIGTERM");
      assert.equal(stack.node.child.exitCode, 0);
      const seen = await load.end();
      // Between our last look at the queue of new connections and its end the kernel may put more in,
      // which we never see, and reset them: at most one of each client, when the machine stops us there.
      assert.ok((seen.ECONNRESET ?? 0) <= (keepAlive ? 0 : clients), JSON.stringify(seen));
      assert.ok(!("cut" in seen) && seen[503] === undefined, JSON.stringify(seen));
      assert.deepEqual(Object.keys(seen).filter((k) => !["200", "closed", "ECONNREFUSED", "ECONNRESET"].includes(k)), []);
      await stack.startServer();
      assert.equal(await browsers[0].decide(), 200);
    });
  }

  it("answers the sign-ins that wait for the database before it stops", async () => {
    const waiting = await Promise.all(Array.from({ length: clients }, async () => {
      const person = newPerson();
      const browser = person.browser();
      await browser.open();
      return { person, browser };
    }));
    const answers = waiting.map(({ person, browser }) => browser.askForPin(person.email).then((s) => s.step, (e) => e.code ?? e.message));
    await Promise.race(answers);
    await stack.stopServer("SIGTERM");
    const got = await Promise.all(answers);
    const lost = got.filter((step) => step !== "pin" && step !== "ECONNREFUSED");
    assert.deepEqual(lost, []);
    assert.equal(stack.node.child.exitCode, 0);
    await stack.startServer();
    for (const [i, step] of got.entries())
      if (step === "pin") assert.equal((await waiting[i].browser.get(`/api/v1/sign-in?meta=${waiting[i].browser.meta}`)).step, "pin");
  });

  it("changes its sealing key under people who sign in, and needs the old one no more", async () => {
    const program = `${built}/tests/e2e/countersignd-test`;
    const keys = async (...args) => (await run(program, ["keys", "--config", stack.node.config, ...args], { env: stack.env })).stdout;
    const reloaded = async () => {
      const before = stack.node.events("config_reloaded").length;
      hangUp();
      await until("the new keyring", () => stack.node.events("config_reloaded").length > before);
    };
    const before = await newPerson().enrolled();
    let ending = false, signedIn = 0;
    const load = Promise.all(Array.from({ length: 4 }, async () => {
      while (!ending) {
        const browser = await newPerson().enrolled();
        assert.equal(await browser.decide(), 200);
        signedIn++;
      }
    }));
    const more = async () => {
      const from = signedIn;
      await until("more sign-ins", () => signedIn > from + 3);
    };

    await more();
    const old = readFileSync(`${stack.folder}/keyring`, "utf8");
    const id = (await keys("add")).match(/added key ([0-9a-f]+)/)[1];
    await reloaded();
    await more();
    await keys("use", id);
    await reloaded();
    await more();
    assert.match(await keys("reseal"), / 0 could not be opened/);
    await more();
    ending = true;
    await load;

    // anything that was sealed between `use` and the reload by the running server
    assert.match(await keys("reseal"), / 0 could not be opened/);
    const lines = readFileSync(`${stack.folder}/keyring`, "utf8").split("\n");
    const oldLines = old.split("\n").filter((line) => /[0-9a-f]{16}/.test(line));
    assert.equal(oldLines.length, 1, "one key before");
    const oldId = oldLines[0].match(/[0-9a-f]{8,}/)[0];
    writeFileSync(`${stack.folder}/keyring`, lines.filter((line) => !line.includes(oldId)).join("\n"), { mode: 0o600 });
    await stack.stopServer();
    await stack.startServer();
    assert.equal(await before.decide(), 200);
    stack.shiftClock(2 * period);
    for (const person of people.filter((p) => p.key).slice(0, 4)) await person.again();
    assert.deepEqual(stack.node.events("key_unknown"), []);
    assert.deepEqual(stack.node.events("seal_broken"), []);
  });
});
