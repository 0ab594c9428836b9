// A second engine: Firefox enrols a security key and its own biometrics, and opens the application.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { soon } from "../soon.mjs";
import { Firefox, isInstalled } from "./firefox.mjs";
import { origin, until } from "./stack.mjs";
import { House } from "./webauthn.mjs";

const skip = isInstalled() ? false : "firefox-esr is not installed: script/bootstrap test";
const plain = { transport: "usb", hasResidentKey: false, hasUserVerification: false, isUserVerified: false };
const withPin = { ...plain, hasUserVerification: true, isUserVerified: true };

describe("Firefox, on SQLite, behind nginx", { concurrency: false, skip }, () => {
  let house, foxes = 0;
  before(async () => {
    house = await House.open({ browser: { close: () => undefined } });
  });
  after(() => house?.close());

  const test = (name, authenticator, run) => it(name, async () => {
    const firefox = await Firefox.start();
    try {
      const email = `fox${++foxes}@countersign.test`;
      const asked = Date.now();
      await firefox.addAuthenticator(authenticator);
      await firefox.go(`${origin.app}/`);
      await firefox.type("email", email);
      await firefox.press("Send a PIN");
      await firefox.type("pin", await house.stack.pinFor(email, asked));
      await firefox.see("Add an MFA device");
      await run(firefox, email);
    } catch (error) {
      const shown = await firefox.run("return `${location.href}\n${document.body.innerText}`").catch(() => "");
      throw new Error(`${error.message}\n${shown}\n${house.stack.logs()}`);
    } finally {
      await firefox.stop();
    }
  });
  const choose = async (firefox, kind) =>
    firefox.send("WebDriver:ElementClick", { id: await firefox.find(`//li/button[contains(., "${kind}")]`) });
  const enrol = async (firefox, name) => {
    await seeThrough(firefox, "Set up the key", "return document.getElementById('name') !== null");
    await firefox.type("name", name);
    await firefox.press("Save and continue");
    await firefox.see("checked against the gateway");
  };
  // With the proof too old, and nothing remembered of what worked here last.
  const openLater = async (firefox, email) => {
    house.age();
    await firefox.go(`${origin.auth}/signed-out`);
    await firefox.run("localStorage.clear()");
    await firefox.go(`${origin.app}/later`);
    await seeThrough(firefox, "Use security key", `return location.origin === "${origin.app}"`);
    await firefox.see("checked against the gateway");
    await soon.equal(() => firefox.run("return location.href"), `${origin.app}/later`);
    assert.equal(await firefox.run("return document.body.innerText.includes(arguments[0])", email), true);
  };

  for (const [what, authenticator] of [["a key that is touched", plain], ["a key with a PIN", withPin]])
    test(`${what} is enrolled on the way to the application, and opens it later`, authenticator, async (firefox, email) => {
      await choose(firefox, "Security key");
      await enrol(firefox, what);
      await openLater(firefox, email);
    });

  // On Linux it refuses whatever is asked of the device itself, and yet says that it has biometrics.
  test("biometrics that it refuses at once are a sentence, and another kind is a click away", withPin, async (firefox) => {
    await firefox.addAuthenticator({ ...withPin, transport: "internal", hasResidentKey: true });
    await firefox.go(`${origin.app}/`);
    await choose(firefox, "Fingerprint or face");
    await firefox.press("Set up fingerprint or face");
    await firefox.see("It refused at once, without asking you.");
    await firefox.press("Choose another kind");
    await choose(firefox, "Security key");
    await enrol(firefox, "Key instead");
  });
});

// Firefox asks before a page may learn the make and model; this is its owner saying yes. Not by a
// click: a panel of a window that no screen shows comes and goes, and takes none for half a second.
const allowItsModel = (firefox) => firefox.inItself(`
  const asked = window.PopupNotifications.getNotification("webauthn-prompt-register-direct", window.gBrowser.selectedBrowser);
  if (!asked) return;
  asked.mainAction.callback({ checkboxChecked: false });
  window.PopupNotifications.remove(asked);`);

// A ceremony, begun by a button, until the page has what comes after it, in a script's words. On a busy
// machine the browser's pretended key now and then never answers, or answers too late: then they do as
// people do, who give up after a while and press what the page offers, whatever it has come to: the
// button of before where they have cancelled, another where it says what went wrong.
async function seeThrough(firefox, begin, arrived) {
  let since = 0, patience = 8_000, tries = 0;
  const press = async (name) => {
    if (!await firefox.shows(name)) return false;
    await firefox.press(name, 1_000);
    return true;
  };
  await until("the key's answer", async () => {
    await allowItsModel(firefox);
    if (await firefox.run(arrived)) return true;
    if (tries < 6 && (await press(begin) || await press("Try the key again"))) {
      tries += 1;
      since = performance.now();
    } else if (performance.now() - since > patience && await press("Cancel")) {
      patience *= 2;
    }
    return false;
  }, 180_000);
}
