// "You might lose access": the way back of a member who lost everything but their password, and what
// stops a thief who has it. Real Chromium, mail and PostgreSQL; the wait passes by the settable clock.
import assert from "node:assert/strict";
import { after, before, describe, it as test } from "node:test";
import { soon } from "../soon.mjs";
import { day, Harbour, hour, minute, OWNER } from "./member.mjs";

let harbour, owner;
const it = Harbour.tests(test, () => harbour);
const at = (what, run) => describe(what, { concurrency: false }, run);
const open = async () => {
  harbour = await Harbour.open({ database: "postgresql", settings: 'support_address = "help@countersign.test"' });
  owner = await harbour.verifiedOwner();
  await owner.addApp();
};
const close = () => harbour?.close();

// The steps of the document, as somebody does them who has only the password.
const arrive = async (member) => {
  await member.signIn();
  await member.page.getByLabel(/Six-digit code|Type the code/).or(member.page.getByText(/Still stuck\?/)).first().waitFor();
};
const begin = async (member) => {
  await arrive(member);
  await member.page.getByText("Can’t access your 2FA device or backup codes?").click();
  const since = harbour.stack.now();
  await member.press("Begin recovery");
  await member.page.getByLabel("Eight-digit code").waitFor();
  return since;
};
const mailedCode = async (since) =>
  (await harbour.mail(OWNER, /^\s*\d{4} ?\d{4}\s*$/m, since)).text.match(/^\s*(\d{4} ?\d{4})\s*$/m)[1].replace(" ", "");
