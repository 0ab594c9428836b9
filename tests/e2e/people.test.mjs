// npm's cloudflare on somebody who was really there: what the account sees of a person, and what it
// takes from them, counts at the very next question of the gateway.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import Cloudflare from "cloudflare";
import { configure, Person, period } from "./person.mjs";
import { Stack } from "./stack.mjs";

describe("people, by the official client", { concurrency: false }, () => {
  let stack, client, account_id, access, apps, policy, ada, browser, user;

  before(async () => {
    stack = await Stack.start({ front: "none" });
    ({ apps, policy } = await configure(stack));
    account_id = stack.account;
    client = new Cloudflare({ apiToken: stack.token, baseURL: `http://127.0.0.1:${stack.node.port}/client/v4`, maxRetries: 0 });
    access = client.zeroTrust.access;
    ada = new Person(stack, "ada@countersign.test");
    browser = await ada.enrolled();
  });
  after(() => stack?.stop());

  const all = async (list) => {
    const items = [];
    for await (const item of list) items.push(item);
    return items;
  };
  const devices = (rest = "") => `/accounts/${account_id}/access/users/${user.id}/mfa_authenticators${rest}`;

  it("are there once they have come, with what they have open", async () => {
    [user] = await all(access.users.list({ account_id, email: ada.email }));
    assert.equal(user.email, ada.email);
    assert.equal(await browser.decide(), 200);
    const [session, ...more] = await all(access.users.activeSessions.list(user.id, { account_id }));
    assert.deepEqual(more, []);
    assert.deepEqual(Object.values(session.metadata.apps).map((app) => app.uid), [apps.app.id]);
    const { nonce } = session.metadata;
    assert.match(nonce, /^[0-9A-Za-z_-]{16}$/);
    const one = await access.users.activeSessions.get(nonce, { account_id, user_id: user.id });
    assert.deepEqual([one.email, one.isActive], [ada.email, true]);
    const seen = await access.users.lastSeenIdentity.get(user.id, { account_id });
    assert.deepEqual([seen.email, seen.idp.type], [ada.email, "onetimepin"]);
  });

  it("are in the log of sign-ins, and in that of failed ones when they were refused", async () => {
    const log = await access.logs.accessRequests.list({ account_id, email: ada.email, email_exact: true });
    assert.deepEqual(log.map((row) => [row.app_uid, row.allowed, row.action]), [[apps.app.id, true, "login"]]);
    assert.match(log[0].ray_id, /^[0-9a-f]{16}$/);
    assert.deepEqual(await all(access.users.failedLogins.list(user.id, { account_id })), []);
    const change = (domain) => access.policies.update(policy.id, { account_id, name: "Staff", decision: "allow", include: [{ email_domain: { domain } }] });
    await change("elsewhere.test");
    assert.equal(await browser.decide(), 403);
    assert.equal((await browser.open()).step, "denied");
    const [failed] = await all(access.users.failedLogins.list(user.id, { account_id }));
    assert.deepEqual([failed.metadata.app_name, failed.metadata.user_email], ["Berth planner", ada.email]);
    await change("countersign.test");
    assert.equal(await browser.decide(), 200);
  });

  it("are told apart by what an application would say to them", async () => {
    const ask = (query) => access.applications.userPolicyChecks.list(apps.app.id, { account_id }, { query });
    const checks = JSON.stringify(await ask({ user_id: user.id }));
    assert.match(checks, /"status":"second_factor"/);
    assert.match(checks, new RegExp(policy.id));
    await assert.rejects(ask({ user_id: "11111111-1111-4111-8111-111111111111" }), Cloudflare.NotFoundError);
  });

  it("lose what an authenticator opened with the authenticator, and are led to enrol", async () => {
    const { result: [device, ...more] } = await client.get(devices());
    assert.deepEqual([device.name, device.type, more], ["Phone", "totp", []]);
    assert.ok(Date.parse(device.created_at) > 0);
    const { success, result } = await client.delete(devices(`/${device.id}`));
    assert.deepEqual([success, result.id], [true, device.id]);
    assert.equal(await browser.decide(), 401);
    assert.deepEqual((await client.get(devices())).result, []);
    const state = await browser.open();
    assert.deepEqual([state.step, state.enrol.has_devices], ["enrol", false]);
    await assert.rejects(client.delete(devices(`/${device.id}`)), Cloudflare.NotFoundError);
  });

  it("are out at once when they are revoked, and may come again", async () => {
    stack.shiftClock(period);
    const again = await ada.enrolled();
    assert.equal(await again.decide(), 200);
    assert.equal(await client.zeroTrust.organizations.revokeUsers({ account_id, email: ada.email, body_devices: true }), true);
    assert.equal(await again.decide(), 401);
    assert.deepEqual(await all(access.users.activeSessions.list(user.id, { account_id })), []);
    stack.shiftClock(period);
    assert.equal(await (await ada.again()).decide(), 200);
  });

  it("are nobody once they are deleted", async () => {
    stack.shiftClock(period);
    const last = await ada.again();
    assert.equal(await access.users.delete(user.id, { account_id }), null);
    assert.equal(await last.decide(), 401);
    await assert.rejects(access.users.get(user.id, { account_id }), Cloudflare.NotFoundError);
  });
});
