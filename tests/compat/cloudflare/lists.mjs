// npm's cloudflare drives lists, service tokens and every kind of rule (specs: Access §6.1, §12, §14).
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import Cloudflare from "cloudflare";
import { startServer } from "./server.mjs";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const missing = "11111111-1111-4111-8111-111111111111";
const aaguid = "00112233445566778899aabbccddeeff";

async function collect(list) {
  const items = [];
  for await (const item of list) items.push(item);
  return items;
}

// database: what startServer takes.
export const listSuite = (title, database) => describe(title, { concurrency: false }, () => {
  let server, client, account_id, lists, tokens, access;

  const refused = (promise, type, code, pattern = /./) =>
    assert.rejects(promise, (error) => {
      assert.ok(error instanceof type, `${error.constructor.name}: ${error.message}`);
      assert.equal(error.errors[0].code, code, error.message);
      assert.match(error.errors[0].message, pattern);
      return true;
    });
  const invalid = (promise, pattern) => refused(promise, Cloudflare.BadRequestError, 12130, pattern);
  const absent = (promise) => refused(promise, Cloudflare.NotFoundError, 12135);
  const make = (body) => lists.create({ account_id, ...body });
  const values = async (id) => (await collect(lists.items.list(id, { account_id }))).map((item) => item.value);

  before(async () => {
    server = await startServer(await database?.());
    account_id = server.account;
    client = new Cloudflare({ apiToken: server.token, baseURL: server.url, maxRetries: 0 });
    access = client.zeroTrust.access;
    lists = client.zeroTrust.gateway.lists;
    tokens = access.serviceTokens;
    await client.zeroTrust.organizations.create({ account_id, name: "Halden", auth_domain: server.authDomain });
  });
  after(() => server?.stop());

  describe("lists", () => {
    it("are created, read and removed", async () => {
      const list = await make({ name: "Crew", type: "EMAIL", description: "of the yard",
        items: [{ value: "Ann@Example.test", description: "skipper" }, { value: "bob@example.test" }] });
      assert.match(list.id, uuid);
      assert.deepEqual([list.name, list.type, list.description, list.count], ["Crew", "EMAIL", "of the yard", 2]);
      assert.deepEqual(list.items.map((item) => item.value), ["ann@example.test", "bob@example.test"]);
      assert.equal(list.items[0].description, "skipper");
      assert.ok(Date.parse(list.created_at) > 0 && Date.parse(list.updated_at) > 0);
      const got = await lists.get(list.id, { account_id });
      assert.deepEqual([got.id, got.name, got.count], [list.id, "Crew", 2]);
      const [shown] = await collect(lists.list({ account_id }));
      assert.deepEqual([shown.id, shown.count, shown.items], [list.id, 2, undefined]);
      await lists.delete(list.id, { account_id });
      await absent(lists.get(list.id, { account_id }));
      await absent(lists.delete(list.id, { account_id }));
      await absent(lists.edit(list.id, { account_id, append: [] }));
    });
    it("of all nine types are taken", async () => {
      for (const type of ["SERIAL", "URL", "DOMAIN", "EMAIL", "IP", "CATEGORY", "LOCATION", "DEVICE", "AAGUID"]) {
        const list = await make({ name: type, type });
        assert.equal((await lists.get(list.id, { account_id })).type, type);
        await lists.delete(list.id, { account_id });
      }
      await invalid(make({ name: "x", type: "SSID" }), /unknown type "SSID"/);
      await invalid(make({ name: "x" }), /unknown type/);
      await invalid(make({ type: "EMAIL" }), /name is required/);
    });
    it("of models take AAGUIDs with and without dashes and refuse 33 digits", async () => {
      const list = await make({ name: "Keys", type: "AAGUID", items: [{ value: "00112233-4455-6677-8899-AABBCCDDEEFF" }] });
      assert.equal(list.items[0].value, aaguid);
      assert.deepEqual(list.countersign, { evidence: "verified" });
      await invalid(lists.edit(list.id, { account_id, append: [{ value: `${aaguid}0` }] }),
        /^access\.api\.error\.invalid_request: list: append\[0\]: "00112233445566778899aabbccddeeff0" is not an AAGUID: it has 33 hex digits, not 32$/);
      await invalid(make({ name: "x", type: "AAGUID", items: [{ value: aaguid }, { value: aaguid.toUpperCase() }] }), /items\[1\] repeats items\[0\]/);
      const changed = await lists.update(list.id, { account_id, name: "Keys", countersign: { evidence: "claimed" } });
      assert.deepEqual([changed.countersign, changed.count], [{ evidence: "claimed" }, 1]);
      assert.deepEqual((await lists.update(list.id, { account_id, name: "Keys" })).countersign, { evidence: "claimed" });
      await invalid(lists.update(list.id, { account_id, name: "Keys", countersign: { proof: "claimed" } }), /unknown key countersign\.proof/);
      await lists.delete(list.id, { account_id });
    });
    it("are replaced by PUT and changed by PATCH, whole or not at all", async () => {
      const list = await make({ name: "Sites", type: "IP", items: [{ value: "192.0.2.0/24" }] });
      await lists.edit(list.id, { account_id, append: [{ value: "2001:DB8::/32" }, { value: "192.0.2.0/24" }], remove: ["198.51.100.1"] });
      assert.deepEqual(await values(list.id), ["192.0.2.0/24", "2001:db8::/32"]);
      await invalid(lists.edit(list.id, { account_id, append: [{ value: "192.0.2.1/24" }], remove: ["192.0.2.0/24"] }), /append\[0\]: "192\.0\.2\.1\/24" is not an address/);
      assert.deepEqual(await values(list.id), ["192.0.2.0/24", "2001:db8::/32"]);
      const put = await lists.update(list.id, { account_id, name: "Places", items: [{ value: "203.0.113.9" }] });
      assert.deepEqual([put.name, put.count, put.type], ["Places", 1, "IP"]);
      assert.deepEqual(await values(list.id), ["203.0.113.9"]);
      await invalid(client.put(`/accounts/${account_id}/gateway/lists/${list.id}`, { body: { name: "x", type: "URL" } }), /type is IP and cannot be changed/);
      await lists.delete(list.id, { account_id });
    });
    it("are paged to an empty page", async () => {
      const items = Array.from({ length: 60 }, (_, i) => ({ value: `u${i}@example.test` }));
      const list = await make({ name: "Many", type: "EMAIL", items });
      assert.deepEqual(await values(list.id), items.map((item) => item.value));
      const page = await client.get(`/accounts/${account_id}/gateway/lists/${list.id}/items?page=4&per_page=25`);
      assert.deepEqual([page.result, page.result_info.total_count], [[], 60]);
      await lists.delete(list.id, { account_id });
    });
    it("of 5,000 items are taken, and 5,001 are not", async () => {
      const items = Array.from({ length: 5000 }, (_, i) => ({ value: `u${i}@example.test`, description: "one of many" }));
      const list = await make({ name: "Many", type: "EMAIL", items });
      assert.equal(list.count, 5000);
      await invalid(lists.edit(list.id, { account_id, append: [{ value: "one@more.test" }] }), /5001 items, at most 5000/);
      await lists.delete(list.id, { account_id });
    });
    it("are found and ordered", async () => {
      const made = [];
      for (const [name, type, n] of [["Bow", "EMAIL", 2], ["Aft", "IP", 1], ["Bridge", "EMAIL", 0]])
        made.push(await make({ name, type, items: Array.from({ length: n }, (_, i) => ({ value: type === "IP" ? `192.0.2.${i}` : `${i}@example.test` })) }));
      const names = async (query) => (await collect(lists.list({ account_id, ...query }))).map((list) => list.name);
      assert.deepEqual(await names({ order_by: "name" }), ["Aft", "Bow", "Bridge"]);
      assert.deepEqual(await names({ order_by: "name", direction: "desc" }), ["Bridge", "Bow", "Aft"]);
      assert.deepEqual(await names({ order_by: "item_count" }), ["Bridge", "Aft", "Bow"]);
      assert.deepEqual(await names({ type: "IP" }), ["Aft"]);
      assert.deepEqual(await names({ search: "b" }).then((all) => all.sort()), ["Bow", "Bridge"]);
      assert.deepEqual(await names({ filter: ["name:b", "type:EMAIL", "item_count:2"] }), ["Bow"]);
      assert.deepEqual(await names({ filter: [`id:${made[1].id.slice(0, 18)}`] }), ["Aft"]);
      await invalid(lists.list({ account_id, order_by: "size" }), /order_by/);
      await invalid(lists.list({ account_id, direction: "up" }), /direction/);
      await invalid(lists.list({ account_id, filter: ["colour:red"] }), /filter must be/);
      await invalid(lists.list({ account_id, type: "SSID" }), /unknown type/);
      for (const list of made) await lists.delete(list.id, { account_id });
    });
  });

  describe("service tokens", () => {
    it("show their secret once", async () => {
      const token = await tokens.create({ account_id, name: "Builder" });
      assert.match(token.id, uuid);
      assert.match(token.client_id, /^[0-9a-f]{32}\.access$/);
      assert.match(token.client_secret, /^cfast_[0-9A-Za-z]{40}[0-9a-f]{8}$/);
      assert.deepEqual([token.duration, token.enabled, token.client_secret_version], ["8760h", true, 1]);
      assert.ok(Math.abs(Date.parse(token.expires_at) - Date.now() - 8760 * 3_600_000) < 60_000);
      const got = await tokens.get(token.id, { account_id });
      assert.equal(got.client_secret, undefined);
      assert.equal(got.client_id, token.client_id);
      assert.equal((await collect(tokens.list({ account_id })))[0].client_secret, undefined);
      assert.ok(!server.log?.().includes(token.client_secret));
      const gone = await tokens.delete(token.id, { account_id });
      assert.equal(gone.client_id, token.client_id);
      await absent(tokens.get(token.id, { account_id }));
      await absent(tokens.delete(token.id, { account_id }));
    });
    it("are rotated, refreshed, disabled and renamed", async () => {
      const token = await tokens.create({ account_id, name: "Builder", duration: "60m" });
      const rotated = await tokens.rotate(token.id, { account_id });
      assert.notEqual(rotated.client_secret, token.client_secret);
      assert.deepEqual([rotated.client_secret_version, rotated.previous_client_secret_expires_at], [2, undefined]);
      const until = new Date(Date.now() + 3_600_000).toISOString();
      const again = await tokens.rotate(token.id, { account_id, previous_client_secret_expires_at: until });
      assert.equal(Math.floor(Date.parse(again.previous_client_secret_expires_at) / 1000), Math.floor(Date.parse(until) / 1000));
      const raised = await tokens.update(token.id, { account_id, client_secret_version: 7 });
      assert.match(raised.client_secret, /^cfast_/);
      assert.equal((await tokens.update(token.id, { account_id, client_secret_version: 7 })).client_secret, undefined);
      await invalid(tokens.update(token.id, { account_id, client_secret_version: 6 }), /is 7 and cannot go back/);
      const off = await tokens.update(token.id, { account_id, enabled: false, name: "Idle" });
      assert.deepEqual([off.enabled, off.name, off.duration], [false, "Idle", "60m"]);
      const before = Date.parse(off.expires_at);
      assert.equal(Date.parse((await tokens.refresh(token.id, { account_id })).expires_at) - before, 8760 * 3_600_000);
      const forever = await tokens.update(token.id, { account_id, duration: "forever" });
      assert.deepEqual([forever.duration, forever.expires_at], ["forever", undefined]);
      await tokens.delete(token.id, { account_id });
    });
    it("with wrong values are refused", async () => {
      await invalid(tokens.create({ account_id }), /name is required/);
      for (const duration of ["25x", "-1m", "0s", "soon"]) await invalid(tokens.create({ account_id, name: "x", duration }), /duration must be/);
      await invalid(tokens.create({ account_id, name: "x", enabled: "yes" }), /enabled must be true or false/);
      await invalid(tokens.create({ account_id, name: 7 }), /name must be a string/);
      const token = await tokens.create({ account_id, name: "Builder" });
      await invalid(tokens.rotate(token.id, { account_id, previous_client_secret_expires_at: "tomorrow" }), /no time such as/);
      await invalid(tokens.rotate(token.id, { account_id, previous_client_secret_expires_at: "2099-01-01T00:00:00Z" }), /30 days/);
      await absent(tokens.rotate(missing, { account_id }));
      await absent(tokens.refresh(missing, { account_id }));
      assert.equal((await collect(tokens.list({ account_id }))).length, 1);
      await tokens.delete(token.id, { account_id });
    });
    it("are found by name", async () => {
      const made = [];
      for (const name of ["Build one", "Build two", "Deploy"]) made.push(await tokens.create({ account_id, name }));
      const names = async (query) => (await collect(tokens.list({ account_id, ...query }))).map((token) => token.name);
      assert.deepEqual(await names({ per_page: 2 }), ["Build one", "Build two", "Deploy"]);
      assert.deepEqual(await names({ name: "Deploy" }), ["Deploy"]);
      assert.deepEqual(await names({ name: "Build" }), []);
      assert.deepEqual(await names({ search: "build" }), ["Build one", "Build two"]);
      for (const token of made) await tokens.delete(token.id, { account_id });
    });
  });

  describe("rules", () => {
    it("of all 26 kinds come back as they were written: in groups, policies and policies of applications", async () => {
      const crew = await make({ name: "Crew", type: "EMAIL" });
      const sites = await make({ name: "Sites", type: "IP" });
      const token = await tokens.create({ account_id, name: "Builder" });
      const [pin] = await collect(client.zeroTrust.identityProviders.list({ account_id }));
      const idp = pin ?? (await client.zeroTrust.identityProviders.create({ account_id, name: "PIN", type: "onetimepin", config: {} }));
      const group = await access.groups.create({ account_id, name: "Inner", include: [{ everyone: {} }] });
      const other = await access.applications.create({ account_id, type: "self_hosted", name: "Other", domain: "other.localhost" });
      const rules = [
        { email: { email: "Ann@Example.test" } }, { email_domain: { domain: "Example.test" } }, { email_list: { id: crew.id } },
        { everyone: {} }, { ip: { ip: "2001:db8::/32" } }, { ip_list: { id: sites.id } }, { geo: { country_code: "NO" } },
        { group: { id: group.id } }, { certificate: {} }, { common_name: { common_name: "ann" } },
        { service_token: { token_id: token.id } }, { any_valid_service_token: {} }, { linked_app_token: { app_uid: other.id } },
        { login_method: { id: idp.id } }, { auth_method: { auth_method: "mfa" } },
        { auth_context: { id: "a", ac_id: "c1", identity_provider_id: idp.id } }, { azureAD: { id: "a", identity_provider_id: idp.id } },
        { "github-organization": { name: "o", team: "t", identity_provider_id: idp.id } },
        { gsuite: { email: "a@b.test", identity_provider_id: idp.id } }, { okta: { name: "n", identity_provider_id: idp.id } },
        { saml: { attribute_name: "a", attribute_value: "v", identity_provider_id: idp.id } },
        { oidc: { claim_name: "c", claim_value: "ø \"v\"", identity_provider_id: idp.id } },
        { external_evaluation: { evaluate_url: "https://e.test", keys_url: "https://k.test" } },
        { device_posture: { integration_uid: "i", account_id: "x" } }, { user_risk_score: { user_risk_score: ["low", "unscored"] } },
        { cloudflare_account_member: { account_id: "x" } },
      ];
      assert.equal(new Set(rules.map((rule) => Object.keys(rule)[0])).size, 26);
      const body = { account_id, name: "All", include: rules, exclude: [...rules].reverse(), require: rules };
      // byte by byte: the text of the answer, not what a parser made of it
      const text = async (path) => (await fetch(`${server.url}/accounts/${account_id}${path}`, { headers: { authorization: `Bearer ${server.token}` } })).text();
      const check = async (path) => {
        const got = await text(path);
        for (const key of ["include", "exclude", "require"])
          assert.ok(got.includes(`${JSON.stringify(key)}:${JSON.stringify(body[key])}`), `${path}: ${key}`);
      };
      const g = await access.groups.create(body);
      await check(`/access/groups/${g.id}`);
      const p = await access.policies.create({ ...body, decision: "allow" });
      await check(`/access/policies/${p.id}`);
      await access.policies.update(p.id, { ...body, decision: "non_identity" });
      await check(`/access/policies/${p.id}`);
      const own = await access.applications.policies.create(other.id, { ...body, decision: "deny" });
      await check(`/access/apps/${other.id}/policies/${own.id}`);
      await check(`/access/apps/${other.id}`);
      await invalid(lists.delete(crew.id, { account_id }), /in use by policy "All", policy "All", group "All"/);
      await access.applications.delete(other.id, { account_id });
      await access.policies.delete(p.id, { account_id });
      await access.groups.delete(g.id, { account_id });
      await lists.delete(crew.id, { account_id });
      await lists.delete(sites.id, { account_id });
      await tokens.delete(token.id, { account_id });
    });
    it("that name a list of another type, or none, are refused", async () => {
      const crew = await make({ name: "Crew", type: "EMAIL" });
      const add = (rule) => access.groups.create({ account_id, name: "x", include: [rule] });
      await invalid(add({ ip_list: { id: crew.id } }), /list "Crew" is of type EMAIL, not IP/);
      await invalid(add({ email_list: { id: missing } }), new RegExp(`there is no list ${missing}`));
      await invalid(add({ geo: { country_code: "Norway" } }), /two letters/);
      await invalid(add({ service_token: {} }), /needs token_id/);
      await lists.delete(crew.id, { account_id });
    });
  });
});
