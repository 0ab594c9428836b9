// From an application that nobody may see to the application, and what must not work on the way.
// The same journey runs on each database and behind each proxy.
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import Cloudflare from "cloudflare";
import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import { localFetch as fetch } from "../../demo/local_fetch.mjs";
import { soon } from "../soon.mjs";
import { origin, Stack } from "./stack.mjs";
import { arrived, askForPin, challenged, enterCode, enterPin, newPerson, openBrowser, setUpKey } from "./browser.mjs";

const hour = 3_600_000;
const period = 30_000;

// The official client, told another address and nothing else.
export async function configure(stack, provider = { name: "PIN by e-mail", type: "onetimepin", config: {} }) {
  const client = new Cloudflare({ apiToken: stack.token, baseURL: "http://127.0.0.1:8080/client/v4" });
  const account_id = stack.account;
  await client.zeroTrust.organizations.create({
    account_id,
    auth_domain: new URL(origin.auth).host,
    name: "Halden Maritime",
    session_duration: "24h",
    mfa_config: { allowed_authenticators: ["totp"], session_duration: "8h" },
    mfa_required_for_all_apps: true,
  });
  const idp = await client.zeroTrust.identityProviders.create({ account_id, ...provider });
  const policy = await client.zeroTrust.access.policies.create({
    account_id,
    name: "Staff",
    decision: "allow",
    include: [{ email_domain: { domain: "countersign.test" } }],
  });
  const apps = {};
  for (const [key, name, domain] of [["app", "Berth planner", "app.countersign.localhost"], ["shop", "Chandlery", "shop.localhost"]]) {
    apps[key] = await client.zeroTrust.access.applications.create({
      account_id, name, domain, type: "self_hosted", session_duration: "24h", policies: [policy.id],
    });
  }
  return { client, account_id, idp, policy, apps };
}

