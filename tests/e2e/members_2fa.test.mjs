// "Securing user access with two-factor authentication", procedure by procedure and note by note, as a
// member does them: real Chromium with its virtual authenticator, real mail, oathtool for the phone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it as test } from "node:test";
import { soon } from "../soon.mjs";
import { internal, nameIt, plugIn, u2f, usb } from "./browser.mjs";
import { Harbour, hour, OWNER, PASSWORD } from "./member.mjs";

let harbour, owner;
const it = Harbour.tests(test, () => harbour);
const at = (what, run) => describe(what, { concurrency: false }, run);

at("Enable two-factor authentication for your account", () => {
  before(async () => {
    harbour = await Harbour.open();
    owner = await harbour.owner();
  });
  after(() => harbour?.close());

  it("the user who makes the account is its Super Administrator", async () => {
    const { json } = await owner.call("GET", `/client/v4/accounts/${harbour.stack.account}/members`);
    assert.deepEqual(json.result.map((m) => [m.email, m.roles.map((r) => r.name)]), [[OWNER, ["Super Administrator - All Privileges"]]]);
  });

  it("members without it see a standing recommendation", async () => {
    await owner.at("/console/");
    await owner.page.getByRole("link", { name: /two-factor/i }).or(owner.page.getByText(/two-factor authentication/i)).first().waitFor();
  });

  it("steps 1 to 4: log in, My Profile, Authentication, Manage", async () => {
    await owner.manage();
    await owner.see("Not enabled");
  });

  it("2FA can only be enabled on an account with a verified e-mail address", async () => {
    await owner.see("Confirm your e-mail address first");
    for (const [factor, more] of [["totp", {}], ["webauthn", { kind: "security_key" }]]) {
      const { status, json } = await owner.call("POST", "/api/v1/enrolments", { factor, ...more });
      assert.deepEqual([status, json.error.code], [403, "verify_email_first"]);
    }
  });

  it("a mail scanner that opens the link verifies nothing; the button on its page does", async () => {
    const since = harbour.stack.now();
    await owner.press("Send me the link");
    const link = await harbour.linkFor(OWNER, "/console/verify-email", since);
    const scanner = await harbour.member();
    await scanner.page.goto(link);
    await scanner.page.getByRole("button").first().waitFor();
    await soon.equal(async () => (await owner.call("GET", "/api/v1/member")).json.member.email_verified_at, null);
    await owner.page.goto(link);
    await owner.page.locator("main").getByRole("button").first().click();
    await owner.page.getByText(OWNER).first().waitFor();
    await owner.manage();
    await soon.equal(() => owner.page.getByText("Confirm your e-mail address first").count(), 0);
    await soon.notEqual(async () => (await owner.call("GET", "/api/v1/member")).json.member.email_verified_at, null);
  });

  it("a link that was used, or is a day old, verifies nothing", async () => {
    const link = await harbour.linkFor(OWNER, "/console/verify-email");
    const { status, json } = await owner.call("POST", "/api/v1/member/email/confirm", { token: link.split("#")[1] });
    assert.deepEqual([status, json.error.code], [410, "ended"]);
  });
});

