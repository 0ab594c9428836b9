// What an account asks of its members: enforcement with its preview and deadline, invited people, those
// who come by single sign-on, and owners who take away a colleague's second factor. Real Chromium, mail
// and identity provider.
import assert from "node:assert/strict";
import { after, before, describe, it as test } from "node:test";
import { client as oidcClient, startProvider } from "../peers/oidc-provider.mjs";
import { soon } from "../soon.mjs";
import { day, Harbour, OWNER } from "./member.mjs";
import { freePort } from "../free_port.mjs";

let harbour, owner, ada, ivo, idp;
const it = Harbour.tests(test, () => harbour);
const ADA = "ada@countersign.test";
const IVO = "ivo@countersign.test";
const SSO = "sam@countersign.test";
const NEW_PASSWORD = "dockyard"; // eight characters: enough beside a second factor
const accounts = (rest = "") => `/client/v4/accounts/${harbour.stack.account}${rest}`;
const own = (rest = "") => `/api/v1/accounts/${harbour.stack.account}${rest}`;
const memberId = async (email) => (await owner.call("GET", own("/members"))).json.members.find((m) => m.email === email).id;
const role = async (name) => (await owner.call("GET", accounts("/roles"))).json.result.find((r) => r.name.startsWith(name)).id;
const invite = async (email, name) => {
  const since = harbour.stack.now();
  await owner.prove();
  const { status } = await owner.call("POST", accounts("/members"), { email, roles: [await role(name)], status: "pending" });
  assert.equal(status, 200);
  return harbour.linkFor(email, "/invitation", since);
};
const code = (member) => member.page.getByLabel(/Six-digit code|Type the code/);
const enrolAnew = async (member) => {
  await member.press("Begin");
  await member.page.getByRole("button", { name: /^Authenticator app/ }).click();
  await member.confirmApp();
  await member.readCodes();
  await member.press("Download");
  await member.press("Next");
  await member.inside();
};

