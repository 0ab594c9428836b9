// The audit trail from outside: `countersignd audit verify` while a server runs, on a trail as it is
// and on one that somebody altered who may write to the database.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Stack, built, until } from "./stack.mjs";
import { configure } from "./person.mjs";

for (const database of ["sqlite", "postgresql"]) describe(`audit verify, on ${database}`, { concurrency: false }, () => {
  let stack, account, mine, witness;

  const sql = (text) => {
    const done = database === "sqlite"
      ? spawnSync("sqlite3", ["-cmd", ".timeout 10000", `${stack.folder}/countersign.db`, text], { encoding: "utf8" })
      : stack.postgres.query(text);
    assert.equal(done.status, 0, done.stderr);
    return done.stdout.trim();
  };
  const verify = (...more) => {
    const done = spawnSync(path.join(built, "tests/e2e/countersignd-test"),
      ["audit", "--config", stack.config(), "verify", ...more], { env: stack.env, encoding: "utf8" });
    return { ...done, line: done.stdout.split("\n").find((l) => l.includes("Halden Maritime")) ?? "" };
  };
  // The head of our account as often as the log has told it.
  const heads = () => stack.node.events("audit_head").filter((e) => e.account === account);
  const sealed = () => until("every event's number", () =>
    sql("SELECT count(*) FROM audit_event WHERE seq IS NULL") === "0" &&
    heads().at(-1)?.seq === Number(sql(`SELECT seq FROM audit_head WHERE ${mine}`)));

  before(async () => {
    witness = path.join(mkdtempSync(path.join(tmpdir(), "countersign-witness-")), "heads");
    stack = await Stack.start({ front: "none", database, settings: `audit_witness = "${witness}"\n` });
    const hex = stack.account.replaceAll("-", "");
    account = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    mine = database === "sqlite" ? `account_id = x'${hex}'` : `account_id = '\\x${hex}'::bytea`;
    await configure(stack);
    await sealed();
  });
  after(async () => {
    await stack?.stop();
    rmSync(path.dirname(witness), { recursive: true, force: true });
  });

  it("says that an untouched trail is whole, and how many events it has", () => {
    const said = verify();
    assert.equal(said.status, 0, said.stdout + said.stderr);
    assert.match(said.line, new RegExp(`${sql(`SELECT count(*) FROM audit_event WHERE ${mine}`)} sealed, 0 not yet: whole$`));
    assert.doesNotMatch(said.stdout, /BROKEN/);
  });

  it("takes the server's own log for a witness, signatures and all", () => {
    const said = verify("--witness", `${stack.folder}/countersignd.log`);
    assert.equal(said.status, 0, said.stdout + said.stderr);
    assert.match(said.stdout, /witness: [1-9]\d* heads, 0 of them without a signature/);
    assert.match(said.line, new RegExp(`whole, witnessed to event ${heads().at(-1).seq}$`));
  });

  it("refuses a witness that is not there, or holds no head, or wrong words", () => {
    assert.equal(verify("--witness", `${stack.folder}/nowhere`).status, 1);
    writeFileSync(`${stack.folder}/empty`, "nothing\n");
    const said = verify("--witness", `${stack.folder}/empty`);
    assert.equal(said.status, 1);
    assert.match(said.stderr, /holds no head/);
    assert.equal(verify("--wittness=x").status, 2);
  });

  it("has kept a witness file of its own, for its owner alone, through a restart", async () => {
    await stack.stopServer("SIGKILL");
    const before = readFileSync(witness, "utf8");
    await stack.startServer();
    await until("the heads of after the start", () => readFileSync(witness, "utf8").length > before.length);
    assert.ok(readFileSync(witness, "utf8").startsWith(before));
    assert.equal(statSync(witness).mode & 0o7777, 0o600);
    await sealed();
    const said = await until("the newest head's line", () => {
      const now = verify("--witness", witness);
      assert.equal(now.status, 0, now.stdout + now.stderr);
      return now.line.endsWith(`: whole, witnessed to event ${sql(`SELECT seq FROM audit_head WHERE ${mine}`)}`) && now;
    });
    assert.match(said.stdout, /, 0 other lines/);
  });

  it("shows by the witness alone that the tail was cut off together with its head", async () => {
    await stack.stopServer();
    const last = heads().at(-1).seq;
    sql(`DELETE FROM audit_event WHERE ${mine} AND seq = ${last};
      UPDATE audit_head SET seq = ${last - 1},
      link = (SELECT link FROM audit_event WHERE ${mine} AND seq = ${last - 1}) WHERE ${mine}`);
    assert.equal(verify().status, 0);
    const said = verify("--witness", witness);
    assert.equal(said.status, 1);
    assert.match(said.stdout, new RegExp(`BROKEN: event ${last} of account ${account} is gone from the trail`));
  });

  it("tells an edited event, a reordered one and a deleted one, each with its number", () => {
    const told = (change, number, how) => {
      sql(change);
      const said = verify();
      assert.equal(said.status, 1, said.stdout);
      assert.match(said.line, new RegExp(`BROKEN behind event ${number - 1}: event ${number} was ${how}$`));
    };
    told(`UPDATE audit_event SET kind = 'x' WHERE ${mine} AND seq = 4`, 4, "edited");
    told(`UPDATE audit_event SET seq = 9999 WHERE ${mine} AND seq = 3`, 3, "reordered");
    told(`DELETE FROM audit_event WHERE ${mine} AND seq = 2`, 2, "deleted");
  });
});
