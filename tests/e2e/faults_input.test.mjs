// Garbage, oversized and slow requests to every listener, while decisions go on being answered.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import net from "node:net";
import { Stack } from "./stack.mjs";
import { configure, Person } from "./person.mjs";

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const MiB = 1024 * 1024;

describe("nonsense at every door while decisions go on", { concurrency: false }, () => {
  let stack, home, doors, ending = false, watch;
  const seen = { answers: 0, slowest: 0, wrong: [] };
  const host = () => `Host: ${new URL(stack.origin.auth).host}\r\n`;
  const memory = () => Number(readFileSync(`/proc/${stack.node.child.pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) * 1024;

  // What comes back until the other side closes, or until it has said how it judges.
  function say(door, parts, { waitMs = 15_000, pauseMs = 0 } = {}) {
    return new Promise((resolve) => {
      let text = "";
      const socket = net.connect(door);
      const timer = setTimeout(() => socket.destroy(), waitMs);
      socket.on("connect", async () => {
        for (const part of parts) {
          if (socket.destroyed) break;
          if (!socket.write(part)) await new Promise((done) => socket.once("drain", done).once("close", done));
          if (pauseMs) await sleep(pauseMs);
        }
      });
      socket.on("data", (bytes) => {
        text += bytes.toString("latin1");
        if (statusOf(text)) socket.destroy();
      });
      socket.on("error", () => {});
      socket.on("close", () => {
        clearTimeout(timer);
        resolve(text);
      });
    });
  }
  const statusOf = (text) => Number(text.match(/^HTTP\/1\.[01] (\d{3})/)?.[1]);
  const everywhere = (parts, options) => Promise.all(doors.map((door) => say(door, parts, options)));

  before(async () => {
    stack = await Stack.start({ front: "none" });
    const socket = `${stack.folder}/http.sock`;
    stack.node.configure(stack.node.text.replace(/listen = \{(.*)\}/, `listen = {$1, "unix:${socket}"}`));
    await stack.stopServer();
    await stack.startServer();
    await configure(stack);
    home = await new Person(stack, "home@countersign.test").enrolled();
    doors = [{ port: stack.node.port, host: "127.0.0.1" }, { path: socket }, { port: stack.node.statusPort, host: "127.0.0.1" }];
    watch = (async () => {
      while (!ending) {
        const from = performance.now();
        const status = await home.decide().catch((error) => error.code);
        seen.answers++;
        seen.slowest = Math.max(seen.slowest, performance.now() - from);
        if (status !== 200) seen.wrong.push(status);
        await sleep(2);
      }
    })();
  });
  after(async () => {
    ending = true;
    await watch;
    await stack?.stop();
  });

  it("survives bytes that are no HTTP, at every listener", async () => {
    const openings = [
      () => randomBytes(600),
      () => Buffer.from("1603010200010001fc0303", "hex"), // a TLS ClientHello
      () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      () => "\r\n".repeat(5_000),
      () => "\0".repeat(5_000),
      () => `GET ${"/".repeat(3)}\0 HTTP/1.1\r\n${host()}\r\n`,
      () => "EHLO mail.example\r\nMAIL FROM:<a@b>\r\n",
      () => "GET / HTTP/1.1\nHost: a\n\n",
      () => `GET / HTTP/9.9\r\n${host()}\r\n`,
    ];
    for (const text of await everywhere(["GET / HTTP/1.1\nHost: a\n\n"])) assert.equal(statusOf(text), 400);
    for (let round = 0; round < 20; round++) {
      const answers = (await Promise.all(openings.map((make) => everywhere([make()], { waitMs: 300 })))).flat();
      assert.deepEqual(answers.filter((text) => text !== "" && statusOf(text) < 400), []);
    }
  });

  it("refuses what is too large and says so", async () => {
    const head = (name, value) => [`GET /decision HTTP/1.1\r\n${host()}${name}: `, value, "\r\n\r\n"];
    for (const [want, parts] of [
      [[431], head("X-Long", "a".repeat(MiB))],
      [[431, 400], [`GET / HTTP/1.1\r\n${host()}`, "X: y\r\n".repeat(20_000), "\r\n"]],
      [[414, 431, 400], [`GET /${"a".repeat(MiB)} HTTP/1.1\r\n${host()}\r\n`]],
      [[413], [`POST /api/v1/sign-in/pin HTTP/1.1\r\n${host()}Content-Type: application/json\r\nContent-Length: 104857600\r\n\r\n`, "a".repeat(MiB)]],
      [[413], [`POST /api/v1/sign-in/pin HTTP/1.1\r\n${host()}Transfer-Encoding: chunked\r\n\r\n`, ...Array(64).fill(`8000\r\n${"a".repeat(32768)}\r\n`)]],
      [[400, 413], [`POST /api/v1/sign-in/pin HTTP/1.1\r\n${host()}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n`]],
      [[400, 413], [`POST /api/v1/sign-in/pin HTTP/1.1\r\n${host()}Content-Length: 18446744073709551617\r\n\r\nx`]],
      [[400], [`POST /api/v1/sign-in/pin HTTP/1.1\r\n${host()}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx`]],
    ]) {
      const [tcp, unix] = await everywhere(parts);
      for (const text of [tcp, unix]) assert.ok(want.includes(statusOf(text)), `${want}: ${text.slice(0, 40)} to ${parts[0].slice(0, 60)}`);
    }
  });

  it("refuses bodies that are no JSON, or too deep, with an answer in JSON", async () => {
    const auth = stack.origin.auth;
    for (const body of ["{", "[".repeat(8_000), `{"meta":${"[".repeat(4_000)}${"]".repeat(4_000)}}`, '{"meta":"a","meta":"b"}', "\xff\xfe", "null", '"x"', '{"meta":1,"email":2,"provider":3}']) {
      const answer = await home.fetch(`${auth}/api/v1/sign-in/pin`, {
        method: "POST", headers: { origin: auth, "content-type": "application/json" }, body,
      });
      assert.equal(answer.status, 400, body.slice(0, 30));
      assert.equal((await answer.json()).error.code, "body");
    }
  });

  it("keeps answering while hundreds of clients send a byte now and then", async () => {
    const before = memory();
    const slow = Array.from({ length: 300 }, (_, i) =>
      say(doors[i % 3], `GET /decision HTTP/1.1\r\n${host()}X-Slow: ${"a".repeat(100)}`, { pauseMs: 100, waitMs: 9_000 }));
    const slowBodies = Array.from({ length: 100 }, () =>
      say(doors[0], [`POST /api/v1/sign-in/pin HTTP/1.1\r\n${host()}Content-Length: 1000\r\n\r\n`, ..."x".repeat(100)], { pauseMs: 100, waitMs: 9_000 }));
    await sleep(1_000);
    const person = new Person(stack, "meanwhile@countersign.test");
    const browser = await person.enrolled();
    assert.equal(await browser.decide(), 200);
    const answers = await Promise.all([...slow, ...slowBodies]);
    assert.equal(answers.some((text) => statusOf(text) < 400), false);
    assert.ok(memory() - before < 32 * MiB, `grown by ${(memory() - before) / MiB} MiB`);
  });

  it("closes a connection whose request never ends", async () => {
    const from = performance.now();
    const answers = await everywhere([`GET /decision HTTP/1.1\r\n${host()}X: `, ..."a".repeat(600)], { pauseMs: 150, waitMs: 80_000 });
    assert.ok(performance.now() - from < 70_000, "they were kept for 70 s");
    for (const text of answers) assert.ok(text === "" || statusOf(text) === 408, text.slice(0, 40));
  });

  it("has answered every decision meanwhile, none late", () => {
    assert.deepEqual(seen.wrong, []);
    assert.ok(seen.answers > 100, String(seen.answers));
    // Far less than any of those clients would have made it wait, however busy the machine is.
    assert.ok(seen.slowest < 8_000, `${seen.slowest} ms`);
  });
});
