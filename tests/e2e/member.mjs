// Members at the console in a real browser: the steps of their pages, and the mail that they get.
import assert from "node:assert/strict";
import { newPerson, openBrowser, setUpKey } from "./browser.mjs";
import { Stack, until } from "./stack.mjs";

export const OWNER = "owner@countersign.test";
export const PASSWORD = "correct horse battery staple";
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

// The server with its console, one browser engine, and the owner's invitation not taken yet.
export class Harbour {
  static async open(options = {}) {
    const harbour = new Harbour();
    harbour.people = [];
    harbour.stack = await Stack.start({ front: "none", ...options });
    try {
      harbour.browser = await openBrowser();
    } catch (error) {
      await harbour.stack.stop();
      throw error;
    }
    return harbour;
  }
  async close() {
    await this.browser?.close();
    await this.stack.stop();
  }

  // What everybody has before them, for a test that failed.
  async seen() {
    const shown = await Promise.all(this.people.map(async ({ page, faults }) =>
      `--- ${page.url()}\n${await page.locator("body").innerText({ timeout: 1000 }).catch(() => "")}\n${faults.join("\n")}`));
    return `${shown.join("\n")}\n${this.stack.logs()}`;
  }
  // A test of node's, which says on failure what was on the screens. current: the harbour of now.
  static tests(it, current) {
    return (name, run) => it(name, async () => {
      try {
        await run();
      } catch (error) {
        throw new Error(`${error.message}\n${await current()?.seen()}`, { cause: error });
      }
    });
  }

  // Somebody with a browser that we have never seen.
  async member(email = OWNER, password = PASSWORD) {
    const member = new Member(this, email, password, await newPerson(this.browser));
    this.people.push(member);
    return member;
  }
  // The owner as `init` made them: a password, and an address that nobody has verified.
  async owner() {
    const owner = await this.member();
    await owner.redeem(this.stack.initOutput.match(/open (\S+)/)[1], "Olga Owner");
    await owner.inside();
    return owner;
  }
  // … and with an address that is theirs.
  async verifiedOwner() {
    const owner = await this.owner();
    await owner.verifyEmail();
    return owner;
  }
  // Somebody whom the owner invites, with their password.
  async invited(owner, email, { role = "Administrator", name = "Ivo Invited", password = PASSWORD } = {}) {
    const member = await this.member(email, password);
    const since = this.stack.now();
    await owner.invite(email, role);
    await member.redeem(await this.linkFor(email, "/invitation", since), name);
    return member;
  }

  mails(address, after = 0) { return this.stack.smtp.messages().filter((m) => m.to.includes(address) && m.at >= after); }
  // The newest mail to an address that says so.
  async mail(address, says, after = 0) {
    return until(`a mail to ${address} that says ${says}`, async () =>
      this.mails(address, after).filter((m) => says.test(`${m.subject}\n${m.text}`)).at(-1));
  }
  async linkFor(address, page, after = 0) {
    const pattern = new RegExp(`https?://\\S*${page}#\\S+`);
    return (await this.mail(address, pattern, after)).text.match(pattern)[0];
  }
  later(ms) { this.stack.shiftClock(ms); }
}

export class Member {
  constructor(harbour, email, password, { context, page, faults }) {
    Object.assign(this, { harbour, email, password, context, page, faults });
    this.stack = harbour.stack;
  }
  at(path) { return this.page.goto(this.stack.origin.console + path); }
  heading(name) { return this.page.getByRole("heading", { name, exact: typeof name === "string" }).first().waitFor(); }
  button(name, options = { exact: true }) { return this.page.getByRole("button", { name, ...options }); }
  press(name) { return this.button(name).click(); }
  see(text) { return this.page.getByText(text).first().waitFor(); }
  // Another tab of theirs on another device: nothing of this one's cookies.
  elsewhere() { return this.harbour.member(this.email, this.password); }

