// npm's cloudflare, told another address and nothing else: the account, its members and roles, oneself
// and one's own API tokens (specs: Access §15).
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import Cloudflare from "cloudflare";
import { startServer } from "./server.mjs";

const missing = "11111111111141118111111111111111";

async function collect(list) {
  const items = [];
  for await (const item of list) items.push(item);
  return items;
}

// database: what startServer takes.
export const membersSuite = (title, database) => describe(title, { concurrency: false }, () => {
  let server, client, account_id, roles, groups;

  const refused = (promise, type, code, pattern = /./) =>
    assert.rejects(promise, (error) => {
      assert.ok(error instanceof type, `${error.constructor.name}: ${error.message}`);
      assert.equal(error.errors[0].code, code, error.message);
      assert.match(error.errors[0].message, pattern);
      return true;
    });
  const invalid = (promise, pattern) => refused(promise, Cloudflare.BadRequestError, 12130, pattern);
  const absent = (promise) => refused(promise, Cloudflare.NotFoundError, 12135);
  const forbidden = (promise, code = 10000) => refused(promise, Cloudflare.PermissionDeniedError, code);
  const by = (apiToken) => new Cloudflare({ apiToken, baseURL: server.url, maxRetries: 0 });
  const roleOf = (name) => roles.find((r) => r.countersign.role === name).id;
  const group = (name) => ({ id: groups.find((g) => g.name === name).id });
  const policy = (...names) => [{ effect: "allow", permission_groups: names.map(group), resources: { [`com.cloudflare.api.account.${account_id}`]: "*" } }];

  before(async () => {
    server = await startServer(await database?.());
    account_id = server.account;
    client = by(server.token);
    roles = await collect(client.accounts.roles.list({ account_id }));
    groups = await collect(client.user.tokens.permissionGroups.list());
  });
  after(() => server?.stop());

  describe("the account", () => {
    it("is listed and read", async () => {
      const all = await collect(client.accounts.list());
      assert.deepEqual(all.map((a) => a.id), [account_id]);
      assert.deepEqual(await collect(client.accounts.list({ name: "nothing" })), []);
      const account = await client.accounts.get({ account_id });
      assert.equal(account.name, "Halden Maritime");
      assert.equal(account.type, "standard");
      assert.equal(account.settings.enforce_twofactor, false);
      assert.match(account.created_on, /^\d{4}-/);
      await refused(client.accounts.get({ account_id: missing }), Cloudflare.NotFoundError, 7003);
      await refused(client.accounts.get({ account_id: "0".repeat(32) }), Cloudflare.NotFoundError, 7003);
    });

    it("is renamed and made to enforce, each alone", async () => {
      const renamed = await client.accounts.update({ account_id, id: account_id, name: "Halden", type: "standard" });
      assert.equal(renamed.name, "Halden");
      const enforcing = await client.accounts.update({ account_id, settings: { enforce_twofactor: true } });
      assert.equal(enforcing.settings.enforce_twofactor, true);
      assert.equal(enforcing.name, "Halden");
      const later = await client.put(`/accounts/${account_id}`, { body: { countersign: { enforce_after: "2099-01-01T00:00:00Z", refuse_remembered: true } } });
      assert.match(later.result.countersign.enforce_after, /^2099-01-01T00:00:00/);
      assert.equal(later.result.countersign.refuse_remembered, true);
      const off = await client.accounts.update({ account_id, settings: { enforce_twofactor: false } });
      assert.equal(off.settings.enforce_twofactor, false);
      assert.equal(off.countersign.enforce_after, null);
      await invalid(client.accounts.update({ account_id, settings: { enforce_twofactor: "yes" } }), /true or false/);
      await invalid(client.accounts.update({ account_id, name: "", type: "standard" }), /name/);
      await invalid(client.accounts.update({ account_id, name: "a\nb", type: "standard" }), /well formed/);
      await invalid(client.accounts.update({ account_id, name: "a", type: "enterprise" }), /standard/);
    });
  });

  describe("roles", () => {
    it("are five, under Cloudflare's names, by ids that do not change", async () => {
      assert.equal(roles.length, 5);
      assert.equal(roles[0].name, "Super Administrator - All Privileges");
      assert.equal(roles[0].id, "c57e51600000000000000000000000a1");
      assert.deepEqual(roles.map((r) => r.countersign.role), ["owner", "administrator", "user_manager", "help_desk", "read_only"]);
      const one = await client.accounts.roles.get(roles[3].id, { account_id });
      assert.equal(one.name, roles[3].name);
      assert.equal(one.permissions.organization.write, false);
      await absent(client.accounts.roles.get(missing, { account_id }));
    });
  });

  describe("members", () => {
    let made;

    it("are invited by address and role, and keep their id", async () => {
      made = await client.accounts.members.create({ account_id, email: "Ana@One.test", roles: [roleOf("help_desk")] });
      assert.match(made.id, /^[0-9a-f]{32}$/);
      assert.equal(made.status, "pending");
      assert.equal(made.email, "ana@one.test");
      assert.equal(made.user.two_factor_authentication_enabled, false);
      assert.deepEqual(made.roles.map((r) => r.id), [roleOf("help_desk")]);
      assert.equal((await client.accounts.members.get(made.id, { account_id })).id, made.id);
      const again = await client.accounts.members.create({ account_id, email: "ana@one.test", roles: [roleOf("read_only")] });
      assert.equal(again.id, made.id);
    });

    it("are listed a page at a time, in the order that is asked for", async () => {
      for (const n of [1, 2, 3]) await client.accounts.members.create({ account_id, email: `m${n}@one.test`, roles: [roleOf("read_only")] });
      const all = await collect(client.accounts.members.list({ account_id, per_page: 5 }));
      assert.deepEqual(all.map((m) => m.email), ["ana@one.test", "m1@one.test", "m2@one.test", "m3@one.test", "owner@example.test"]);
      const page = await client.accounts.members.list({ account_id, per_page: 5, page: 2 });
      assert.deepEqual(page.result, []);
      const back = await collect(client.accounts.members.list({ account_id, order: "user.email", direction: "desc" }));
      assert.equal(back[0].email, "owner@example.test");
      assert.deepEqual(await collect(client.accounts.members.list({ account_id, status: "accepted" })), []);
      assert.equal((await collect(client.accounts.members.list({ account_id, status: "pending" }))).length, 5);
      await invalid(client.accounts.members.list({ account_id, order: "shoe_size" }), /order/);
    });

    it("are given another role", async () => {
      const changed = await client.accounts.members.update(made.id, { account_id, roles: [{ id: roleOf("owner") }] });
      assert.equal(changed.roles[0].id, roleOf("owner"));
      await absent(client.accounts.members.update(missing, { account_id, roles: [{ id: roleOf("owner") }] }));
      await invalid(client.accounts.members.update(made.id, { account_id, roles: [] }), /exactly one/);
      await invalid(client.accounts.members.update(made.id, { account_id, roles: [{ id: missing }] }), /no such role/);
    });

    it("are refused where they are not well asked for", async () => {
      const create = (more) => client.accounts.members.create({ account_id, email: "b@one.test", roles: [roleOf("read_only")], ...more });
      await invalid(create({ email: "nobody" }), /well formed/);
      await invalid(create({ email: "" }), /email is required/);
      await invalid(create({ roles: [] }), /exactly one/);
      await invalid(create({ status: "accepted" }), /invited/);
      await invalid(create({ roles: undefined, policies: [{ access: "allow", permission_groups: [], resource_groups: [] }] }), /policies/);
    });

    it("are withdrawn, but for the last owner", async () => {
      assert.deepEqual(await client.accounts.members.delete(made.id, { account_id }), { id: made.id });
      await absent(client.accounts.members.get(made.id, { account_id }));
      const self = (await client.user.get()).id;
      await invalid(client.accounts.members.delete(self, { account_id }), /at least one owner/);
      await invalid(client.accounts.members.update(self, { account_id, roles: [{ id: roleOf("read_only") }] }), /at least one owner/);
    });
  });

  describe("oneself", () => {
    it("is read and renamed", async () => {
      const user = await client.user.get();
      assert.equal(user.email, "owner@example.test");
      assert.equal(user.two_factor_authentication_enabled, false);
      assert.deepEqual(user.organizations.map((o) => o.id), [account_id]);
      const edited = await client.user.edit({ first_name: "Ana María", last_name: "Silva" });
      assert.equal(edited.first_name, "Ana María");
      assert.equal(edited.last_name, "Silva");
      assert.equal((await client.user.edit({ last_name: "Lee" })).first_name, "Ana María");
      await invalid(client.user.edit({ first_name: "x".repeat(61) }), /60/);
    });

    it("belongs to this account, and is invited to none", async () => {
      const all = await collect(client.memberships.list());
      assert.deepEqual(all.map((m) => [m.account.id, m.status]), [[account_id, "accepted"]]);
      assert.equal((await client.memberships.get(all[0].id)).roles[0], "Super Administrator - All Privileges");
      assert.deepEqual(await collect(client.memberships.list({ status: "pending" })), []);
      assert.deepEqual(await collect(client.user.invites.list()), []);
      await absent(client.user.invites.get(missing));
      await invalid(client.memberships.delete(all[0].id), /at least one owner/);
    });
  });

  describe("tokens", () => {
    const name = "deploy";

    it("are made, shown once, verified, rolled and revoked", async () => {
      const made = await client.user.tokens.create({ name, policies: policy("Access: Apps and Policies Read"), expires_on: "2099-01-01T00:00:00Z" });
      assert.match(made.value, /^cst_[\w-]{43}$/);
      assert.equal(made.status, "active");
      const seen = await client.user.tokens.get(made.id);
      assert.equal(seen.value, undefined);
      assert.deepEqual(seen.policies[0].permission_groups.map((g) => g.name), ["Access: Apps and Policies Read"]);
      assert.deepEqual(seen.policies[0].resources, { [`com.cloudflare.api.account.${account_id}`]: "*" });
      const verified = await by(made.value).user.tokens.verify();
      assert.deepEqual([verified.id, verified.status], [made.id, "active"]);
      await forbidden(by(made.value).accounts.members.list({ account_id }));
      const value = await client.user.tokens.value.update(made.id, { body: {} });
      assert.match(value, /^cst_/);
      await forbidden(by(made.value).user.tokens.verify());
      assert.equal((await by(value).user.tokens.verify()).id, made.id);
      assert.deepEqual(await client.user.tokens.delete(made.id), { id: made.id });
      await forbidden(by(value).user.tokens.verify());
      await absent(client.user.tokens.get(made.id));
    });

    it("are changed, and switched off and on", async () => {
      const made = await client.user.tokens.create({ name, policies: policy("Access: Apps and Policies Read") });
      const off = await client.user.tokens.update(made.id, { name: "other", policies: policy("Access: Audit Logs Read"), status: "disabled" });
      assert.equal(off.status, "disabled");
      assert.equal(off.name, "other");
      await forbidden(by(made.value).user.tokens.verify(), 9109);
      await client.user.tokens.update(made.id, { name: "other", policies: policy("Access: Audit Logs Read"), status: "active" });
      assert.equal((await by(made.value).user.tokens.verify()).status, "active");
      await forbidden(by(made.value).zeroTrust.access.applications.list({ account_id }));
      assert.equal((await collect(client.user.tokens.list())).length, 2);
    });

    it("open from the addresses that they name alone", async () => {
      const at = (request_ip) => client.user.tokens.create({ name, policies: policy("Access: Apps and Policies Read"), condition: { request_ip } });
      const here = await at({ in: ["127.0.0.0/8"] });
      assert.deepEqual((await client.user.tokens.get(here.id)).condition, { request_ip: { in: ["127.0.0.0/8"] } });
      assert.equal((await by(here.value).user.tokens.verify()).id, here.id);
      const elsewhere = await at({ in: ["192.0.2.0/24"] });
      await forbidden(by(elsewhere.value).user.tokens.verify(), 9109);
      const notHere = await at({ not_in: ["127.0.0.1"] });
      await forbidden(by(notHere.value).user.tokens.verify(), 9109);
      await invalid(at({ in: ["192.0.2.1/24"] }), /networks/);
    });

    it("open between their times alone", async () => {
      const made = await client.user.tokens.create({ name, policies: policy("Access: Apps and Policies Read"), not_before: "2098-01-01T00:00:00Z", expires_on: "2099-01-01T00:00:00Z" });
      await forbidden(by(made.value).user.tokens.verify(), 9109);
      await invalid(client.user.tokens.create({ name, policies: policy("Access: Apps and Policies Read"), expires_on: "2001-01-01T00:00:00Z" }), /future/);
    });

    it("hand on no more than they have", async () => {
      const made = await client.user.tokens.create({ name, policies: policy("API Tokens Write", "Access: Apps and Policies Read") });
      const weak = by(made.value);
      await weak.user.tokens.create({ name, policies: policy("Access: Apps and Policies Read") });
      await invalid(weak.user.tokens.create({ name, policies: policy("Access: Apps and Policies Write") }), /no more than you/);
      const strong = await client.user.tokens.create({ name, policies: policy("Access: Apps and Policies Write") });
      await invalid(weak.user.tokens.value.update(strong.id, { body: {} }), /no more than you/);
    });

    it("are refused where they are not well asked for", async () => {
      const create = (more) => client.user.tokens.create({ name, policies: policy("Access: Apps and Policies Read"), ...more });
      await invalid(create({ name: "" }), /name/);
      await invalid(create({ policies: [] }), /at least one/);
      await invalid(create({ policies: [{ ...policy("Access: Apps and Policies Read")[0], effect: "deny" }] }), /allow/);
      await invalid(create({ policies: [{ effect: "allow", permission_groups: [{ id: missing }], resources: {} }] }), /no such permission group/);
      await invalid(create({ policies: [{ ...policy("Access: Apps and Policies Read")[0], resources: { "com.cloudflare.api.account.zone.x": "*" } }] }), /resource/);
      await invalid(create({ policies: [{ ...policy("Access: Apps and Policies Read")[0], resources: { [`com.cloudflare.api.account.${missing}`]: "*" } }] }), /its own account alone/);
      await invalid(create({ condition: { country: ["NO"] } }), /not known/);
    });

    it("know their permission groups by names and ids", async () => {
      const one = await collect(client.user.tokens.permissionGroups.list({ name: "Account Members Write" }));
      assert.equal(one.length, 1);
      assert.match(one[0].id, /^[0-9a-f]{32}$/);
      assert.deepEqual(one[0].scopes, ["com.cloudflare.api.account"]);
    });
  });
});
