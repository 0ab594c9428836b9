// A person as an HTTP client: browsers with their cookies, and an authenticator, going through
// /api/v1 as our pages do. Hundreds of them cost less than one real browser.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { localFetch } from "../../demo/local_fetch.mjs";

export const period = 30_000;

let sources = 0;

// An address of its own for each browser, from networks of their own: rate limits are by network.
const newSource = () => {
  sources++;
  return `10.${(sources >> 8) & 255}.${sources & 255}.7`;
};

export function base32(text) {
  let bits = 0n;
  for (const letter of text) bits = (bits << 5n) | BigInt("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter));
  const bytes = Math.floor((text.length * 5) / 8);
  bits >>= BigInt(text.length * 5 - bytes * 8);
  return Buffer.from(bits.toString(16).padStart(bytes * 2, "0"), "hex");
}

// RFC 6238: SHA-1, 30 seconds, 6 digits.
export function totp(key, at) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / period)));
  const digest = createHmac("sha1", base32(key)).update(counter).digest();
  const from = digest.at(-1) & 15;
  return String((digest.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

// A code that is none of those that count now.
export function wrongCode(key, at, nth = 0) {
  const right = [-2, -1, 0, 1, 2].map((step) => totp(key, at + step * period));
  for (let guess = nth * 7; ; guess++) {
    const code = String(guess % 1_000_000).padStart(6, "0");
    if (!right.includes(code)) return code;
  }
}

export class Refused extends Error {
  constructor(what, answer) {
    super(`${what}: ${answer.status} ${JSON.stringify(answer.json ?? "")}`);
    this.status = answer.status;
    this.code = answer.json?.error?.code ?? "";
  }
}

// One browser. node: which server it reaches; a load balancer may change that at any time.
export class Browser {
  constructor(stack, { node = stack.node, source = newSource() } = {}) {
    Object.assign(this, { stack, node, source, jar: new Map() });
  }

  cookies(origin) {
    const host = new URL(origin).hostname;
    if (!this.jar.has(host)) this.jar.set(host, new Map());
    return this.jar.get(host);
  }
  cookieHeader(origin) { return [...this.cookies(origin)].map(([name, value]) => `${name}=${value}`).join("; "); }

  // The same cookies in another browser: what somebody who copied them has.
  copy(options = {}) {
    const other = new Browser(this.stack, { node: this.node, source: this.source, ...options });
    for (const [host, cookies] of this.jar) other.jar.set(host, new Map(cookies));
    return other;
  }

  async fetch(url, { method = "GET", headers = {}, body } = {}) {
    const to = new URL(url);
    const origin = to.origin;
    to.port = String(this.node.port);
    const answer = await localFetch(to.href, {
      method,
      headers: { "x-original-remote-addr": this.source, cookie: this.cookieHeader(origin), ...headers },
      body,
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split("; ");
      const name = pair.slice(0, pair.indexOf("="));
      if (attributes.includes("Max-Age=0")) this.cookies(origin).delete(name);
      else this.cookies(origin).set(name, pair.slice(name.length + 1));
    }
    return answer;
  }

  // What a call of our page answers, whatever it is.
  async call(method, path, body) {
    const auth = this.stack.origin.auth;
    const answer = await this.fetch(auth + path, {
      method,
      headers: { origin: auth, "sec-fetch-site": "same-origin", ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, json: text.startsWith("{") ? JSON.parse(text) : null, headers: answer.headers };
  }
  async get(path) { return this.#expect(path, await this.call("GET", path)); }
  async post(path, body) { return this.#expect(path, await this.call("POST", path, body)); }
  #expect(what, answer) {
    if (answer.status !== 200) throw new Refused(what, answer);
    return answer.json;
  }

  // To an application's sign-in; what the page must hand back is kept.
  async open(app = "app") {
    this.app = app;
    const answer = await this.fetch(`${this.stack.origin[app]}/cdn-cgi/access/login?redirect_url=%2Fberths`);
    if (answer.status !== 302) throw new Refused("login", { status: answer.status });
    this.meta = new URL(answer.headers.get("location")).searchParams.get("meta");
    const state = await this.get(`/api/v1/sign-in?meta=${this.meta}`);
    this.provider = state.providers.find((p) => p.type === "onetimepin")?.id;
    return state;
  }
  askForPin(email) { return this.post("/api/v1/sign-in/pin", { meta: this.meta, provider: this.provider, email }); }
  enterPin(pin) { return this.post("/api/v1/sign-in/pin/verify", { meta: this.meta, pin }); }
  async signIn(email) {
    const asked = Date.now();
    await this.open(this.app);
    await this.askForPin(email);
    return this.enterPin(await this.stack.pinFor(email, asked));
  }
  enrol() { return this.post("/api/v1/enrolments", { meta: this.meta, factor: "totp" }); }
  confirm(enrolment, code, name = "Phone") {
    return this.post(`/api/v1/enrolments/${enrolment}/confirm`, { meta: this.meta, code, name });
  }
  async challenge() { return (await this.post("/api/v1/challenges", { meta: this.meta })).id; }
  answer(challenge, code) { return this.post(`/api/v1/challenges/${challenge}/answer`, { factor: "totp", code }); }
  async handOver() { return (await this.post("/api/v1/sign-in/continue", { meta: this.meta })).redirect; }

  // Follows the hand-over; the token that the application's host gave.
  async enter(handOver) {
    const answer = await this.fetch(handOver);
    if (answer.status !== 303) throw new Refused("authorized", { status: answer.status });
    return this.cookies(handOver).get("CF_Authorization");
  }

  // What a proxy is told about this browser's request: the status alone.
  async decide(app = "app", { accept = "application/json", node = this.node } = {}) {
    const origin = this.stack.origin[app];
    const answer = await localFetch(`http://127.0.0.1:${node.port}/decision`, {
      headers: { ...decisionHeaders(origin, this.source), cookie: this.cookieHeader(origin), accept },
    });
    await answer.arrayBuffer();
    return answer.status;
  }
}

export const decisionHeaders = (origin, source) => ({
  "x-original-method": "GET",
  "x-original-scheme": "http",
  "x-original-host": new URL(origin).host,
  "x-original-uri": "/berths",
  "x-original-remote-addr": source,
});

export class Person {
  constructor(stack, email) {
    Object.assign(this, { stack, email, key: null });
  }
  browser(options) { return new Browser(this.stack, options); }
  code(shift = 0) { return totp(this.key, this.stack.now() + shift); }

  // Everything from nothing to the application, with the first authenticator: the browser.
  async enrolled(options) {
    const browser = this.browser(options);
    const { step } = await browser.signIn(this.email);
    assert.equal(step, "enrol");
    const enrolment = await browser.enrol();
    this.key = enrolment.key;
    await browser.confirm(enrolment.id, this.code());
    await browser.enter(await browser.handOver());
    return browser;
  }

  // Signed in elsewhere, up to the question for the second factor.
  async challenged(options) {
    const browser = this.browser(options);
    const { step } = await browser.signIn(this.email);
    assert.equal(step, "challenge");
    return { browser, challenge: await browser.challenge() };
  }

  // Signed in elsewhere, all the way. The clock must have moved on since the last code.
  async again(options) {
    const { browser, challenge } = await this.challenged(options);
    await browser.answer(challenge, this.code());
    await browser.enter(await browser.handOver());
    return browser;
  }
}

// What everybody here signs in to: two applications for @countersign.test, by PIN and TOTP.
export async function configure(stack, { proof = "24h" } = {}) {
  const api = async (method, path, body) => {
    const answer = await stack.api(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.json)}`);
    return answer.json.result;
  };
  await api("POST", "organizations", {
    auth_domain: new URL(stack.origin.auth).host, name: "Halden Maritime", session_duration: "24h",
    mfa_config: { allowed_authenticators: ["totp"], session_duration: proof }, mfa_required_for_all_apps: true,
  });
  await api("POST", "identity_providers", { name: "PIN by e-mail", type: "onetimepin", config: {} });
  const policy = await api("POST", "policies", {
    name: "Staff", decision: "allow", include: [{ email_domain: { domain: "countersign.test" } }],
  });
  const apps = {};
  for (const [key, name] of [["app", "Berth planner"], ["shop", "Chandlery"]])
    apps[key] = await api("POST", "apps", {
      name, domain: new URL(stack.origin[key]).hostname, type: "self_hosted", session_duration: "24h", policies: [policy.id],
    });
  return { policy, apps };
}