  // A call of their own page, as the page makes it.
  call(method, path, body) {
    return this.page.evaluate(async ([m, p, b]) => {
      const answer = await fetch(p, { method: m, ...(b && { body: JSON.stringify(b), headers: { "content-type": "application/json" } }) });
      return { status: answer.status, json: await answer.json().catch(() => null) };
    }, [method, path, body]);
  }

  async redeem(link, name) {
    await this.page.goto(link);
    await this.page.fill("#name", name);
    await this.page.fill("#password", this.password);
    await this.page.keyboard.press("Enter");
  }
  async verifyEmail() {
    const since = this.stack.now();
    await this.manage();
    await this.press("Send me the link");
    await this.page.goto(await this.harbour.linkFor(this.email, "/console/verify-email", since));
    await this.page.locator("main").getByRole("button").first().click();
    await this.page.getByText(/confirmed/i).first().waitFor();
  }

  // --- the door ---

  async signIn(password = this.password) {
    await this.at("/console/");
    await this.heading("Sign in");
    await this.page.fill("#email", this.email);
    await this.page.fill("#password", password);
    await this.page.keyboard.press("Enter");
  }
  // The password once more: it counts for ten minutes of this session.
  async prove() {
    assert.equal((await this.call("POST", "/api/v1/member/prove", { password: this.password })).status, 200);
  }
  async signOut() {
    await this.button(/^Your menu/, {}).click();
    await this.page.getByRole("menuitem", { name: "Sign out" }).click();
    await this.heading("Sign in");
  }
  // In the console itself.
  async inside() { await this.button(/^Your menu/, {}).waitFor(); }
  code() { return this.stack.totp(this.key); }
  // A code that was not used before: of the next period.
  freshCode() {
    this.harbour.later(30_000);
    return this.code();
  }

  // --- My profile → Authentication ---

  // Procedure "Enable two-factor authentication", steps 2 to 4.
  async manage() {
    await this.at("/console/");
    await this.inside();
    await this.button(/^Your menu/, {}).click();
    await this.page.getByRole("menuitem", { name: "My profile" }).click();
    await this.page.getByRole("link", { name: "Authentication", exact: true }).click();
    await this.heading("Two-Factor Authentication");
    const manage = this.button("Manage");
    if (await manage.getAttribute("aria-expanded") === "false") await manage.click();
  }
  async givePassword(password = this.password) {
    await this.page.getByLabel("Your password", { exact: true }).fill(password);
    await this.press("Next");
  }
  // The backup codes as they are shown.
  async readCodes() {
    const rows = this.page.getByRole("list", { name: "Backup codes" }).getByRole("listitem");
    await rows.nth(9).waitFor();
    const codes = await rows.allInnerTexts();
    assert.equal(codes.length, 10);
    this.codes = codes.map((text) => text.match(/[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{2}/)[0]);
    return this.codes;
  }
  async keepCodes() {
    await this.readCodes();
    const [file] = await Promise.all([this.page.waitForEvent("download"), this.press("Download")]);
    await this.press("Next");
    return file;
  }
  // The whole of "Configure TOTP mobile app authentication".
  async addApp() {
    await this.manage();
    await this.press("Add mobile app authentication");
    await this.confirmApp();
    await this.givePassword();
    if (!this.codes) {
      await this.heading("Save your backup codes");
      await this.givePassword();
      await this.keepCodes();
    }
    await this.see("Enabled");
  }
  // "Can't scan QR code, follow alternative steps": the key that is in the code.
  async readKey() {
    await this.page.locator("img[src$='qr.svg']").waitFor();
    const fold = this.page.getByText("Can’t scan QR code, Follow alternative steps");
    if (await fold.isVisible()) await fold.click();
    this.key = await setUpKey(this.page);
    return this.key;
  }
  async confirmApp() {
    await this.readKey();
    await this.page.getByLabel(/Six-digit code|Type the code it shows/).fill(this.code());
  }
}
