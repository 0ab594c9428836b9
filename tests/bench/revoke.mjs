// How long somebody still passes from whom an administrator takes access: from the moment the call is
// sent to the first decision that refuses them, on one node that answers 5,000 decisions a second
// of somebody else meanwhile. Of each half of the people a user is revoked (revoke_user), of the other an
// authenticator is deleted. The real server on SQLite, synchronous=FULL.
//
//     CS_BUILD=build-bench node tests/bench/revoke.mjs [PEOPLE of each half]
//     revoke.refused p99 = N ms (median …, longest …; … decisions/s of others meanwhile, …)
//     authenticator.refused p99 = N ms (the same)
//
// The rate is what the server counted as let pass meanwhile, without the questions of those whom it is
// about, and the least of any second of that (theirs included: some tens).
import { spawn } from "node:child_process";
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { localFetch } from "../../demo/local_fetch.mjs";
import { Stack, root } from "../e2e/stack.mjs";
import { configure, decisionHeaders, Person } from "../e2e/person.mjs";

const count = Number(process.argv[2] ?? 200);
const connections = 70;
const wanted = 5_400; // a second: some more than what is promised, which a late second does not undercut

const sorted = (list) => [...list].sort((a, b) => a - b);
const percentile = (list, p) => sorted(list)[Math.min(list.length - 1, Math.ceil(p * list.length) - 1)];

// One connection that asks again a moment after it was answered, as a busy browser does; without a rest it
// would take a core by itself.
class Asking {
  constructor(port, browser, origin) {
    const headers = { host: "countersign", accept: "application/json", cookie: browser.cookieHeader(origin), ...decisionHeaders(origin, browser.source) };
    this.text = `GET /decision HTTP/1.1\r\n${Object.entries(headers).map(([k, v]) => `${k}: ${v}\r\n`).join("")}\r\n`;
    this.socket = net.connect(port, "127.0.0.1").setNoDelay(true);
    this.asked = 0;
  }
  // The status; the answer's body is small and comes with its head, or is waited for.
  ask() {
    this.asked++;
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
    env: { ...process.env, COOKIE: browser.cookieHeader(origin), ORIGIN_HOST: new URL(origin).host, SOURCE: browser.source, RATE: String(wanted) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (part) => (out += part));
  const ended = new Promise((done) => child.on("exit", () => done(Number(/^RESULT \S+ \S+ (\d+)/m.exec(out)?.[1]))));
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

// Decisions that the server let pass so far, by its own count.
async function allowed(stack) {
  const text = await (await localFetch(`http://127.0.0.1:${stack.node.statusPort}/metrics`)).text();
  return Number(/^countersign_decisions_allow_total (\d+)/m.exec(text)[1]);
}

// Milliseconds of a processor that a process has taken (proc(5): utime and stime, in ticks of 10 ms).
function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

// Samples the count once a second; the rate of others between start and stop, and the least of a second.
class Meter {
  constructor(stack) {
    this.stack = stack;
    this.points = [];
  }
  async sample() {
    const count = await allowed(this.stack);
    this.points.push({ at: performance.now(), count });
  }
  async start() {
    await this.sample();
    this.timer = setInterval(() => this.sample().catch(() => {}), 1000);
  }
  async stop(own) {
    clearInterval(this.timer);
    await this.sample();
    const rate = (from, to, less = 0) => ((to.count - from.count - less) * 1000) / (to.at - from.at);
    const whole = rate(this.points[0], this.points.at(-1), own);
    // the last piece is as short as it happens to be, and with it the count of a moment
    const seconds = this.points.slice(1, -1).map((point, i) => rate(this.points[i], point));
    return { whole, least: Math.min(whole, ...seconds) };
  }
}

const stack = await Stack.start({ front: "none" });
const origin = stack.origin.app;
const port = stack.node.port;

const revoke = (person) => stack.api("POST", "organizations/revoke_user", { email: person.email });
const deleteAuthenticator = (person) => stack.api("DELETE", `users/${person.user}/mfa_authenticators/${person.authenticator}`);

async function lookUp(person) {
  const [user] = (await stack.api("GET", `users?email=${encodeURIComponent(person.email)}`)).json.result;
  const [authenticator] = (await stack.api("GET", `users/${user.id}/mfa_authenticators`)).json.result;
  Object.assign(person, { user: user.id, authenticator: authenticator.id });
}

// Milliseconds until the first refusal; asked: adds up how often they asked and passed.
async function timeToRefusal(person, browser, takeAway) {
  const asking = new Asking(port, browser, origin);
  if (await asking.ask() !== 200) throw new Error("signed in, and not let in");
  const begun = performance.now();
  const done = takeAway(person);
  while (await asking.ask() === 200) await new Promise(setImmediate);
  const took = performance.now() - begun;
  asking.close();
  if ((await done).status !== 200) throw new Error("access was not taken away");
  return { took, passed: asking.asked - 1 };
}

async function measure(name, people, browsers, takeAway) {
  const meter = new Meter(stack);
  const took = [];
  let passed = 0;
  const processes = [["wrk", load.child.pid], ["server", stack.node.child.pid], ["this", process.pid]];
  const before = processes.map(([, pid]) => processorTime(pid));
  await meter.start();
  const begun = performance.now();
  for (const [i, person] of people.entries()) {
    if (load.child.exitCode !== null) throw new Error("the load ended before the last person was refused");
    const one = await timeToRefusal(person, browsers[i], takeAway);
    took.push(one.took);
    passed += one.passed;
    // people are not taken access from back to back: the load is to be met as it is
    await new Promise((resume) => setTimeout(resume, 20));
  }
  const lasted = performance.now() - begun;
  const { whole, least } = await meter.stop(passed);
  const shares = processes.map(([name, pid], i) => `${name} ${((100 * (processorTime(pid) - before[i])) / lasted).toFixed(0)} %`);
  console.log(`${name}.refused p99 = ${percentile(took, 0.99).toFixed(2)} ms (median ${percentile(took, 0.5).toFixed(2)}, `
    + `longest ${percentile(took, 1).toFixed(2)} of ${took.length}; ${whole.toFixed(0)} decisions/s of others meanwhile, `
    + `${least.toFixed(0)} in the slowest second, ${wanted} asked for; of a core: ${shares.join(", ")}; fsync median ${fsyncMedian(stack.folder).toFixed(0)} us)`);
}

let load;
try {
  await configure(stack);
  const people = Array.from({ length: 2 * count + 1 }, (_, i) => new Person(stack, `user${i}@countersign.test`));
  const browsers = [];
  for (let i = 0; i < people.length; i += 8)
    browsers.push(...await Promise.all(people.slice(i, i + 8).map((person) => person.enrolled())));
  for (const person of people.slice(count, 2 * count)) await lookUp(person);
  const bystander = browsers.pop();
  // ended by us: so long only when something is stuck
  load = startLoad(port, bystander, origin, 60 + count);
  await new Promise((resume) => setTimeout(resume, 1500));
  await measure("revoke", people.slice(0, count), browsers.slice(0, count), revoke);
  await measure("authenticator", people.slice(count, 2 * count), browsers.slice(count), deleteAuthenticator);
  if (await bystander.decide() !== 200) throw new Error("somebody else was refused as well");
  load.child.kill("SIGINT");
  const errors = await load.ended;
  if (errors !== 0) throw new Error(`${errors} decisions of the load went wrong`);
} finally {
  load?.child.kill("SIGINT");
  await stack.stop();
}