describe("2FA enforcement", { concurrency: false }, () => {
  before(async () => {
    harbour = await Harbour.open();
    owner = await harbour.verifiedOwner();
    await owner.addApp();
  });
  after(async () => {
    await idp?.stop();
    await harbour?.close();
  });

  it("an owner invites by mail, and who was invited is a member with a password of their own", async () => {
    await owner.at("/console/members");
    await owner.press("Invite member");
    await owner.page.fill("#invite-email", ADA);
    await owner.page.getByLabel("Administrator", { exact: false }).first().check();
    const since = harbour.stack.now();
    await owner.press("Send invitation");
    await owner.see(`The invitation to ${ADA} is on its way.`);
    ada = await harbour.member(ADA);
    await ada.redeem(await harbour.linkFor(ADA, "/invitation", since), "Ada Admin");
    await ada.inside();
    await soon.equal(async () => (await ada.call("GET", "/api/v1/member")).json.accounts[0].role, "administrator");
  });

  it("an invitation is good once, and only for its address", async () => {
    const link = await harbour.linkFor(ADA, "/invitation");
    const again = await harbour.member(ADA);
    await again.redeem(link, "Ada Again");
    await again.see(/invitation|link/i);
    assert.equal((await again.call("GET", "/api/v1/member")).status, 401);
  });

  it("members who are no owners cannot switch it on", async () => {
    const { json } = await ada.call("GET", accounts());
    const { status } = await ada.call("PUT", accounts(), { ...json.result, settings: { enforce_twofactor: true } });
    assert.equal(status, 403);
  });

  it("the preview says who is affected before anything changes", async () => {
    await owner.at("/console/members");
    await owner.page.locator("label[for=enforce]").click();
    await owner.see("1 person has to set up 2FA");
    const { json } = await owner.call("GET", own("/enforcement/preview"));
    assert.deepEqual([json.affected, json.on, json.members.find((m) => m.email === ADA).two_factor], [1, 1, "off"]);
  });

  it("Super Administrators can turn on 2FA Enforcement to require all members to enable 2FA", async () => {
    await owner.press("Review and save");
    await owner.page.getByRole("dialog").getByRole("button", { name: "Save changes" }).click();
    await owner.see("2FA is required of every member.");
    await soon.equal(async () => (await owner.call("GET", accounts())).json.result.settings.enforce_twofactor, true);
  });

  it("a member without it is led to enrol at the next sign-in, before anything else", async () => {
    await ada.signOut();
    await ada.signIn();
    await ada.see("Set up your second factor");
    await ada.see("Halden Maritime");
    assert.equal((await ada.call("GET", "/api/v1/member")).status, 401);
    assert.equal((await ada.call("GET", accounts("/members"))).status >= 400, true);
    await enrolAnew(ada);
  });

  it("members under enforcement may not have permission to disable 2FA", async () => {
    await ada.manage();
    await ada.press("Delete method");
    await ada.see("The last one cannot be removed");
    const { json } = await ada.call("GET", "/api/v1/me/devices");
    const { status } = await ada.call("POST", `/api/v1/me/devices/${json.devices[0].id}/remove`, { confirm: true });
    assert.equal(status, 403);
  });

  it("somebody invited is forced to turn on 2FA prior to accepting the invitation", async () => {
    ivo = await harbour.member(IVO, NEW_PASSWORD);
    await ivo.redeem(await invite(IVO, "Administrator Read Only"), "Ivo Invited");
    await ivo.see("Set up your second factor");
    const listed = async () => (await owner.call("GET", own("/members"))).json.members.find((m) => m.email === IVO).status;
    await soon.equal(listed, "pending");
    await enrolAnew(ivo);
    await soon.equal(listed, "accepted");
    await soon.equal(async () => (await ivo.call("GET", "/api/v1/member")).json.accounts[0].role, "read_only");
  });

  it("an owner disables 2FA for another with a reason: sessions end, all are told, the next sign-in can only enrol", async () => {
    const since = harbour.stack.now();
    const id = await memberId(IVO);
    await owner.prove();
    const unreasoned = await owner.call("POST", own(`/members/${id}/disable-2fa`), {});
    assert.equal(unreasoned.status, 400);
    const byAda = await ada.call("POST", own(`/members/${id}/disable-2fa`), { reason: "He asked me" });
    assert.equal(byAda.status, 403);
    await owner.at(`/console/members/${id}`);
    await owner.press("Disable 2FA");
    await owner.page.fill("#reason", "Lost his phone, called by video");
    await owner.page.getByRole("dialog").getByRole("button", { name: "Disable 2FA" }).click();
    await owner.see("2FA of Ivo Invited is disabled.");
    await harbour.mail(IVO, /two-factor|second factor/i, since);
    assert.equal((await ivo.call("GET", "/api/v1/member")).status, 401);
    await ivo.signIn();
    await ivo.see("Set up your second factor");
    await enrolAnew(ivo);
  });

  it("it is in the audit log with its reason, and in the file that is downloaded", async () => {
    await owner.at("/console/audit");
    await owner.see("Audit log");
    const { json } = await owner.call("GET", own("/audit?limit=100"));
    assert.ok(json.events.some((e) => JSON.stringify(e.details).includes("Lost his phone, called by video")));
    const csv = await owner.page.evaluate(async (path) => (await fetch(path)).text(), own("/audit/export?format=csv"));
    assert.ok(csv.includes("Lost his phone, called by video"));
  });

  it("with a deadline people may enrol until that day, and must from then on", async () => {
    const { json } = await owner.call("GET", accounts());
    const change = (more) => owner.call("PUT", accounts(), { name: json.result.name, type: json.result.type, ...more });
    await owner.prove();
    assert.equal((await change({ settings: { enforce_twofactor: false } })).status, 200);
    const late = await harbour.member("lea@countersign.test");
    await late.redeem(await invite("lea@countersign.test", "Administrator Read Only"), "Lea Late");
    await late.inside();
    const deadline = new Date(harbour.stack.now() + 7 * day).toISOString();
    assert.equal((await change({ settings: { enforce_twofactor: true }, countersign: { enforce_after: deadline } })).status, 200);
    await late.signOut();
    await late.signIn();
    await late.inside();
    harbour.later(8 * day);
    await late.signIn();
    await late.see("Set up your second factor");
  });

  it("user accounts configured to use single sign-on cannot configure 2FA, and count as satisfied", async () => {
    await owner.signIn();
    await code(owner).fill(owner.freshCode());
    await owner.inside();
    const port = await freePort();
    const made = await owner.call("POST", accounts("/access/identity_providers"), {
      name: "Halden directory", type: "oidc", countersign: { members: true },
      config: { client_id: "countersign", client_secret: "only for the tests, long enough", issuer_url: `http://127.0.0.1:${port}`, pkce_enabled: true },
    });
    assert.equal(made.status, 201, JSON.stringify(made.json));
    const provider = made.json.result.id;
    idp = await startProvider({ port, clients: [oidcClient("countersign", "only for the tests, long enough", `${harbour.stack.origin.console}/cdn-cgi/access/callback/${provider}`)] });
    idp.setNext({ sub: "sam", amr: ["pwd", "otp"], claims: { email: SSO, email_verified: true } });
    const sam = await harbour.member(SSO);
    await sam.redeem(await invite(SSO, "Administrator Read Only"), "Sam Signon");
    await sam.see("Set up your second factor");
    await enrolAnew(sam);
    assert.equal((await owner.call("POST", own(`/members/${await memberId(SSO)}/sso`), { provider })).status, 200);
    await sam.signIn();
    await sam.see("That address and password do not belong together");
    await sam.press("Sign in with single sign-on");
    await sam.inside();
    await sam.at("/console/profile/authentication");
    await sam.see(/You sign in through your identity provider/);
    const { status, json } = await sam.call("POST", "/api/v1/enrolments", { factor: "webauthn", kind: "security_key" });
    assert.deepEqual([status, json.error.code], [403, "sso"]);
    const { json: preview } = await owner.call("GET", own("/enforcement/preview"));
    assert.equal(preview.members.find((m) => m.email === SSO).two_factor, "sso");
    assert.equal(preview.sso, 1);
  });

  it("an owner may remove their own last one by confirming, and is asked to enrol again", async () => {
    await owner.manage();
    await owner.press("Delete method");
    await owner.givePassword();
    await code(owner).fill(owner.freshCode());
    await owner.see(/Two-factor authentication is switched off/);
    await owner.signOut();
    await owner.signIn();
    await owner.see("Set up your second factor");
  });

  it("the last owner can neither leave nor stop being one", async () => {
    await enrolAnew(owner);
    const id = await memberId(OWNER);
    await owner.prove();
    assert.equal((await owner.call("DELETE", accounts(`/members/${id}`))).status >= 400, true);
    assert.equal((await owner.call("PUT", accounts(`/members/${id}`), { roles: [{ id: await role("Administrator Read Only") }] })).status >= 400, true);
    await soon.equal(async () => (await owner.call("GET", "/api/v1/member")).json.accounts[0].role, "owner");
  });
});
