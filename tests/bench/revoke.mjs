// How long a revoked person still passes: from the moment an administrator's call to revoke_user is
// sent, to the first decision that refuses them, on one node that answers 5,000 decisions a second
// of somebody else meanwhile. The real server on SQLite, synchronous=FULL.
//
//     CS_BUILD=build-bench node tests/bench/revoke.mjs [PEOPLE]
//     revoke.refused p99 = N ms (median …, longest …, … decisions/s of others, … us fsync)
import { spawn } from "node:child_process";
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { Stack, root } from "../e2e/stack.mjs";
import { configure, decisionHeaders, Person } from "../e2e/person.mjs";

const count = Number(process.argv[2] ?? 200);
const connections = 70;
const rest = 11; // milliseconds: 70 connections ask some 6,000 times a second

const sorted = (list) => [...list].sort((a, b) => a - b);
const percentile = (list, p) => sorted(list)[Math.min(list.length - 1, Math.ceil(p * list.length) - 1)];

// One connection that asks again as soon as it was answered, as a busy browser does.
class Asking {
  constructor(port, browser, origin) {
    const headers = { host: "countersign", accept: "application/json", cookie: browser.cookieHeader(origin), ...decisionHeaders(origin, browser.source) };
    this.text = `GET /decision HTTP/1.1\r\n${Object.entries(headers).map(([k, v]) => `${k}: ${v}\r\n`).join("")}\r\n`;
    this.socket = net.connect(port, "127.0.0.1").setNoDelay(true);
  }
  // The status; the answer's body is small and comes with its head, or is waited for.
  ask() {
    return new Promise((resolve, reject) => {
      let got = "";
      const take = (part) => {
        got += part;
        const end = got.indexOf("\r\n\r\n");
        if (end < 0) return;
        const length = Number(/^content-length: *(\d+)/im.exec(got.slice(0, end + 2))?.[1] ?? 0);
        if (got.length < end + 4 + length) return;
        this.socket.off("data", take).off("error", reject);
        resolve(Number(got.slice(9, 12)));
      };
      this.socket.on("data", take).on("error", reject);
      this.socket.write(this.text);
    });
  }
  close() { this.socket.destroy(); }
}

function startLoad(port, browser, origin, seconds) {
  const child = spawn("wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, "-s", path.join(root, "tests/bench/revoke.lua"), `http://127.0.0.1:${port}/decision`], {
    env: { ...process.env, COOKIE: browser.cookieHeader(origin), ORIGIN_HOST: new URL(origin).host, SOURCE: browser.source, DELAY: String(rest) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (part) => (out += part));
  const ended = new Promise((done) => child.on("exit", () => done(/^RESULT (\S+) (\S+) (\d+)/m.exec(out)?.slice(1).map(Number))));
  return { child, ended };
}

function fsyncMedian(folder) {
  const fd = openSync(path.join(folder, "fsync"), "w");
  const took = Array.from({ length: 200 }, () => {
    writeSync(fd, Buffer.alloc(4096));
    const begun = performance.now();
    fdatasyncSync(fd);
    return (performance.now() - begun) * 1000;
  });
  closeSync(fd);
  return percentile(took, 0.5);
}

const stack = await Stack.start({ front: "none" });
try {
  await configure(stack);
  const people = Array.from({ length: count + 1 }, (_, i) => new Person(stack, `user${i}@countersign.test`));
  const browsers = [];
  for (let i = 0; i < people.length; i += 8)
    browsers.push(...await Promise.all(people.slice(i, i + 8).map((person) => person.enrolled())));
  const origin = stack.origin.app;
  const port = stack.node.port;
  const bystander = browsers.pop();
  const seconds = 5 + Math.ceil(count / 20);
  const load = startLoad(port, bystander, origin, seconds);
  await new Promise((resume) => setTimeout(resume, 1500));
  const took = [];
  for (const [i, browser] of browsers.entries()) {
    if (load.child.exitCode !== null) throw new Error("the load ended before the last person was revoked");
    const asking = new Asking(port, browser, origin);
    if (await asking.ask() !== 200) throw new Error("signed in, and not let in");
    const begun = performance.now();
    const revoked = stack.api("POST", "organizations/revoke_user", { email: people[i].email });
    while (await asking.ask() === 200);
    took.push(performance.now() - begun);
    asking.close();
    if ((await revoked).status !== 200) throw new Error("not revoked");
  }
  if (await bystander.decide() !== 200) throw new Error("somebody else was revoked as well");
  load.child.kill("SIGINT");
  const [rate, , errors] = await load.ended ?? [];
  if (errors) throw new Error(`${errors} decisions of the load went wrong`);
  console.log(`revoke.refused p99 = ${percentile(took, 0.99).toFixed(2)} ms (median ${percentile(took, 0.5).toFixed(2)}, `
    + `longest ${percentile(took, 1).toFixed(2)} of ${took.length}; ${rate} decisions/s of others meanwhile; fsync median ${fsyncMedian(stack.folder).toFixed(0)} us)`);
} finally {
  await stack.stop();
}
