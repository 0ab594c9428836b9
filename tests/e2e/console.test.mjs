// The console against the real server: the owner takes the invitation, signs in, and runs the account
// from its pages alone; what was saved is what the configuration API then says.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import { soon } from "../soon.mjs";
import { newPerson, openBrowser } from "./browser.mjs";
import { Stack } from "./stack.mjs";

const OWNER = "owner@countersign.test";
const PASSWORD = "correct horse battery staple";
const AAGUID = "2fc0579f811347eab116bb5a8db9202a";

let stack;
let browser;
let page;
let faults;
const wrong = [];

before(async () => {
  stack = await Stack.start({ front: "none" });
  browser = await openBrowser();
  const owner = await newPerson(browser);
  page = owner.page;
  faults = owner.faults;
  page.on("response", (r) => r.status() >= 500 && wrong.push(`${r.status()} ${r.url()}`));
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});

const at = (path) => page.goto(stack.origin.console + path);
const heading = (name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
const save = async () => {
  await page.getByRole("button", { name: "Review and save" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save changes" }).click();
  await page.waitForSelector("dialog", { state: "detached" });
};
const create = (what) => page.getByRole("button", { name: `Create ${what}`, exact: true }).click();
const read = async (path) => (await stack.api("GET", path)).json.result;

test("the owner sets a password by the invitation and is in the console", async () => {
  const link = stack.initOutput.match(/open (\S+)/)[1];
  await page.goto(link);
  await page.fill("#name", "Olga Owner");
  await page.fill("#password", PASSWORD);
  await page.keyboard.press("Enter");
  await heading("Overview");
  await page.getByText("Olga Owner · Owner").waitFor();
});

test("signed out, a wrong password is refused and the right one taken", async () => {
  await page.getByRole("button", { name: /^Your menu/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await heading("Sign in");
  await page.fill("#email", OWNER);
  await page.fill("#password", "not this one at all");
  await page.keyboard.press("Enter");
  await page.getByText("That address and password do not belong together").waitFor();
  await page.fill("#password", PASSWORD);
  await page.keyboard.press("Enter");
  await heading("Overview");
});

test("the console is not on an account's own host", async () => {
  const other = await newPerson(browser);
  const answer = await other.page.goto(`${stack.origin.auth}/console/`);
  assert.equal(answer.status(), 404);
  await other.context.close();
});

test("the organisation is set up, and its methods are chosen", async () => {
  await at("/console/access-settings");
  await heading("Set up the organisation");
  await page.getByRole("button", { name: "Set up" }).click();
  await heading("Access settings");
  for (const method of ["security_key", "biometrics", "totp"]) await page.click(`#method-${method}`);
  await page.selectOption("#duration", "8h");
  await page.click("label[for=amr]");
  await save();
  const { mfa_config: mfa } = await read("organizations");
  assert.deepEqual([...mfa.allowed_authenticators].sort(), ["biometrics", "security_key", "totp"]);
  assert.deepEqual([mfa.session_duration, mfa.amr_matching_enabled, mfa.amr_session_duration], ["8h", true, "24h"]);
});

test("a list of known models is made, and required after a warning", async () => {
  await at("/console/lists/new");
  await page.fill("#name", "Crew keys");
  await page.fill("#item-value", AAGUID);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Known authenticators" }).click();
  await page.fill("#find-known", "yubikey");
  await page.locator(".pick.tall input:enabled").first().check();
  await page.getByRole("button", { name: "Add 1 model" }).click();
  await create("list");
  await heading("Crew keys");
  await page.waitForURL((url) => !url.pathname.endsWith("/new"));
  const id = page.url().split("/").at(-1);
  await at("/console/access-settings");
  await page.selectOption("#required", id);
  await page.getByText("With this list nobody can enrol a key").waitFor();
  await page.getByText("Every device that is enrolled today is on this list").waitFor();
  await save();
  await soon.equal(async () => (await read("organizations")).mfa_config.required_aaguids, id);
  await at(`/console/lists/${id}`);
  await page.getByRole("button", { name: "Delete list" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "Access settings" }).waitFor();
});

test("a maker's root is uploaded and removed; a text that is none is refused in words", async () => {
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null",
    "-subj", "/CN=Crew Root CA", "-days", "30"], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  await at("/console/access-settings");
  await page.getByRole("button", { name: "Upload a root" }).click();
  await page.fill("#pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  await page.locator("dialog .failed").waitFor();
  await page.fill("#pem", made.stdout);
  await page.getByRole("button", { name: "Upload", exact: true }).click();
  await page.locator("#roots strong", { hasText: "Crew Root CA" }).waitFor();
  await page.getByRole("button", { name: /^Remove .*Crew Root CA/ }).click();
  await page.getByRole("button", { name: "Remove the root" }).click();
  await page.getByText("No root is loaded").waitFor();
});

test("a list that nothing uses is deleted", async () => {
  await at("/console/lists/new?type=EMAIL");
  await page.fill("#name", "Suspended");
  await page.fill("#item-value", "old.hand@countersign.test");
  await page.keyboard.press("Enter");
  await create("list");
  await heading("Suspended");
  await page.getByRole("button", { name: "Delete list" }).click();
  await page.getByRole("button", { name: "Delete the list" }).click();
  await heading("Lists");
  await page.getByText("Suspended is removed").waitFor();
  await page.locator("tbody tr").first().waitFor();
  await soon.equal(() => page.locator("tbody tr").count(), 1);
});

test("a provider, a policy with rules and an application are made from the pages alone", async () => {
  await at("/console/identity-providers/new");
  await page.selectOption("#type", "onetimepin");
  await page.fill("#name", "PIN by e-mail");
  await create("provider");
  await heading("PIN by e-mail");

  await at("/console/applications");
  await page.getByRole("button", { name: "New application" }).click();
  await page.fill("#app-name", "Berth planner");
  await page.fill("#app-place", "berth.countersign.localhost");
  await page.keyboard.press("Enter");
  await heading("Berth planner");
  await page.getByRole("link", { name: "New policy" }).click();
  await heading("New policy");
  await page.fill("#name", "Crew");
  await page.click("#include-add");
  await page.selectOption("#include-0-kind", "email_domain");
  await page.fill("#include-0-domain", "countersign.test");
  await page.click("#exclude-add");
  await page.selectOption("#exclude-0-kind", "geo");
  await page.selectOption("#exclude-0-country_code", "KP");
  await page.getByRole("radio", { name: /^Own setting/ }).check();
  await page.click("#policy-mfa-totp");
  await create("policy");
  await heading("Berth planner");
  await page.getByRole("link", { name: "Crew" }).waitFor();

  const [app] = await read("apps");
  assert.deepEqual(app.destinations, [{ type: "public", uri: "berth.countersign.localhost" }]);
  const [policy] = await read("policies");
  assert.deepEqual([policy.include, policy.exclude], [[{ email_domain: { domain: "countersign.test" } }], [{ geo: { country_code: "KP" } }]]);
  assert.deepEqual([...policy.mfa_config.allowed_authenticators].sort(), ["biometrics", "security_key"]);
});

test("an OpenID Connect provider keeps its secret, and values of its own get a meaning", async () => {
  await at("/console/identity-providers/new");
  await page.fill("#name", "Halden ID");
  await page.fill("#issuer", "https://login.halden.example");
  await page.fill("#client-id", "countersign");
  await page.fill("#secret", "not to be shown");
  await create("provider");
  await heading("Halden ID");
  await page.fill("#amr-own", "ngcmfa");
  await page.keyboard.press("Enter");
  await page.selectOption("#amr-ngcmfa", "biometrics");
  await page.fill("#acr", "urn:halden:loa:2");
  await page.fill("#max-age", "3600");
  await save();
  const provider = (await read("identity_providers")).find((p) => p.name === "Halden ID");
  assert.deepEqual(provider.countersign, { amr_mapping: { ngcmfa: ["biometrics"] }, acr_values: "urn:halden:loa:2", max_age: 3600 });
  assert.equal(provider.config.issuer_url, "https://login.halden.example");
  assert.ok(!JSON.stringify(provider).includes("not to be shown"));
  await page.getByRole("button", { name: "Delete provider" }).click();
  await page.getByRole("button", { name: "Delete the identity provider" }).click();
  await heading("Identity providers");
  await at("/console/applications");
  await page.getByRole("link", { name: "Berth planner" }).click();
  await page.getByRole("link", { name: "Policies and MFA" }).click();
  await page.getByRole("link", { name: "Crew" }).waitFor();
});

test("policies of an application are moved, and the server judges them in that order", async () => {
  await stack.api("POST", "policies", { name: "Nobody else", decision: "deny", include: [{ everyone: {} }] });
  await page.getByRole("button", { name: "Add existing" }).click();
  await heading("Berth planner");
  await page.keyboard.press("Escape");
  await page.reload();
  await page.getByRole("button", { name: "Add existing" }).click();
  await page.getByRole("button", { name: "Add policy" }).click();
  await page.getByRole("button", { name: "Move Nobody else up" }).click();
  await page.locator(".toast", { hasText: "Nobody else is now number 1" }).waitFor();
  await soon.deepEqual(async () => (await read("apps"))[0].policies.map((p) => p.name), ["Nobody else", "Crew"]);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.locator(".toast", { hasText: "Put back" }).waitFor();
  await soon.deepEqual(async () => (await read("apps"))[0].policies.map((p) => p.name), ["Crew", "Nobody else"]);
});

test("an application's own second factor and general settings are kept", async () => {
  await page.getByRole("radio", { name: /^Own setting/ }).check();
  await page.click("#app-mfa-totp");
  await save();
  await page.getByRole("link", { name: "General" }).click();
  await page.locator(".place .input").first().waitFor();
  await page.click("#place-add");
  await page.fill("#place-1", "berth.countersign.localhost/api/*");
  await page.selectOption("#session", "1h");
  await page.fill("#message", "Ask Marta Lis.");
  await save();
  const [app] = await read("apps");
  assert.deepEqual(app.destinations.map((d) => d.uri), ["berth.countersign.localhost", "berth.countersign.localhost/api/*"]);
  assert.deepEqual([app.session_duration, app.custom_deny_message], ["1h", "Ask Marta Lis."]);
  assert.deepEqual([...app.mfa_config.allowed_authenticators].sort(), ["biometrics", "security_key"]);
  assert.equal(app.policies.length, 2);
});

test("turning MFA off names and links what still has settings of its own", async () => {
  await at("/console/access-settings");
  for (const method of ["security_key", "biometrics", "totp"]) await page.click(`#method-${method}`);
  const links = page.locator(".banner.danger").getByRole("link");
  await soon.deepEqual(async () => (await links.allInnerTexts()).sort(), ["Berth planner", "Crew"]);
  await page.getByRole("button", { name: "Discard" }).click();
});

test("a service token is made: its secret opens what the policy says, and is not shown again", async () => {
  await at("/console/service-tokens");
  await page.getByRole("button", { name: "New service token" }).first().click();
  await page.fill("#token-name", "tide-feed");
  await page.keyboard.press("Enter");
  const secret = await page.locator("dialog .secret .mono").nth(1).innerText();
  assert.match(secret, /^cfast_/);
  await page.getByRole("checkbox", { name: "I have kept the secret" }).check();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText("tide-feed").waitFor();
  await soon.equal(() => page.getByText(secret).count(), 0);
});

test("a user is added, disabled and enabled, and their sessions ended", async () => {
  await at("/console/users");
  await page.getByRole("button", { name: "Add user" }).click();
  await page.fill("#user-email", "ines.moreau@countersign.test");
  await page.fill("#user-name", "Ines Moreau");
  await page.keyboard.press("Enter");
  await heading("Ines Moreau");
  await page.getByRole("button", { name: "Actions for Ines Moreau" }).click();
  await page.getByRole("menuitem", { name: "Disable user" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disable user" }).click();
  await page.getByText("Disabled", { exact: true }).waitFor();
  const [user] = (await stack.api("GET", "users")).json.result;
  assert.equal(user.countersign.status, "disabled");
  await page.getByRole("button", { name: "Actions for Ines Moreau" }).click();
  await page.getByRole("menuitem", { name: "Enable user" }).click();
  await page.locator("h1 ~ .badge", { hasText: "Active" }).waitFor();
  await page.getByRole("button", { name: "End all sessions" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End all sessions" }).click();
  await page.locator(".toast", { hasText: "are ended" }).waitFor();
});

test("access is tested: for somebody who never signed in there is nothing to judge by", async () => {
  const [app] = await read("apps");
  await at(`/console/applications/${app.id}/policies`);
  await page.getByRole("button", { name: "Test access" }).click();
  await page.keyboard.type("ines.moreau@countersign.test");
  await page.keyboard.press("Enter");
  await page.getByText("Nobody has signed in with this address yet").waitFor();
  await page.keyboard.press("Escape");
});

test("reports that keep models out, and counts of people, are the server's", async () => {
  await at("/console/access-settings");
  await page.locator(".pick li", { hasText: "Authenticator application" }).locator(".end", { hasText: "0 people" }).waitFor();
  await page.click("#report-REVOKED");
  await save();
  const { refused_statuses: refused } = (await read("organizations")).countersign;
  assert.deepEqual([refused.length, refused.includes("REVOKED")], [4, false]);
});

test("every page opens, and nothing failed on the way", async () => {
  for (const [path, name] of [["users", "Users"], ["access-settings", "Access settings"], ["applications", "Applications"], ["policies", "Policies"],
    ["groups", "Rule groups"], ["lists", "Lists"], ["service-tokens", "Service tokens"], ["identity-providers", "Identity providers"], ["sign-ins", "Sign-ins"]]) {
    await at(`/console/${path}`);
    await heading(name);
    await page.locator("main table, main .empty, main .setting").first().waitFor();
    await soon.equal(() => page.locator(".failed").count(), 0, path);
  }
  assert.deepEqual([...wrong, ...faults], []);
});
