// A headless Chromium, and the steps a person takes on our pages.
import { chromium } from "playwright-core";
import assert from "node:assert/strict";
import { likeAPerson, PATIENCE_MS } from "../soon.mjs";

const flags = [
  "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--disable-default-apps", "--no-first-run", "--disable-domain-reliability", "--no-pings",
  "--metrics-recording-only", "--disable-quic", "--disable-dev-shm-usage",
  "--disable-features=OptimizationHints,MediaRouter,DialMediaRouteProvider,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
];

export async function openBrowser() {
  return chromium.launch({ executablePath: "/usr/lib/chromium/chromium", args: flags });
}

// A browser of its own: no cookies of anybody else's. Errors of our pages fail the test.
export async function newPerson(browser) {
  const context = await browser.newContext({ locale: "en-GB" });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  likeAPerson(page);
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (m) => {
    if (m.type() === "error" && /Content Security Policy|TrustedHTML/.test(m.text())) faults.push(m.text());
  });
  return { context, page, faults };
}

export async function askForPin(page, email) {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Send a PIN" }).click();
  await page.getByRole("heading", { name: "Enter your PIN" }).waitFor();
}

export async function enterPin(page, pin) {
  await page.getByLabel("PIN", { exact: true }).fill(pin);
}

// The set-up key as the page shows it, without the gaps.
export async function setUpKey(page) {
  const text = await page.locator("dt", { hasText: "Set-up key" }).locator("xpath=following-sibling::dd[1]").innerText();
  const key = text.replace(/\s+/g, "");
  assert.match(key, /^[A-Z2-7]{32}$/);
  return key;
}

export async function enterCode(page, code) {
  await page.getByLabel(/Six-digit code|Type the code it shows/).fill(code);
}

export async function challenged(page) {
  await page.getByRole("heading", { name: "Enter the code from your app" }).waitFor();
}

// The application itself, which has checked its token.
export async function arrived(page, origin, name, email) {
  await page.waitForURL((url) => url.origin === origin && !url.pathname.startsWith("/cdn-cgi/"));
  await page.getByRole("heading", { name }).waitFor();
  await page.getByText("checked against the gateway's published keys").waitFor();
  await page.getByText(email, { exact: true }).first().waitFor();
}

// --- authenticators that the browser pretends to have: of one page, and before it asks for them ---

export const usb = { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "usb", hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
export const internal = { ...usb, transport: "internal" };
export const hybrid = { ...usb, transport: "hybrid" };
export const u2f = { protocol: "u2f", transport: "usb" };

export async function plugIn(page, options) {
  page.devtools ??= await page.context().newCDPSession(page);
  const send = (verb, more) => page.devtools.send(`WebAuthn.${verb}`, more);
  await send("enable", { enableUI: false });
  const { authenticatorId } = await send("addVirtualAuthenticator", { options: { automaticPresenceSimulation: true, ...options } });
  const of = { authenticatorId };
  return {
    touch: (enabled) => send("setAutomaticPresenceSimulation", { ...of, enabled }),
    verify: (isUserVerified) => send("setUserVerified", { ...of, isUserVerified }),
    lie: (bits) => send("setResponseOverrideBits", { ...of, isBogusSignature: false, isBadUP: false, isBadUV: false, ...bits }),
    credentials: async () => (await send("getCredentials", of)).credentials,
    take: (credentialId) => send("removeCredential", { ...of, credentialId }),
    put: (credential) => send("addCredential", { ...of, credential }),
    unplug: () => send("removeVirtualAuthenticator", of),
  };
}

// What the server lets a ceremony last is a minute; nobody should watch a test for one. From the
// next page on.
export const impatient = (page, ms = 1500) => page.addInitScript((timeout) => {
  const { json } = Response.prototype;
  Response.prototype.json = async function shortened() {
    const answer = await json.call(this);
    const options = answer?.webauthn ?? answer?.options;
    if (options) options.timeout = timeout;
    return answer;
  };
}, ms);

// From the choice of kinds to the name: a security key, or what the device has built in.
export async function addKey(page, kind) {
  const card = page.getByRole("button", { name: kind === "biometrics" ? /^Fingerprint or face/ : /^Security key/ });
  const go = page.getByRole("button", { name: /^Set up/ });
  await card.or(go).first().waitFor();
  if (await card.isVisible()) await card.click();
  await go.click();
}

export async function nameIt(page, name) {
  await page.getByRole("heading", { name: "It is added. What do you call it?" }).waitFor();
  await page.getByLabel("Name it").fill(name);
  await page.keyboard.press("Enter");
}
