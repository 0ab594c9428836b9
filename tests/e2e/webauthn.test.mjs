// Security keys and biometrics through portal, gateway and application, with Chromium's virtual
// authenticators: each kind, what must be refused, the ten minutes, and removal.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { localFetch as fetch } from "../../demo/local_fetch.mjs";
import { soon } from "../soon.mjs";
import { origin, until } from "./stack.mjs";
import { addKey, arrived, enterCode, hybrid, internal, nameIt, setUpKey, u2f, usb } from "./browser.mjs";
import { House } from "./webauthn.mjs";

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
const button = (page, name) => page.getByRole("button", { name, exact: true });
const refused = (page, text) => page.locator(".banner.danger", { hasText: text }).waitFor();
const used = "Berth planner";

describe("security keys and biometrics, on SQLite, behind nginx", { concurrency: false }, () => {
  let house, stack;
  before(async () => {
    house = await House.open();
    stack = house.stack;
  });
  after(() => house?.close());

  const test = (name, run) => it(name, async () => {
    const people = [];
    try {
      await run(async (who, authenticator, more) => {
        const person = await house.arrive(`${who}@countersign.test`, { authenticator, ...more });
        people.push(person);
        return person;
      });
      for (const { faults } of people) assert.deepEqual(faults, []);
    } catch (error) {
      const shown = await Promise.all(people.map(({ page }) => page.innerText("body").catch(() => "")));
      throw new Error(`${error.message}\n${shown.join("\n---\n")}\n${stack.logs()}`);
    } finally {
      for (const { context } of people) await context.close();
    }
  });

  const enrolled = async (person, kind, name) => {
    await addKey(person.page, kind);
    await nameIt(person.page, name);
    await arrived(person.page, origin.app, used, person.email);
  };
  // Asked again, with what worked here last not remembered.
  const asked = async ({ page }) => {
    house.age();
    await page.goto(`${origin.auth}/signed-out`);
    await page.evaluate(() => localStorage.clear());
    await page.goto(`${origin.app}/`);
    await page.waitForURL((url) => url.origin === origin.auth);
  };
  const admitted = async (token) =>
    (await fetch(`${origin.app}/`, { headers: { cookie: `CF_Authorization=${token}`, accept: "text/html" } })).status === 200;
  const token = async ({ context }) => (await context.cookies(origin.app)).find((c) => c.name === "CF_Authorization").value;
  const devices = async (person) => {
    await person.page.goto(`${origin.auth}/account/devices`);
    await heading(person.page, "MFA devices");
  };

  for (const [name, authenticator, kind, shown] of [
    ["usb", usb, "security_key", /Security key/],
    ["usb-without-pin", { ...usb, hasUserVerification: false, isUserVerified: false }, "security_key", /Security key/],
    ["internal", internal, "biometrics", /Biometrics/],
    ["synced", { ...internal, defaultBackupEligibility: true, defaultBackupState: true }, "biometrics", /Biometrics.*synchronised/],
    ["u2f", u2f, "security_key", /Security key/],
  ]) {
    test(`${name}: enrols on the way to the application, and opens it again later`, async (arrive) => {
      const person = await arrive(name, authenticator);
      await enrolled(person, kind, `${name} of mine`);
      await asked(person);
      await heading(person.page, kind === "biometrics" ? "Confirm with fingerprint or face" : "Touch your security key");
      await person.page.getByText(`${name} of mine`, { exact: true }).waitFor();
      await button(person.page, kind === "biometrics" ? "Use fingerprint or face" : "Use security key").click();
      await arrived(person.page, origin.app, used, person.email);
      await devices(person);
      await person.page.getByText(shown).first().waitFor();
    });
  }

  test("hybrid: a phone that answers for a security key is added as what it is", async (arrive) => {
    const person = await arrive("phone", hybrid);
    await addKey(person.page, "security_key");
    await person.page.getByText("Added as: Biometrics").waitFor();
    await nameIt(person.page, "Phone");
    await arrived(person.page, origin.app, used, person.email);
    await asked(person);
    await heading(person.page, "Confirm with biometrics");
    await button(person.page, "Use biometrics").click();
    await arrived(person.page, origin.app, used, person.email);
  });

  test("what worked here last is asked for without a click", async (arrive) => {
    const person = await arrive("daily", usb);
    await enrolled(person, "security_key", "Daily");
    house.age();
    await person.page.goto(`${origin.app}/again`);
    await arrived(person.page, origin.app, used, person.email);
  });

  test("the name is the owner's, and the list shows kind, day and no use yet", async (arrive) => {
    const person = await arrive("namer", usb);
    await enrolled(person, "security_key", "Key ring – Ünïcode");
    await devices(person);
    await person.page.getByText("Key ring – Ünïcode", { exact: true }).waitFor();
    await person.page.getByText(/Security key.* · added \d+ \w+ \d{4}/).waitFor();
  });

  // --- ceremonies that must fail ---

  test("the same key twice is refused by the browser, in words", async (arrive) => {
    const person = await arrive("twice", usb);
    await enrolled(person, "security_key", "Only one");
    await person.page.goto(`${origin.auth}/AddMfaDevice`);
    await button(person.page, "Set up the key").or(person.page.getByText("Choose what you want to confirm with")).waitFor(); // the key worked here: it is asked for by itself
    await addKey(person.page, "security_key");
    await refused(person.page, "This one is enrolled already, as Only one. Use a different one.");
    await soon.equal(async () => (await person.key.credentials()).length, 1);
  });

  test("a key that nobody touches is given up, and works when touched", async (arrive) => {
    const person = await arrive("untouched", usb, { hurried: true });
    await person.key.touch(false);
    await addKey(person.page, "security_key");
    await refused(person.page, "The browser stopped waiting");
    await person.key.touch(true);
    await button(person.page, "Try the key again").click();
    await nameIt(person.page, "Touched");
    await arrived(person.page, origin.app, used, person.email);
    await asked(person);
    await person.key.touch(false);
    await button(person.page, "Use security key").click();
    await heading(person.page, "Your key was not read");
    await person.key.touch(true);
    await button(person.page, "Try the key again").click();
    await arrived(person.page, origin.app, used, person.email);
  });

  test("a finger that does not match enrols nothing", async (arrive) => {
    const person = await arrive("finger", internal, { hurried: true });
    await person.key.verify(false);
    await addKey(person.page, "biometrics");
    await refused(person.page, "It refused at once, without asking you.");
    await soon.equal(async () => (await person.key.credentials()).length, 0);
  });

  test("without any authenticator the page gives up by itself", async (arrive) => {
    const person = await arrive("nothing", usb, { hurried: true });
    await enrolled(person, "security_key", "Left at home");
    await person.key.unplug();
    await asked(person);
    await button(person.page, "Use security key").click();
    await heading(person.page, "Your key was not read");
    await button(person.page, "New phone, or device lost").click();
    await person.page.getByText("The administrators of Halden Maritime can remove what you lost.").waitFor();
  });

  for (const [what, lie, kind, sentence] of [
    ["a signature that is none", { isBogusSignature: true }, "security_key", "That answer does not fit"],
    ["an answer without a touch", { isBadUP: true }, "security_key", "That answer does not fit"],
    ["an answer without the finger", { isBadUV: true }, "biometrics", "without a finger, a face or a PIN"],
  ]) {
    test(`${what} is refused by the server, and the honest one after it is taken`, async (arrive) => {
      const person = await arrive(`liar-${Object.keys(lie)[0].toLowerCase()}`, kind === "biometrics" ? internal : usb);
      await enrolled(person, kind, "Liar");
      await asked(person);
      await person.key.lie(lie);
      await person.page.getByRole("button", { name: /^Use / }).click();
      await refused(person.page, sentence);
      await person.key.lie({});
      await person.page.getByRole("button", { name: /again/ }).click();
      await arrived(person.page, origin.app, used, person.email);
    });
  }

  test("a copied key whose counter went back is refused and written down", async (arrive) => {
    const person = await arrive("copied", usb);
    await enrolled(person, "security_key", "Copied");
    const [credential] = await person.key.credentials();
    await asked(person);
    await button(person.page, "Use security key").click();
    await arrived(person.page, origin.app, used, person.email);
    await person.key.take(credential.credentialId);
    await person.key.put({ ...credential, signCount: 0 });
    await asked(person);
    await button(person.page, "Use security key").click();
    await heading(person.page, "This device was refused");
    await refused(person.page, "This key may have been copied");
    const written = spawnSync("sqlite3", ["-cmd", ".timeout 10000", `${stack.folder}/countersign.db`,
      "SELECT count(*) FROM audit_event WHERE kind = 'authenticator.cloned'"], { encoding: "utf8" });
    assert.equal(written.stdout.trim(), "1", written.stderr);
  });

  // --- changing one's own devices ---

  test("the ten minutes: prove with the key, add an application, rename, remove", async (arrive) => {
    const person = await arrive("changer", usb);
    const { page } = person;
    await enrolled(person, "security_key", "First");
    await devices(person);
    const before = (await person.context.cookies(origin.auth)).find((c) => /cs_session/.test(c.name)).value;
    await button(page, "Confirm to make changes").click();
    await page.getByText(/You can change devices for/).waitFor(); // the key worked here: it is asked for by itself
    await page.getByText(/You can change devices for (10:00|9:\d\d) more/).waitFor();
    await page.getByText("You confirmed with First.").waitFor();
    const after = (await person.context.cookies(origin.auth)).find((c) => /cs_session/.test(c.name)).value;
    assert.notEqual(after, before, "the session's token is as it was");
    await page.getByRole("link", { name: "Add an MFA device" }).click();
    await page.getByRole("button", { name: /^Authenticator application/ }).click();
    const key = await setUpKey(page);
    await page.getByLabel("Name it").fill("App");
    await enterCode(page, stack.totp(key));
    await page.getByText("App is now one of your MFA devices.").waitFor();
    await button(page, "Actions for App").click();
    await page.getByRole("menuitem", { name: "Rename" }).click();
    await page.getByLabel("Name it").fill("Renamed");
    await page.keyboard.press("Enter");
    await page.getByText("App is now called Renamed.").waitFor();
    await button(page, "Actions for Renamed").click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByRole("dialog").getByText("You can still confirm with First.").waitFor();
    await button(page, "Remove the application").click();
    await page.getByText("Renamed is removed.").waitFor();
    await until("the mails about it", () => ["added", "removed"].every((what) =>
      stack.smtp.messages().some((m) => m.to.includes(person.email) && m.text.includes("/not-me#") && new RegExp(what).test(m.text))));
    await button(page, "End now").click();
    await button(page, "Confirm to make changes").waitFor();
  });

  test("a removed key is out on the next request to the application, and the page says what closes", async (arrive) => {
    const person = await arrive("removed", usb);
    const { page } = person;
    await enrolled(person, "security_key", "Goes");
    const carried = await token(person);
    assert.equal(await admitted(carried), true);
    await devices(person);
    await button(page, "Actions for Goes").click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor(); // the key worked here: it is asked for by itself
    await dialog.getByText("Nothing remains to confirm with.").waitFor();
    await dialog.getByText(/These ask you to add a new one before they open: .*Berth planner/).waitFor();
    await dialog.getByRole("button", { name: "Remove the key" }).click();
    await page.getByText("Goes is removed, and nothing remains.").waitFor();
    assert.equal(await admitted(carried), false);
  });

  test("an application that wants a key of somebody with an app: the app proves it, the key is added, and it opens", async (arrive) => {
    const { client, account_id, apps } = house.access;
    const wanted = (mfa_config) => client.zeroTrust.access.applications.update(apps.app.id, {
      account_id, name: used, domain: "app.countersign.localhost", type: "self_hosted", session_duration: "24h",
      policies: [house.access.policy.id], mfa_config });
    const person = await arrive("stricter", usb);
    const { page } = person;
    await page.getByRole("button", { name: /^Authenticator application/ }).click();
    const key = await setUpKey(page);
    await enterCode(page, stack.totp(key));
    await arrived(page, origin.app, used, person.email);
    await wanted({ allowed_authenticators: ["security_key"], session_duration: "8h" });
    try {
      await page.goto(`${origin.app}/stricter`);
      await page.waitForURL((url) => url.origin === origin.auth);
      await heading(page, "Another MFA device is needed");
      await button(page, "Add it now").click();
      stack.shiftClock(30_000);
      await page.getByText("Then you can change your MFA devices for 10 minutes").waitFor();
      await enterCode(page, stack.totp(key));
      await button(page, "Set up the key").click();
      await nameIt(page, "Wanted");
      await arrived(page, origin.app, used, person.email);
    } finally {
      await wanted({ allowed_authenticators: ["security_key", "biometrics", "totp"], session_duration: "8h" });
    }
  });

  test("another browser of the same person proves for itself", async (arrive) => {
    const person = await arrive("two-browsers", usb);
    await enrolled(person, "security_key", "Shared");
    await devices(person);
    await button(person.page, "Confirm to make changes").click();
    await person.page.getByText(/You can change devices for/).waitFor(); // the key worked here: it is asked for by itself
    const other = await arrive("two-browsers", null, { at: `${origin.auth}/account/devices` });
    await heading(other.page, "MFA devices");
    await button(other.page, "Confirm to make changes").waitFor();
    await soon.equal(() => other.page.getByText(/You can change devices for/).count(), 0);
  });

  test("the direct link: signed out it signs in, enrols and ends at the list", async (arrive) => {
    const person = await arrive("direct", usb, { at: `${origin.auth}/AddMfaDevice` });
    await addKey(person.page, "security_key");
    await nameIt(person.page, "By the link");
    await heading(person.page, "MFA devices");
    await soon.equal(() => new URL(person.page.url()).pathname, "/account/devices");
    await person.page.getByText("By the link is now one of your MFA devices.").waitFor();
    await person.page.getByText("If By the link is lost, nothing remains to confirm with.").waitFor();
  });

  test("the first device six minutes after the sign-in asks for a new one", async (arrive) => {
    const person = await arrive("late", usb, { at: `${origin.auth}/account/devices` });
    await heading(person.page, "MFA devices");
    house.age(6 * 60_000);
    await person.page.goto(`${origin.auth}/AddMfaDevice`);
    await heading(person.page, "Sign in again first");
    await button(person.page, "Sign in again").click();
    await house.signIn(person);
    await addKey(person.page, "security_key");
    await nameIt(person.page, "In time");
    await heading(person.page, "MFA devices");
  });

  test("\"this was not me\": the link alone does nothing, its button freezes changes and ends the sessions", async (arrive) => {
    const person = await arrive("victim", usb);
    await enrolled(person, "security_key", "Not mine");
    const mail = await until("the mail", () =>
      stack.smtp.messages().filter((m) => m.to.includes(person.email) && m.text.includes("/not-me#")).at(-1));
    const link = new URL(mail.text.match(/http\S+\/not-me#\S+/)[0]);
    const reader = await arrive("reader", null, { at: `${origin.auth}/account/devices` });
    await reader.page.goto(link.href);
    await heading(reader.page, "Was this not you?");
    assert.equal(await admitted(await token(person)), true);
    await button(reader.page, "This was not me: stop it").click();
    await heading(reader.page, "Stopped");
    assert.equal(await admitted(await token(person)), false);
    await reader.page.goto("about:blank");
    await reader.page.goto(link.href);
    await button(reader.page, "This was not me: stop it").click();
    await heading(reader.page, "This link has ended");
    await person.page.goto(`${origin.auth}/account/devices`);
    await house.signIn(person);
    await person.page.getByText("Changes are stopped").waitFor(); // the key worked here: it is asked for by itself
    await soon.equal(() => person.page.getByRole("button", { name: /^Actions for/ }).count(), 0);
  });
});
