// A headless Firefox over Marionette, its own remote protocol: "LENGTH:JSON" over TCP, a command is
// [0, id, name, parameters], an answer [1, id, error, result]. It has a virtual authenticator.
import net from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawn, spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../free_port.mjs";
import { until } from "./stack.mjs";

export const isInstalled = () => spawnSync("firefox-esr", ["--version"], { encoding: "utf8" }).status === 0;

const preferences = (port) => ({
  "marionette.port": port,
  "security.webauth.webauthn_enable_softtoken": true,
  "security.webauth.webauthn_enable_usbtoken": false,
  "security.webauth.webauthn_testing_allow_direct_attestation": true,
  // a page in a window that no screen shows has no focus, and WebAuthn wants it
  "focusmanager.testmode": true,
  "app.update.enabled": false,
  "services.settings.server": "http://localhost:1",
  "datareporting.policy.dataSubmissionEnabled": false,
  "intl.accept_languages": "en-GB, en",
});

const element = "element-6066-11e4-a52e-4f735466cecf";

export class Firefox {
  static async start() {
    const firefox = new Firefox();
    const port = await freePort();
    firefox.profile = mkdtempSync(path.join(tmpdir(), "countersign-firefox-"));
    writeFileSync(path.join(firefox.profile, "user.js"), Object.entries(preferences(port))
      .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`).join("\n"));
    firefox.process = spawn("firefox-esr",
      ["--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "--profile", firefox.profile, "about:blank"],
      { env: { ...process.env, HOME: firefox.profile }, stdio: "ignore" });
    firefox.ended = new Promise((done) => firefox.process.on("exit", done));
    try {
      firefox.socket = await until("Firefox's start", () => new Promise((resolve, reject) => {
        const socket = net.connect(port, "127.0.0.1", () => resolve(socket)).on("error", reject);
      }), 60_000);
      firefox.#listen();
      await firefox.send("WebDriver:NewSession");
    } catch (error) {
      await firefox.stop();
      throw error;
    }
    return firefox;
  }

  #listen() {
    this.waiting = new Map();
    this.sent = 0;
    let bytes = Buffer.alloc(0);
    this.socket.on("data", (more) => {
      bytes = Buffer.concat([bytes, more]);
      for (;;) {
        const colon = bytes.indexOf(":");
        const length = Number(bytes.subarray(0, colon));
        if (colon < 0 || bytes.length < colon + 1 + length) return;
        const message = JSON.parse(bytes.subarray(colon + 1, colon + 1 + length));
        bytes = bytes.subarray(colon + 1 + length);
        if (!Array.isArray(message)) continue;
        const [, id, error, result] = message;
        const { resolve, reject } = this.waiting.get(id);
        if (error) reject(new Error(`${error.error}: ${error.message}`));
        else resolve(result);
      }
    });
    this.socket.on("error", () => undefined);
  }

  send(name, parameters = {}) {
    return new Promise((resolve, reject) => {
      const text = JSON.stringify([0, ++this.sent, name, parameters]);
      this.waiting.set(this.sent, { resolve, reject });
      this.socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
  }

  go(url) { return this.send("WebDriver:Navigate", { url }); }

  async run(script, ...args) {
    return (await this.send("WebDriver:ExecuteScript", { script, args, newSandbox: true })).value;
  }

  // The browser's own windows and panels, not the page.
  async inItself(script) {
    await this.send("Marionette:SetContext", { value: "chrome" });
    try {
      return await this.run(script);
    } finally {
      await this.send("Marionette:SetContext", { value: "content" });
    }
  }

  find(xpath, ms) {
    return until(`${xpath} on the page`, async () =>
      (await this.send("WebDriver:FindElement", { using: "xpath", value: xpath })).value[element], ms);
  }
  // A button that is there now, and not at work.
  async shows(name) {
    const value = `//button[normalize-space(.)="${name}" and not(@aria-busy="true")]`;
    return (await this.send("WebDriver:FindElements", { using: "xpath", value })).length !== 0;
  }
  see(text, ms) { return this.find(`//*[contains(normalize-space(text()), "${text}")]`, ms); }
  async press(name, ms) { await this.send("WebDriver:ElementClick", { id: await this.find(`//button[normalize-space(.)="${name}"]`, ms) }); }
  async type(id, text) {
    const input = await this.find(`//input[@id="${id}"]`);
    await this.send("WebDriver:ElementClear", { id: input });
    await this.send("WebDriver:ElementSendKeys", { id: input, text });
  }

  addAuthenticator(options) {
    return this.send("WebAuthn:AddVirtualAuthenticator", { protocol: "ctap2_1", isUserConsenting: true, ...options });
  }

  async stop() {
    this.socket?.destroy();
    this.process.kill("SIGTERM");
    const timer = setTimeout(() => this.process.kill("SIGKILL"), 8000);
    await this.ended;
    clearTimeout(timer);
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