at("Configure TOTP mobile app authentication for two-factor login", () => {
  before(async () => {
    harbour = await Harbour.open();
    owner = await harbour.verifiedOwner();
  });
  after(() => harbour?.close());

  it("steps 1 to 4: Add, scan the QR code, enter the code and the password", async () => {
    await owner.manage();
    await owner.press("Add mobile app authentication");
    await owner.confirmApp();
    await owner.givePassword("not my password at all");
    await owner.see("That is not your password.");
    await owner.givePassword();
    await owner.heading("Save your backup codes");
  });

  it("can't scan QR code, follow alternative steps: the key that is shown is the one that makes the codes", () => {
    assert.match(owner.key, /^[A-Z2-7]{32}$/);
  });

  it("steps 5 to 7: the password again, the backup codes, and one of Download, Print and Copy before Next", async () => {
    await owner.givePassword();
    await owner.readCodes();
    assert.equal(new Set(owner.codes).size, 10);
    const next = owner.button("Next");
    await soon.equal(async () => await next.getAttribute("aria-disabled") === "true" || await next.isDisabled(), true);
    for (const way of ["Download", "Print", "Copy"]) await soon.equal(() => owner.button(way).isVisible(), true);
  });

  it("the codes can be regenerated on that screen, which voids those shown before", async () => {
    const before = owner.codes;
    await owner.press("Regenerate");
    await owner.page.waitForFunction((old) => !document.body.innerText.includes(old), before[0]);
    await owner.readCodes();
    assert.equal(owner.codes.some((code) => before.includes(code)), false);
    owner.voided = before;
  });

  it("the file says whose they are, of when, and how to use them", async () => {
    const file = await owner.keepCodes();
    const text = readFileSync(await file.path(), "utf8");
    assert.match(file.suggestedFilename(), /backup-codes\.txt$/);
    for (const said of [OWNER, String(new Date(harbour.stack.now()).getUTCFullYear()), ...owner.codes]) assert.ok(text.includes(said), said);
    assert.match(text, /once/);
  });

  it("step 8: two-factor authentication is now Enabled, with its date", async () => {
    await owner.see("Enabled");
    const { json } = await owner.call("GET", "/api/v1/member");
    assert.equal(json.member.two_factor.is_enabled, true);
    assert.ok(Math.abs(Date.parse(json.member.two_factor.since) - harbour.stack.now()) < hour);
    await harbour.mail(OWNER, /two-factor authentication/i);
  });

  it("an owner who has it is offered to require it of everybody", async () => {
    await owner.see(/Require it of everybody/);
  });

  it("from now on the password alone opens nothing", async () => {
    const other = await owner.elsewhere();
    await other.signIn();
    await other.page.getByLabel(/Six-digit code|Type the code/).waitFor();
    const { status } = await other.call("GET", "/api/v1/member");
    assert.equal(status, 401);
    for (const path of ["/api/v1/me/devices", "/api/v1/member/sessions", `/client/v4/accounts/${harbour.stack.account}/members`])
      assert.equal((await other.call("GET", path)).status >= 401, true, path);
    assert.equal((await other.call("POST", "/api/v1/enrolments", { factor: "webauthn", kind: "security_key" })).status, 403);
    other.key = owner.key;
    await other.page.getByLabel(/Six-digit code|Type the code/).fill(owner.freshCode());
    await other.inside();
  });

  at("Reconfigure TOTP mobile app authentication", () => {
    let old;

    it("the app is set up anew, and 2FA is not turned off in between", async () => {
      old = owner.key;
      await owner.manage();
      await owner.press("Reconfigure");
      await owner.givePassword();
      await owner.page.getByLabel(/Six-digit code|Type the code/).fill(owner.freshCode());
      await soon.notEqual(() => owner.readKey(), old);
      await soon.equal(async () => (await owner.call("GET", "/api/v1/member")).json.member.two_factor.is_enabled, true);
      await owner.page.getByLabel(/Six-digit code|Type the code it shows/).fill(owner.code());
      await owner.see(/codes of the old app no longer work/);
    });

    it("previous codes are invalid from that moment", async () => {
      const other = await owner.elsewhere();
      await other.signIn();
      const field = other.page.getByLabel(/Six-digit code|Type the code/);
      await field.waitFor();
      harbour.later(30_000);
      await field.fill(harbour.stack.totp(old));
      await other.see(/not right|does not match|wrong/i);
      await field.fill(owner.code());
      await other.page.keyboard.press("Enter");
      await other.inside();
    });
  });

  at("Regenerate backup codes", () => {
    it("steps 1 to 4: My Profile, Authentication, Regenerate", async () => {
      const before = owner.codes;
      await owner.manage();
      await owner.press("Regenerate");
      await owner.givePassword();
      await owner.keepCodes();
      await owner.see(/The old ones no longer work/);
      await harbour.mail(OWNER, /backup codes/i);
      owner.voided = before;
    });

    it("the previous codes are invalid", async () => {
      const other = await owner.elsewhere();
      await other.signIn();
      await useBackupCode(other, owner.voided[0]);
      await other.see(/That is not one of your backup codes/);
    });
  });

  at("Use a backup code", () => {
    it("steps 1 to 3: at the login page, the code, Log in; and on to setting up the new phone", async () => {
      const other = await owner.elsewhere();
      await other.signIn();
      await useBackupCode(other, owner.codes[3]);
      await other.see(/9/);
      await other.see(/new phone/i);
      const { json } = await other.call("GET", "/api/v1/me/devices");
      assert.equal(json.backup_codes.left, 9);
      await harbour.mail(OWNER, /backup code/i);
    });

    it("once it is used it is invalid; another one works in any order, and typed carelessly", async () => {
      const other = await owner.elsewhere();
      await other.signIn();
      await useBackupCode(other, owner.codes[3]);
      await other.see(/was used/);
      const careless = owner.codes[0].toUpperCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l");
      await typeBackupCode(other, careless);
      await other.see(/8/);
      await soon.equal(async () => (await other.call("GET", "/api/v1/me/devices")).json.backup_codes.left, 8);
    });

    it("somebody else's code, half a code, and the code of an app are none", async () => {
      const other = await owner.elsewhere();
      await other.signIn();
      await useBackupCode(other, "0000-0000-00");
      await other.see(/That is not one of your backup codes/);
      await typeBackupCode(other, owner.codes[5].slice(0, 6));
      assert.equal((await other.call("GET", "/api/v1/member")).status, 401);
    });
  });
});

// From the second question to the field for backup codes.
async function useBackupCode(member, code) {
  await member.page.getByRole("button", { name: /backup code/i }).or(member.page.getByRole("link", { name: /backup code/i })).first().click();
  await typeBackupCode(member, code);
}
async function typeBackupCode(member, code) {
  await member.page.getByLabel(/Backup code/).fill(code);
  await member.page.keyboard.press("Enter");
}

