// SQLite on a disk that becomes full. It needs a small disk of its own, which only root may mount:
// where that cannot be had there is nothing to test here (the store's own tests have a full disk too).
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, rmdirSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Stack, until } from "./stack.mjs";
import { configure, period, Person } from "./person.mjs";

const disk = mkdtempSync(path.join(tmpdir(), "countersign-disk-"));
const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=700", "none", disk]).status === 0;
if (!mounted) rmdirSync(disk);

if (mounted) describe("a database whose disk is full", { concurrency: false }, () => {
  const ballast = path.join(disk, "ballast");
  let stack, home;

  before(async () => {
    stack = await Stack.start({ front: "none", databaseFolder: disk });
    await configure(stack);
    home = await new Person(stack, "home@countersign.test").enrolled();
  });
  after(async () => {
    await stack?.stop();
    spawnSync("umount", [disk]);
    rmdirSync(disk);
  });

  function fill() {
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    assert.equal(statfsSync(disk).bavail, 0);
  }

  it("refuses what it cannot keep, and lets known sessions pass", async () => {
    const late = new Person(stack, "late@countersign.test");
    const browser = late.browser();
    await browser.open();
    await browser.askForPin(late.email);
    const pin = await stack.pinFor(late.email);
    fill();
    // a WAL that has been begun anew has room for some more
    const refused = await until("the first refusal", async () => {
      const other = new Person(stack, "other@countersign.test").browser();
      await other.open();
      const answer = await other.call("POST", "/api/v1/sign-in/pin", { meta: other.meta, provider: other.provider, email: `x${Math.random()}@countersign.test` });
      return answer.status !== 200 && answer;
    });
    assert.deepEqual([refused.status, refused.json.error.code], [503, "unavailable"]);
    assert.deepEqual(refused.headers.getSetCookie(), []);
    const tried = await browser.call("POST", "/api/v1/sign-in/pin/verify", { meta: browser.meta, pin });
    assert.deepEqual([tried.status, tried.json.error.code], [503, "unavailable"]);
    assert.deepEqual(tried.headers.getSetCookie(), []);
    assert.equal(await home.decide(), 200);
    await until("the log's word", async () => stack.node.events("store_failed").some((e) => /full/.test(e.message)));

    rmSync(ballast);
    await until("the PIN's acceptance", async () => (await browser.enterPin(pin)).step === "enrol");
    const later = await new Person(stack, "later@countersign.test").enrolled();
    assert.equal(await later.decide(), 200);
  });

  it("keeps what it acknowledged when it is killed on a full disk", async () => {
    const person = new Person(stack, "killed@countersign.test");
    const browser = await person.enrolled();
    fill();
    await stack.stopServer("SIGKILL");
    rmSync(ballast);
    await stack.startServer();
    assert.equal(await browser.decide(), 200);
    stack.shiftClock(period);
    assert.equal(await (await person.again()).decide(), 200);
    const whole = spawnSync("sqlite3", [`${disk}/countersign.db`, "PRAGMA integrity_check; PRAGMA foreign_key_check;"], { encoding: "utf8" });
    assert.equal(whole.stdout.trim(), "ok");
  });
});
