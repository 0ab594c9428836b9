// What it is worth that people sign in at once: the whole sign-in over HTTP, PIN and TOTP, by 64
// people at once over the same by one after another. countersignd-test (countersignd with a clock
// that this sets, since a TOTP step counts once and PINs by the hour) on SQLite, synchronous=FULL.
//
//     CS_BUILD=build-bench node tests/bench/sign_in.mjs [ROUNDS]
//     sign_in.http 64 at once / serial = R (fsync median N us, …)
//
// Not counted: the time until a mail comes, for which a person alone would wait and 64 would wait
// together. Everybody asks, all mails come, then everybody goes on. This client shares the machine
// with the server; how much of a core it takes at 64 at once stands beside.
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { Stack } from "../e2e/stack.mjs";
import { configure, Person } from "../e2e/person.mjs";

const crowd = 64;
const alone = 16;
const rounds = Number(process.argv[2] ?? 5);
const hour = 3600_000;

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

// One after another, or all at once: the milliseconds that it took.
async function timed(people, atOnce, step) {
  const begun = performance.now();
  const used = process.cpuUsage();
  if (atOnce) await Promise.all(people.map(step));
  else for (const person of people) await step(person);
  const { user, system } = process.cpuUsage(used);
  return { took: performance.now() - begun, used: (user + system) / 1000 };
}

// Sign-ins per second, and how much of a core this client took meanwhile.
async function measure(stack, people, atOnce) {
  stack.shiftClock(hour + 60_000);
  const visits = people.map((person) => ({ person, browser: person.browser() }));
  const asked = stack.now();
  const asking = await timed(visits, atOnce, async ({ person, browser }) => {
    await browser.open("app");
    await browser.askForPin(person.email);
  });
  for (const visit of visits) visit.pin = await stack.pinFor(visit.person.email, asked);
  const proving = await timed(visits, atOnce, async ({ person, browser, pin }) => {
    const { step } = await browser.enterPin(pin);
    if (step !== "challenge") throw new Error(`${person.email} is asked for ${step}`);
    await browser.answer(await browser.challenge(), person.code());
    await browser.enter(await browser.handOver());
  });
  for (const { browser } of visits)
    if (await browser.decide() !== 200) throw new Error("signed in, and not let in");
  const took = asking.took + proving.took;
  return { rate: people.length / (took / 1000), share: (asking.used + proving.used) / took };
}

// What the disk takes for one small commit, in microseconds.
function fsyncMedian(folder) {
  const fd = openSync(path.join(folder, "fsync"), "w");
  const page = Buffer.alloc(4096);
  const took = Array.from({ length: 200 }, () => {
    writeSync(fd, page);
    const begun = performance.now();
    fdatasyncSync(fd);
    return (performance.now() - begun) * 1000;
  });
  closeSync(fd);
  return median(took);
}

const stack = await Stack.start({ front: "none" });
try {
  await configure(stack);
  const people = Array.from({ length: crowd }, (_, i) => new Person(stack, `user${i}@countersign.test`));
  for (let i = 0; i < crowd; i += 8)
    await Promise.all(people.slice(i, i + 8).map((person) => person.enrolled()));
  const [serial, together, ratio, fsync] = [[], [], [], []];
  await measure(stack, people, true); // this client's own code gets warm
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 ? [true, false] : [false, true];
    for (const atOnce of order)
      (atOnce ? together : serial).push(await measure(stack, atOnce ? people : people.slice(0, alone), atOnce));
    ratio.push(together.at(-1).rate / serial.at(-1).rate);
    fsync.push(fsyncMedian(stack.folder));
  }
  console.log(`sign_in.http ${crowd} at once / serial = ${median(ratio).toFixed(2)} (fsync median `
    + `${median(fsync).toFixed(0)} us, serial ${median(serial.map((m) => m.rate)).toFixed(0)}/s, `
    + `at once ${median(together.map((m) => m.rate)).toFixed(0)}/s, `
    + `client then ${(100 * median(together.map((m) => m.share))).toFixed(0)} % of a core)`);
} finally {
  await stack.stop();
}