for (const [procedure, options, name] of [
  ["Configure a built-in authenticator", internal, "This laptop"],
  ["Configure a security key (like YubiKey)", usb, "Blue key"],
  ["Configure a security key of the older kind (U2F)", u2f, "Old key"],
]) {
  at(procedure, () => {
    let key;
    before(async () => {
      harbour = await Harbour.open();
      owner = await harbour.verifiedOwner();
      key = await plugIn(owner.page, options);
    });
    after(() => harbour?.close());

    it("steps 1 to 4: Add, the password, the ceremony, a name", async () => {
      await owner.manage();
      await owner.press("Add a security key");
      await owner.givePassword();
      await throughTheCeremony(owner, options === internal ? /Fingerprint or face/ : /^Security key/);
      await nameIt(owner.page, name);
    });

    it("steps 5 to 8: the password, the backup codes, saving them, Next", async () => {
      await owner.givePassword();
      await owner.keepCodes();
      await owner.see("Enabled");
      await soon.equal(async () => (await key.credentials()).length, 1);
    });

    it("Edit tells the key's details, and a second key is recommended", async () => {
      await owner.press(`Edit ${name}`);
      for (const fact of ["Kind", "Model", "Added", "Last used", "Synchronised"]) await owner.see(fact);
      await owner.see("Add a second key");
    });

    it("signs the member in", async () => {
      await owner.signOut();
      await owner.signIn();
      await owner.page.getByRole("button", { name: /^Use (security key|fingerprint or face)$/ }).click();
      await owner.inside();
    });
  });
}

async function throughTheCeremony(member, kind) {
  const card = member.page.getByRole("button", { name: kind });
  const go = member.page.getByRole("button", { name: /^Set up/ });
  await card.or(go).first().waitFor();
  if (await card.isVisible()) await card.click();
  await go.click();
}

at("Both methods", () => {
  let key;
  before(async () => {
    harbour = await Harbour.open();
    owner = await harbour.verifiedOwner();
    await owner.addApp();
    key = await plugIn(owner.page, usb);
    await owner.manage();
    await owner.press("Add a security key");
    await owner.givePassword();
    await throughTheCeremony(owner, /^Security key/);
    await nameIt(owner.page, "Blue key");
    await owner.see(/Blue key is added/);
  });
  after(() => harbour?.close());

  it("the key is asked for first, and the app is one click away", async () => {
    await owner.signOut();
    await key.touch(false);
    await owner.signIn();
    await owner.see(/Touch it when it blinks|security key/i);
    await owner.page.getByRole("button", { name: /authenticator app/i }).first().click();
    await owner.page.getByLabel(/Six-digit code|Type the code/).fill(owner.freshCode());
    await owner.inside();
  });

  at("Disable two-factor authentication for your account", () => {
    it("Edit, Delete, the password and one more proof, Remove: the key is gone, 2FA stays on", async () => {
      await owner.manage();
      await owner.press("Edit Blue key");
      await owner.press("Delete Blue key");
      await owner.givePassword();
      await owner.page.getByRole("button", { name: /authenticator app/i }).first().click();
      await owner.page.getByLabel(/Six-digit code|Type the code/).fill(owner.freshCode());
      await owner.see(/Blue key is removed/);
      await owner.see("Enabled");
    });

    it("the password alone removes nothing", async () => {
      await owner.call("POST", "/api/v1/me/devices/lock", {});
      const { json } = await owner.call("GET", "/api/v1/me/devices");
      await owner.call("POST", "/api/v1/member/prove", { password: PASSWORD });
      const { status, json: refused } = await owner.call("POST", `/api/v1/me/devices/${json.devices[0].id}/remove`, {});
      assert.deepEqual([status, refused.error.code], [403, "prove_first"]);
    });

    it("Delete method, the password, a recovery code, Disable: 2FA is off, and the mail says so", async () => {
      const since = harbour.stack.now();
      await owner.manage();
      await owner.press("Delete method");
      await owner.givePassword();
      await useBackupCode(owner, owner.codes[9]);
      await owner.see(/Two-factor authentication is switched off/);
      await owner.see("Not enabled");
      await harbour.mail(OWNER, /switched off|turned off|is off/i, since);
      await owner.signOut();
      await owner.signIn();
      await owner.inside();
    });
  });
});

at("Security keys only work with browsers that support WebAuthn", () => {
  before(async () => {
    harbour = await Harbour.open();
    owner = await harbour.verifiedOwner();
    await owner.page.addInitScript(() => { delete globalThis.PublicKeyCredential; });
  });
  after(() => harbour?.close());

  it("without it the page says so, and names what works", async () => {
    await owner.manage();
    await owner.press("Add a security key");
    await owner.givePassword();
    await owner.see("This browser does not support it");
    await owner.see(/current Chrome, Edge, Firefox or Safari/);
    await owner.press("Cancel");
    await owner.manage();
    await soon.equal(() => owner.page.getByRole("button", { name: "Add mobile app authentication" }).getAttribute("aria-disabled"), "false");
  });
});
