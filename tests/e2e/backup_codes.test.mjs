// Backup codes of a user, through portal, gateway and application: made with the first device, used when
// it is gone, told by mail, and switched off.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { soon } from "../soon.mjs";
import { origin, until } from "./stack.mjs";
import { addKey, arrived, nameIt, usb } from "./browser.mjs";
import { House } from "./webauthn.mjs";

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const used = "Berth planner";
const email = "sheet@countersign.test";

describe("backup codes of users, on SQLite, behind nginx", { concurrency: false }, () => {
  let house, person, sheet;
  const allow = (user_backup_codes) => {
    const { client, account_id } = house.access;
    return client.put(`/accounts/${account_id}/access/organizations`, { body: {
      auth_domain: new URL(house.stack.origin.auth).host, name: "Halden Maritime", session_duration: "24h", mfa_required_for_all_apps: true,
      mfa_config: { allowed_authenticators: ["security_key", "biometrics", "totp"], session_duration: "8h" }, countersign: { user_backup_codes },
    } });
  };
  const asked = async () => {
    house.age();
    await person.page.goto(`${origin.app}/`);
    await person.page.waitForURL((url) => url.origin === origin.auth);
    const challenge = person.page.getByRole("heading", { level: 1, name: "Touch your security key", exact: true });
    await challenge.or(person.page.getByLabel("E-mail address")).or(person.page.getByRole("button", { name: /^PIN by e-mail/ })).first().waitFor();
    // The session itself lasts a day.
    if (!await challenge.isVisible()) await house.signIn(person);
    await challenge.waitFor();
  };
  const shown = async () => {
    await person.page.locator("main .codes").waitFor();
    await heading(person.page, "Save your backup codes");
  };
  const typed = async (code) => {
    await person.page.getByRole("button", { name: /^Backup code/ }).click();
    await person.page.getByLabel("Backup code", { exact: true }).fill(code);
    await person.page.keyboard.press("Enter");
  };
  const test = (name, run) => it(name, async () => {
    try {
      await run();
      assert.deepEqual(person.faults, []);
    } catch (error) {
      throw new Error(`${error.message}\n${await person?.page.innerText("body").catch(() => "")}\n${house.stack.logs()}`);
    }
  });

  before(async () => {
    house = await House.open();
    await allow(true);
  });
  after(async () => {
    await person?.context.close();
    await house?.close();
  });

  test("the set-up of the first device ends in a sheet, which has to be kept", async () => {
    person = await house.arrive(email, { authenticator: usb });
    await addKey(person.page, "security_key");
    await nameIt(person.page, "Blue key");
    await shown();
    sheet = await person.page.locator("main .codes li").allTextContents();
    assert.equal(sheet.length, 10);
    for (const code of sheet) assert.match(code, /^[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{2}$/);
    await soon.equal(() => person.page.getByRole("button", { name: "Next" }).getAttribute("aria-disabled"), "true");
    const [file] = await Promise.all([person.page.waitForEvent("download"), press(person.page, "Download")]);
    const text = fs.readFileSync(await file.path(), "utf8");
    for (const part of [...sheet, email, "Halden Maritime"]) assert.ok(text.includes(part), part);
    await press(person.page, "Next");
    await arrived(person.page, origin.app, used, email);
  });

  test("the key is lost: a code opens the application, however it is typed, and its owner is told", async () => {
    await person.key.unplug();
    await asked();
    await typed(` ${sheet[3].toUpperCase().replaceAll("-", " ").replaceAll("0", "O").replaceAll("1", "L")} `);
    await arrived(person.page, origin.app, used, email);
    await until("the mail", async () => house.stack.smtp.messages().some((m) => m.to.includes(email) && /Left: +9/.test(m.text)));
  });

  test("the same code is refused, and says when it was used; the next one is good", async () => {
    await asked();
    await typed(sheet[3]);
    await person.page.getByText(/This backup code was used on .*Take the next one on your sheet\./).waitFor();
    await person.page.getByLabel("Backup code", { exact: true }).fill(sheet[0]);
    await person.page.keyboard.press("Enter");
    await arrived(person.page, origin.app, used, email);
  });

  test("the page counts them, and a new sheet ends the old one", async () => {
    await person.page.goto(`${origin.auth}/account/backup-codes`);
    await heading(person.page, "Backup codes");
    await person.page.getByText("8 of 10 left.").waitFor();
    await press(person.page, "Regenerate");
    await heading(person.page, "Touch your security key");
    await typed(sheet[1]);
    await shown();
    const fresh = await person.page.locator("main .codes li").allTextContents();
    await person.page.getByLabel("I have written them down").check();
    await press(person.page, "Next");
    await heading(person.page, "MFA devices");
    await asked();
    await typed(sheet[2]);
    await person.page.locator(".field.bad").waitFor();
    await person.page.getByLabel("Backup code", { exact: true }).fill(fresh[2]);
    await person.page.keyboard.press("Enter");
    await arrived(person.page, origin.app, used, email);
  });

  test("switched off, codes are not offered", async () => {
    await allow(false);
    await asked();
    await soon.equal(() => person.page.getByRole("button", { name: /^Backup code/ }).count(), 0);
  });

  test("no code is in the log", () => {
    const log = fs.readFileSync(path.join(house.stack.folder, "countersignd.log"), "utf8");
    assert.ok(log.length > 0);
    for (const code of sheet) assert.ok(!log.includes(code) && !log.includes(code.replaceAll("-", "")));
  });
});
