// The mail server is down for hours while somebody recovers: the page says so, nothing is lost and
// nothing comes twice. Real Chromium, a mail server that refuses for a time, and a settable clock.
import assert from "node:assert/strict";
import { after, before, describe, it as test } from "node:test";
import { Harbour, hour, minute, OWNER, PASSWORD } from "./member.mjs";
import { until } from "./stack.mjs";

let harbour, owner, since;
const it = Harbour.tests(test, () => harbour);
const eightDigits = /^\s*(\d{4} ?\d{4})\s*$/m;
const mails = (says) => harbour.mails(OWNER, since).filter((m) => says.test(`${m.subject}\n${m.text}`));
// What waits is tried again every few minutes.
const arrived = (what, says) => until(what, async () => {
  harbour.later(5 * minute);
  return mails(says)[0];
});

describe("the mail server is down for hours", { concurrency: false }, () => {
  before(async () => {
    harbour = await Harbour.open();
    owner = await harbour.verifiedOwner();
    await owner.addApp();
    await owner.signOut();
  });
  after(() => harbour?.close());

  it("the page says that mail waits, and that another can be sent", async () => {
    since = harbour.stack.now();
    harbour.stack.smtp.setOutage(451);
    await owner.signIn();
    await owner.page.getByText("Can’t access your 2FA device or backup codes?").click();
    await owner.press("Begin recovery");
    await owner.see(/While the mail server is down it waits, and nothing is lost/);
    await owner.see(/Send another|Another in/);
    await until("the delay in the log", () => harbour.stack.node.events("mail_deferred").length > 0);
    assert.deepEqual(mails(/./), []);
  });

  it("what was to be told is told when it is up again, once, and its button still works", async () => {
    for (let passed = 0; passed < 6; passed++) {
      const tries = harbour.stack.node.events("mail_deferred").length;
      harbour.later(hour);
      await until("another try", () => harbour.stack.node.events("mail_deferred").length > tries);
    }
    harbour.stack.smtp.setOutage(null);
    await arrived("the notice", /\/console\/stop-recovery#/);
    assert.equal(mails(/Account recovery was begun/).length, 1);
  });

  it("a code that ended meanwhile never comes; the case is still there, and another code is sent", async () => {
    assert.deepEqual(mails(eightDigits), []);
    await owner.call("POST", "/api/v1/member/sign-in", { email: OWNER, password: PASSWORD });
    const again = await owner.call("POST", "/api/v1/member/recovery", {});
    assert.deepEqual([again.status, again.json.recovery.state], [200, "email"]);
    const [, code] = (await harbour.mail(OWNER, eightDigits, since)).text.match(eightDigits);
    const { json } = await owner.call("POST", "/api/v1/member/recovery/verify", { code: code.replace(" ", "") });
    assert.equal(json.recovery.state, "waiting");
    assert.equal(mails(/Account recovery was begun/).length, 1);
  });
});