export function journey(title, options) {
  describe(title, { concurrency: false }, () => {
    let stack, browser, access, alice, key, usedCode;
    const email = "alice@countersign.test";
    const verify = (token, audience) =>
      jwtVerify(token, createRemoteJWKSet(new URL("/cdn-cgi/access/certs", origin.auth), { [customFetch]: fetch }),
        { issuer: origin.auth, audience, algorithms: ["RS256"] });
    const cookie = async (person, at, name) =>
      (await person.context.cookies(at)).find((c) => c.name === name);
    const signIn = options.signIn ?? (async (page) => {
      const asked = Date.now();
      await askForPin(page, email);
      await enterPin(page, await stack.pinFor(email, asked));
    });

    // Each step stands on those before it: after a failure the rest cannot be judged.
    let failed = null;
    const step = (name, run) => it(name, async (t) => {
      if (failed) throw new Error(`not judged: "${failed}" failed before`);
      try {
        await run(t);
      } catch (error) {
        failed = name;
        const shown = await alice?.page.innerText("body").catch(() => "");
        throw new Error(`${error.message}\n${alice?.page.url()}\n${shown}\n${stack.logs()}`);
      }
    });

    // By PIN: the same page as for everybody, and no mail.
    const unsent = async (page) => {
      await askForPin(page, "mallory@elsewhere.test");
      assert.equal(stack.smtp.messages().some((m) => m.to.includes("mallory@elsewhere.test")), false);
    };

    before(async () => {
      stack = await Stack.start(options.stack);
      access = await configure(stack, await options.provider?.(stack));
      await options.configured?.(access);
      browser = await openBrowser();
    });
    after(async () => {
      await browser?.close();
      await options.finish?.();
      await stack?.stop();
    });

    step("sends a stranger from the application to the sign-in page", async () => {
      alice = await newPerson(browser);
      await alice.page.goto(`${origin.app}/berths?day=3`);
      await alice.page.waitForURL((url) => url.origin === origin.auth);
      assert.equal(await cookie(alice, origin.app, "CF_Authorization"), undefined);
    });

    step("lets a program know with 401 and JSON instead of a redirect", async () => {
      const answer = await fetch(`${origin.app}/api/berths`, { headers: { accept: "application/json" } });
      assert.equal(answer.status, 401);
      assert.match(answer.headers.get("content-type"), /json/);
      const ajax = await fetch(`${origin.app}/`, { headers: { accept: "text/html", "x-requested-with": "XMLHttpRequest" } });
      assert.equal(ajax.status, 401);
      const post = await fetch(`${origin.app}/`, { method: "POST", headers: { accept: "text/html" } });
      assert.equal(post.status, 401);
    });

    step("asks who somebody is and then for the first second factor", async () => {
      await signIn(alice.page, stack, email);
      key = await setUpKey(alice.page);
    });

    step("shows the same set-up key after a reload", async () => {
      await alice.page.reload();
      await soon.equal(() => setUpKey(alice.page), key);
    });

    step("does not let anybody in before the code is confirmed", async () => {
      const other = await alice.context.newPage();
      await other.goto(`${origin.app}/`);
      await other.waitForURL((url) => url.origin === origin.auth);
      await other.close();
    });

    step("refuses a wrong code when enrolling", async () => {
      const right = stack.totp(key);
      await enterCode(alice.page, String((Number(right) + 1) % 1_000_000).padStart(6, "0"));
      await alice.page.getByText("That code does not match").first().waitFor();
    });

    step("opens the application where the person was going once the code is right", async () => {
      usedCode = stack.totp(key);
      await enterCode(alice.page, usedCode);
      await alice.page.keyboard.press("Enter");
      await arrived(alice.page, origin.app, "Berth planner", email);
      await soon.equal(() => new URL(alice.page.url()).pathname + new URL(alice.page.url()).search, "/berths?day=3");
    });

    step("hands the application a token that the published keys verify", async () => {
      const token = (await cookie(alice, origin.app, "CF_Authorization")).value;
      const { payload } = await verify(token, access.apps.app.aud);
      assert.equal(payload.email, email);
      assert.equal(payload.type, "app");
      assert.ok(payload.identity_nonce);
      await assert.rejects(verify(token, access.apps.shop.aud));
    });

    step("lets the second visit straight in", async () => {
      const fresh = await alice.context.newPage();
      const answer = await fresh.goto(`${origin.app}/again`);
      assert.equal(answer.status(), 200);
      assert.ok(answer.request().redirectedFrom() === null, "came by a redirect");
      await arrived(fresh, origin.app, "Berth planner", email);
      await fresh.close();
    });

    step("opens an application of another site with the same sign-in and the same proof", async () => {
      const page = await alice.context.newPage();
      await page.goto(`${origin.shop}/`);
      await arrived(page, origin.shop, "Chandlery", email);
      await page.close();
    });

    step("refuses one application's token at the other", async () => {
      const token = (await cookie(alice, origin.app, "CF_Authorization")).value;
      const answer = await fetch(`${origin.shop}/`, { headers: { cookie: `CF_Authorization=${token}`, accept: "text/html" } });
      assert.equal(answer.status, 302);
    });

    step("asks for the sign-in again when a request carries two tokens", async () => {
      const token = (await cookie(alice, origin.app, "CF_Authorization")).value;
      const answer = await fetch(`${origin.app}/`, {         headers: { cookie: `CF_Authorization=${token}; CF_Authorization=${token}`, accept: "text/html" } });
      assert.equal(answer.status, 302);
    });

    step("never hands a forged identity header on", async () => {
      const answer = await fetch(`${origin.app}/api/me`, {         headers: { "cf-access-jwt-assertion": "forged", "cf-access-authenticated-user-email": "root@countersign.test", accept: "application/json" } });
      assert.equal(answer.status, 401);
    });

    step("still knows everybody after a restart, with the same keys", async () => {
      const keys = async () => (await (await fetch(`${origin.auth}/cdn-cgi/access/certs`)).json()).keys.map((k) => k.kid);
      const was = await keys();
      await stack.stopServer();
      await stack.startServer();
      await soon.deepEqual(keys, was);
      const answer = await alice.page.goto(`${origin.app}/`);
      assert.equal(answer.status(), 200);
      assert.ok(answer.request().redirectedFrom() === null, "came by a redirect");
    });

    step("asks for the second factor alone once the proof is too old", async () => {
      stack.shiftClock(8 * hour + 60_000);
      await alice.page.goto(`${origin.app}/`);
      await challenged(alice.page);
    });

    step("refuses a wrong code at the challenge", async () => {
      const right = stack.totp(key);
      await enterCode(alice.page, String((Number(right) + 1) % 1_000_000).padStart(6, "0"));
      await alice.page.getByText("That code does not match").first().waitFor();
    });

    step("takes the right code, and opens the application", async () => {
      usedCode = stack.totp(key);
      await enterCode(alice.page, usedCode);
      await alice.page.keyboard.press("Enter");
      await arrived(alice.page, origin.app, "Berth planner", email);
    });

    step("refuses the same code from another browser, and takes the next", async () => {
      const second = await newPerson(browser);
      await second.page.goto(`${origin.app}/`);
      await signIn(second.page, stack, email);
      await challenged(second.page);
      await enterCode(second.page, usedCode);
      await second.page.getByText("This code was used already").first().waitFor();
      stack.shiftClock(period);
      await enterCode(second.page, stack.totp(key));
      await second.page.keyboard.press("Enter");
      await arrived(second.page, origin.app, "Berth planner", email);
      assert.deepEqual(second.faults, []);
      await second.context.close();
    });

    step("refuses somebody whom no policy admits, without telling a stranger who may", async () => {
      const mallory = await newPerson(browser);
      await mallory.page.goto(`${origin.app}/`);
      await (options.refused ?? unsent)(mallory.page);
      assert.equal(await cookie(mallory, origin.app, "CF_Authorization"), undefined);
      await mallory.context.close();
    });

    step("never follows a foreign address after the sign-in", async () => {
      for (const foreign of ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]) {
        const answer = await fetch(`${origin.app}/cdn-cgi/access/login?redirect_url=${encodeURIComponent(foreign)}`);
        const location = answer.headers.get("location") ?? "";
        assert.ok(location === "" || new URL(location).origin === origin.auth, location);
      }
    });

    step("shows the person's applications and MFA devices in the portal", async () => {
      const page = await alice.context.newPage();
      await page.goto(`${origin.auth}/`);
      await page.getByRole("heading", { name: "Your applications" }).waitFor();
      await page.getByText("Berth planner").first().waitFor();
      await page.getByText("Chandlery").first().waitFor();
      await page.goto(`${origin.auth}/account/devices`);
      await page.getByRole("heading", { name: "MFA devices" }).waitFor();
      await page.getByText("Authenticator application").first().waitFor();
      await page.close();
    });

    step("cuts the application off on the next request after a sign-out", async () => {
      const token = (await cookie(alice, origin.app, "CF_Authorization")).value;
      const headers = { cookie: `CF_Authorization=${token}`, accept: "text/html" };
      assert.equal((await fetch(`${origin.app}/`, { headers })).status, 200);
      await alice.page.goto(`${origin.app}/cdn-cgi/access/logout`);
      await alice.page.getByText(/signed out/i).first().waitFor();
      assert.equal((await fetch(`${origin.app}/`, { headers })).status, 302);
      assert.deepEqual(alice.faults, []);
    });
  });
}