const verifyMail = async (member, since) => {
  await member.page.getByLabel("Eight-digit code").fill(await mailedCode(since));
  await member.page.keyboard.press("Enter");
};
const stopLink = (since) => harbour.linkFor(OWNER, "/console/stop-recovery", since);
const accessCode = async (since) => {
  const pattern = /^\s*([0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{2})\s*$/m;
  return (await harbour.mail(OWNER, pattern, since)).text.match(pattern)[1];
};
const standing = async (member) => (await member.call("GET", "/api/v1/member/sign-in")).json;
// From a sign-in that can only enrol to the console, by way of an app and its backup codes.
const enrolAnew = async (member) => {
  await member.press("Begin");
  await member.page.getByRole("button", { name: /^Authenticator app/ }).click();
  await member.confirmApp();
  await member.readCodes();
  await member.press("Download");
  await member.press("Next");
  await member.inside();
};

at("New phone, old one gone, no backup code: recover your account from a browser that is known, and wait", () => {
  before(open);
  after(close);
  let since;

  it("steps 1 to 3: log in, Can't access your 2FA device or backup codes?, Begin recovery", async () => {
    await owner.signOut();
    since = await begin(owner);
    await soon.equal(async () => (await standing(owner)).recovery.state, "email");
    await stopLink(since);
  });

  it("step 4: the temporary code of the mail verifies the address; a wrong one does not", async () => {
    await owner.page.getByLabel("Eight-digit code").fill("00000000");
    await owner.page.keyboard.press("Enter");
    await owner.see(/That is not the code in our newest message/);
    await verifyMail(owner, since);
  });

  it("steps 5 and 6: this browser is known, so it is three days, and the page counts them", async () => {
    await owner.see(/left/);
    const { recovery } = await standing(owner);
    assert.deepEqual([recovery.state, recovery.wait.days, recovery.wait.thin], ["waiting", 3, false]);
    assert.equal(Math.round((Date.parse(recovery.wait.release_at) - harbour.stack.now()) / hour), 72);
  });

  it("still need additional help? The operator's address stands there", async () => {
    await owner.see(/help@countersign\.test/);
  });

  it("an hour too early nothing is sent", async () => {
    harbour.later(71 * hour);
    await owner.page.reload();
    await soon.equal(async () => (await standing(owner)).step, "password");
    await arrive(owner);
    await soon.equal(async () => (await standing(owner)).recovery.state, "waiting");
  });

  it("after the wait the access code comes by mail, and opens a sign-in that can only enrol", async () => {
    since = harbour.stack.now();
    harbour.later(hour + minute);
    const code = await accessCode(since);
    const again = owner;
    await again.signIn();
    await again.page.getByLabel("Access code").fill(code.toUpperCase().replaceAll("-", " "));
    await again.page.keyboard.press("Enter");
    await again.see("Set up your second factor");
    assert.equal((await again.call("GET", "/api/v1/member")).status, 401);
    assert.equal((await again.call("GET", `/client/v4/accounts/${harbour.stack.account}/members`)).status >= 400, true);
  });

  it("the old ones count until the new one is confirmed, and not after", async () => {
    const old = owner.key;
    await enrolAnew(owner);
    const { json } = await owner.call("GET", "/api/v1/me/devices");
    assert.equal(json.devices.length, 1);
    assert.equal(json.two_factor.is_enabled, true);
    const other = await owner.elsewhere();
    await arrive(other);
    await other.page.getByLabel(/Six-digit code|Type the code/).fill(harbour.stack.totp(old));
    await other.see(/not right|does not match|That is not|wrong/i);
    await harbour.mail(OWNER, /recover/i, since);
  });
});

at("New phone, old one gone, with neither a backup code nor a browser that is known", () => {
  before(open);
  after(close);
  let thief, since;

  it("self-service stops at Verify device, says what is missing, and to try another", async () => {
    thief = await owner.elsewhere();
    since = await begin(thief);
    await verifyMail(thief, since);
    await thief.see("Use a browser that we know");
    await thief.see("Ask another owner");
    await thief.see("Ask whoever runs this server");
    await thief.see(/help@countersign\.test/);
    await soon.deepEqual(async () => (await standing(thief)).recovery.device.missing.includes("cookie"), true);
  });

  it("and days later it is still there", async () => {
    harbour.later(6 * day);
    await arrive(thief);
    const { recovery } = await standing(thief);
    assert.equal(recovery === null || recovery.state === "device", true);
  });

  it("the operator has a way for a lone owner: countersignd member reset-2fa", async () => {
    const since = harbour.stack.now();
    harbour.stack.run(["member", "--config", harbour.stack.config(), "reset-2fa", OWNER]);
    await harbour.mail(OWNER, /two-factor|second factor/i, since);
    const fresh = await owner.elsewhere();
    await fresh.signIn();
    await fresh.see("Set up your second factor");
    assert.equal((await fresh.call("GET", "/api/v1/member")).status, 401);
    await soon.equal(async () => (await standing(fresh)).enrol.why, "reset");
    await enrolAnew(fresh);
    await soon.equal(async () => (await fresh.call("GET", "/api/v1/me/devices")).json.devices.length, 1);
  });
});

at("A thief with the password, and even the mailbox", () => {
  before(open);
  after(close);

  it("is stopped by one button of any notice, without a sign-in; opening the link does nothing", async () => {
    const thief = await owner.elsewhere();
    const since = await begin(thief);
    const link = await stopLink(since);
    const anybody = await harbour.member();
    await anybody.page.goto(link);
    await anybody.see("Stop this recovery?");
    await soon.equal(async () => (await standing(thief)).recovery.state, "email");
    await anybody.press("Stop this recovery");
    await anybody.see(/was stopped/);
    await anybody.page.goto("about:blank");
    await anybody.page.goto(link);
    await anybody.press("Stop this recovery");
    await anybody.see(/It works once/);
    await soon.equal(async () => (await standing(thief)).step, "password");
  });

  it("cannot begin another on that day, and the owner's factor still works", async () => {
    const thief = await owner.elsewhere();
    await arrive(thief);
    const { status } = await thief.call("POST", "/api/v1/member/recovery", {});
    assert.equal(status >= 400, true);
    await owner.manage();
    await owner.see("Enabled");
  });

  it("is seen and stopped in the signed-in browser of the owner, also while it waits", async () => {
    harbour.later(25 * hour);
    await owner.signIn();
    await owner.page.getByLabel(/Six-digit code|Type the code/).fill(owner.freshCode());
    await owner.inside();
    const thief = owner;
    const watcher = await owner.elsewhere();
    watcher.key = owner.key;
    await watcher.signIn();
    await watcher.page.getByLabel(/Six-digit code|Type the code/).fill(watcher.freshCode());
    await watcher.inside();
    await thief.signOut();
    const since = await begin(thief);
    await verifyMail(thief, since);
    await thief.see(/left/);
    await watcher.at("/console/");
    await watcher.page.getByRole("button", { name: /stop/i }).first().click();
    const sure = watcher.page.getByRole("dialog").getByRole("button", { name: /stop/i });
    const stopped = watcher.page.getByText(/stopped/i).first();
    await sure.or(stopped).first().waitFor();
    if (await sure.isVisible()) await sure.click();
    await stopped.waitFor();
    await soon.equal(async () => (await standing(thief)).step, "password");
  });

  it("a complete sign-in ends the case", async () => {
    harbour.later(25 * hour);
    const since = await begin(owner);
    await verifyMail(owner, since);
    await owner.see(/left/);
    const other = await owner.elsewhere();
    other.key = owner.key;
    await other.signIn();
    await other.page.getByLabel(/Six-digit code|Type the code/).fill(other.freshCode());
    await other.inside();
    await soon.equal(async () => (await standing(owner)).recovery, null);
  });
});

at("New phone, old one gone, with a backup code", () => {
  before(open);
  after(close);

  it("with a backup code: in a minute, and 2FA was on throughout", async () => {
    const old = owner.key;
    const phone = await owner.elsewhere();
    await arrive(phone);
    await phone.page.getByText("I have a new phone").first().click();
    await phone.see("What do you have?");
    await phone.page.getByRole("button", { name: /A backup code/ }).click();
    await phone.page.getByLabel(/Backup code/).fill(owner.codes[0]);
    await phone.page.keyboard.press("Enter");
    await phone.see("9 are left.");
    await phone.press("Set up your new phone");
    await phone.confirmApp();
    await phone.inside();
    assert.notEqual(phone.key, old);
    await soon.equal(async () => (await phone.call("GET", "/api/v1/member")).json.member.two_factor.is_enabled, true);
    await soon.equal(async () => (await phone.call("GET", "/api/v1/me/devices")).json.devices.length, 1);
    owner.key = phone.key;
  });
});
