// npm's cloudflare, told another address and nothing else: the organization's second factors, the
// people of the account, seats and the sign-in log (specs: Access §3, §4, §10, §13.1).
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import Cloudflare from "cloudflare";
import { startServer } from "./server.mjs";

const missing = "11111111-1111-4111-8111-111111111111";

async function collect(list) {
  const items = [];
  for await (const item of list) items.push(item);
  return items;
}

// database: what startServer takes.
export const peopleSuite = (title, database) => describe(title, { concurrency: false }, () => {
  let server, client, account_id, zt, access, name, auth_domain;

  const refused = (promise, type, code, pattern = /./) =>
    assert.rejects(promise, (error) => {
      assert.ok(error instanceof type, `${error.constructor.name}: ${error.message}`);
      assert.equal(error.errors[0].code, code, error.message);
      assert.match(error.errors[0].message, pattern);
      return true;
    });
  const invalid = (promise, pattern) => refused(promise, Cloudflare.BadRequestError, 12130, pattern);
  const absent = (promise) => refused(promise, Cloudflare.NotFoundError, 12135);
  const update = (more) => zt.organizations.update({ account_id, name, auth_domain, ...more });
  const users = (id, rest = "") => `/accounts/${account_id}/access/users/${id}${rest}`;

  before(async () => {
    server = await startServer(await database?.());
    account_id = server.account;
    client = new Cloudflare({ apiToken: server.token, baseURL: server.url, maxRetries: 0 });
    zt = client.zeroTrust;
    access = zt.access;
    name = "Halden";
    auth_domain = server.authDomain;
    await zt.organizations.create({ account_id, name, auth_domain });
  });
  after(() => server?.stop());

  describe("the organization's second factors", () => {
    const mfa_config = { allowed_authenticators: ["totp", "biometrics", "security_key"], session_duration: "24h" };

    it("are turned on as they are written", async () => {
      const made = await update({ mfa_config, mfa_required_for_all_apps: true });
      assert.deepEqual(made.mfa_config.allowed_authenticators, mfa_config.allowed_authenticators);
      assert.equal(made.mfa_config.session_duration, "24h");
      assert.equal(made.mfa_required_for_all_apps, true);
      assert.equal((await zt.organizations.list({ account_id })).mfa_config.session_duration, "24h");
    });

    it("match a provider's own by the clients' one name and by the documents' two", async () => {
      const one = await update({ mfa_config: { ...mfa_config, amr_matching_session_duration: "1h" } });
      assert.equal(one.mfa_config.amr_matching_enabled, true);
      assert.equal(one.mfa_config.amr_session_duration, "1h");
      const two = await update({ mfa_config: { ...one.mfa_config, amr_session_duration: "2h" } });
      assert.equal(two.mfa_config.amr_matching_session_duration, "2h");
      const off = await update({ mfa_config: { ...two.mfa_config, amr_matching_session_duration: null } });
      assert.equal(off.mfa_config.amr_matching_enabled, false);
      assert.equal(off.mfa_config.amr_session_duration, null);
    });

    it("are refused by name when they are none, and stay as they were", async () => {
      for (const [config, reason] of [
        [{ session_duration: "25x" }, /session_duration must be minutes and hours from 0m to 720h/],
        [{ session_duration: "-1m" }, /session_duration/],
        [{ session_duration: "90s" }, /session_duration/],
        [{ session_duration: "721h" }, /session_duration/],
        [{ allowed_authenticators: ["sms"] }, /authenticator sms is not supported/],
        [{ allowed_authenticators: ["piv_key"] }, /piv_key is not supported/],
        [{ required_aaguids: missing }, /there is no list/],
        [{ required_aaguids: "8c39ee867f9a4a959ba3f6b097e5c2ee" }, /UUID of one list/],
        [{ amr_matching_session_duration: "1d" }, /amr_matching_session_duration/],
      ]) await invalid(update({ mfa_config: { ...mfa_config, ...config } }), reason);
      await invalid(update({ mfa_config: { allowed_authenticators: [] }, mfa_required_for_all_apps: true }), /allowed_authenticators/);
      assert.equal((await zt.organizations.list({ account_id })).mfa_config.session_duration, "24h");
    });

    it("take a list of models, and let go of it", async () => {
      const list = await zt.gateway.lists.create({ account_id, name: "Keys", type: "AAGUID", items: [{ value: "8c39ee867f9a4a959ba3f6b097e5c2ee" }] });
      const other = await zt.gateway.lists.create({ account_id, name: "People", type: "EMAIL", items: [] });
      await invalid(update({ mfa_config: { ...mfa_config, required_aaguids: other.id } }), /of type EMAIL, not AAGUID/);
      assert.equal((await update({ mfa_config: { ...mfa_config, required_aaguids: list.id } })).mfa_config.required_aaguids, list.id);
      assert.equal((await update({ mfa_config: { ...mfa_config, required_aaguids: null } })).mfa_config.required_aaguids, null);
    });

    it("are not turned off while an application and a policy have their own, each of which is named", async () => {
      const policy = await access.policies.create({ account_id, name: "Strict", decision: "allow", include: [{ everyone: {} }], mfa_config: { session_duration: "0m" } });
      const app = await access.applications.create({ account_id, type: "self_hosted", name: "Wiki", domain: "wiki.halden.test", policies: [policy.id],
        mfa_config: { mfa_disabled: true } });
      await assert.rejects(update({ mfa_config: { allowed_authenticators: [] } }), (error) => {
        assert.deepEqual(error.errors.slice(1).map((e) => e.countersign.path).sort(), [
          `/client/v4/accounts/${account_id}/access/apps/${app.id}`, `/client/v4/accounts/${account_id}/access/policies/${policy.id}`].sort());
        assert.match(error.errors[0].message, /application "Wiki", policy "Strict"/);
        return true;
      });
      await access.applications.update(app.id, { account_id, type: "self_hosted", name: "Wiki", domain: "wiki.halden.test", policies: [policy.id] });
      await access.policies.update(policy.id, { account_id, name: "Strict", decision: "allow", include: [{ everyone: {} }] });
      const off = await update({ mfa_config: { allowed_authenticators: [] } });
      assert.deepEqual(off.mfa_config.allowed_authenticators, []);
      assert.equal(off.mfa_configuration_allowed, false);
      await update({ mfa_config });
    });
  });

  describe("people", () => {
    let ada;

    it("are made, and found by parts of what they are called", async () => {
      ada = await access.users.create({ account_id, email: "Ada@halden.test", name: "Ada Lovelace" });
      await access.users.create({ account_id, email: "bob@halden.test" });
      assert.equal(ada.email, "Ada@halden.test");
      assert.equal(ada.access_seat, false);
      assert.deepEqual((await collect(access.users.list({ account_id, per_page: 1 }))).map((u) => u.email), ["Ada@halden.test", "bob@halden.test"]);
      assert.equal((await collect(access.users.list({ account_id, search: "LOVE" }))).length, 1);
      assert.equal((await collect(access.users.list({ account_id, email: "bob" }))).length, 1);
      assert.equal((await access.users.get(ada.id, { account_id })).name, "Ada Lovelace");
      await invalid(access.users.create({ account_id, email: "ada@HALDEN.test" }), /with this address already/);
      await absent(access.users.get(missing, { account_id }));
    });

    it("are renamed, and keep their address", async () => {
      assert.equal((await access.users.update(ada.id, { account_id, email: "ada@halden.test", name: "Countess" })).name, "Countess");
      await invalid(access.users.update(ada.id, { account_id, email: "eve@halden.test", name: "Eve" }), /cannot be changed/);
    });

    it("have nothing open and nothing refused before they came", async () => {
      assert.deepEqual(await collect(access.users.activeSessions.list(ada.id, { account_id })), []);
      assert.deepEqual(await collect(access.users.failedLogins.list(ada.id, { account_id })), []);
      await absent(access.users.lastSeenIdentity.get(ada.id, { account_id }));
      await absent(access.users.activeSessions.get("X1aXj1lFVcqqyoXF", { account_id, user_id: ada.id }));
    });

    it("have authenticators that the generic calls read and take away", async () => {
      assert.deepEqual((await client.get(users(ada.id, "/mfa_authenticators"))).result, []);
      await absent(client.delete(users(ada.id, `/mfa_authenticators/${missing}`)));
      await absent(client.get(users(missing, "/mfa_authenticators")));
    });

    it("have seats that are answered as they are asked", async () => {
      const seats = await collect(zt.seats.edit({ account_id, body: [{ seat_uid: ada.seat_uid, access_seat: false, gateway_seat: false }] }));
      assert.equal(seats[0].seat_uid, ada.seat_uid);
      assert.equal(seats[0].access_seat, false);
    });

    it("are revoked and removed", async () => {
      assert.equal(await zt.organizations.revokeUsers({ account_id, email: "ada@halden.test" }), true);
      assert.equal(await access.users.delete(ada.id, { account_id }), null);
      await absent(access.users.get(ada.id, { account_id }));
      await absent(access.users.delete(ada.id, { account_id }));
    });
  });

  describe("the sign-in log", () => {
    it("is read with what the clients ask, and empty where nobody came", async () => {
      const list = (query) => access.logs.accessRequests.list({ account_id, ...query });
      assert.deepEqual(await list(), []);
      assert.deepEqual(await list({ direction: "asc", limit: 5, page: 1, per_page: 5, email: "ada", email_exact: true, emailOp: "eq",
        since: "2026-01-01T00:00:00Z", until: "2027-01-01T00:00:00+02:00", fields: "user_email,allowed", allowedOp: "neq", user_idOp: "eq" }), []);
      await invalid(list({ direction: "up" }), /direction must be asc or desc/);
      await invalid(list({ since: "yesterday" }), /since must be a time/);
    });
  });
});
