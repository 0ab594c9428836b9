// npm's cloudflare, told another address and nothing else, sets everything up, reads it back,
// changes it, and meets every class of refusal (specs: Access §1.4, §17, §18).
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import Cloudflare from "cloudflare";
import { startServer } from "./server.mjs";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const missing = "11111111-1111-4111-8111-111111111111";
const everyone = [{ everyone: {} }];

const allRules = [
  { email: { email: "Ann@Example.test" } }, { email_domain: { domain: "example.test" } }, { email_list: { id: missing } },
  { everyone: {} }, { ip: { ip: "192.0.2.0/24" } }, { ip_list: { id: missing } }, { geo: { country_code: "NO" } },
  { certificate: {} }, { common_name: { common_name: "ann" } }, { service_token: { token_id: missing } },
  { any_valid_service_token: {} }, { linked_app_token: { app_uid: missing } }, { auth_method: { auth_method: "mfa" } },
  { auth_context: { id: "a", ac_id: "c1", identity_provider_id: "p" } }, { azureAD: { id: "a", identity_provider_id: "p" } },
  { "github-organization": { name: "o", team: "t", identity_provider_id: "p" } },
  { gsuite: { email: "a@b.test", identity_provider_id: "p" } }, { okta: { name: "n", identity_provider_id: "p" } },
  { saml: { attribute_name: "a", attribute_value: "v", identity_provider_id: "p" } },
  { oidc: { claim_name: "c", claim_value: "v", identity_provider_id: "p" } },
  { external_evaluation: { evaluate_url: "https://e.test", keys_url: "https://k.test" } },
  { device_posture: { integration_uid: "i" } }, { user_risk_score: { user_risk_score: ["low", "unscored"] } },
  { cloudflare_account_member: {} },
];

async function collect(list) {
  const items = [];
  for await (const item of list) items.push(item);
  return items;
}

// database: what startServer takes.
export const clientSuite = (title, database) => describe(title, { concurrency: false }, () => {
  let server, client, account_id, zt, access, pin, oidc, group, policy, app;

  const refused = (promise, type, code, pattern = /./) =>
    assert.rejects(promise, (error) => {
      assert.ok(error instanceof type, `${error.constructor.name}: ${error.message}`);
      assert.equal(error.errors[0].code, code, error.message);
      assert.match(error.errors[0].message, pattern);
      return true;
    });
  const invalid = (promise, pattern) => refused(promise, Cloudflare.BadRequestError, 12130, pattern);
  const absent = (promise) => refused(promise, Cloudflare.NotFoundError, 12135);
  const raw = (path, options = {}) =>
    fetch(server.url + path, { ...options, headers: { authorization: `Bearer ${server.token}`, ...options.headers } });

  before(async () => {
    server = await startServer(await database?.());
    account_id = server.account;
    client = new Cloudflare({ apiToken: server.token, baseURL: server.url, maxRetries: 0 });
    zt = client.zeroTrust;
    access = zt.access;
  });
  after(() => server?.stop());

  describe("who calls", () => {
    it("is told that the token is good", async () => {
      const token = await client.user.tokens.verify();
      assert.match(token.id, /^[0-9a-f]{32}$/);
      assert.equal(token.status, "active");
      assert.equal((await client.accounts.tokens.verify({ account_id })).status, "active");
      const { messages } = await client.get("/user/tokens/verify");
      assert.deepEqual(messages, [{ code: 10000, message: "This API Token is valid and active", type: null }]);
    });
    it("is refused with a wrong token", async () => {
      for (const apiToken of ["nonsense", server.token.slice(0, -1) + (server.token.endsWith("A") ? "E" : "A"), server.token + "A"]) {
        const other = new Cloudflare({ apiToken, baseURL: server.url, maxRetries: 0 });
        await refused(other.user.tokens.verify(), Cloudflare.PermissionDeniedError, 10000);
        await refused(other.zeroTrust.organizations.list({ account_id }), Cloudflare.PermissionDeniedError, 10000);
      }
    });
    it("is refused with an account-wide key", async () => {
      const other = new Cloudflare({ apiKey: "k", apiEmail: "owner@example.test", apiToken: null, baseURL: server.url, maxRetries: 0 });
      await refused(other.user.tokens.verify(), Cloudflare.BadRequestError, 9106);
    });
    it("is refused without a credential", async () => {
      const answer = await fetch(`${server.url}/accounts/${account_id}/access/apps`);
      assert.equal(answer.status, 400);
      assert.equal((await answer.json()).errors[0].code, 9106);
    });
    it("finds no other account", async () => {
      for (const other of ["0".repeat(32), "f".repeat(32), "nobody"])
        await refused(zt.organizations.list({ account_id: other }), Cloudflare.NotFoundError, 7003);
    });
  });

  describe("every answer", () => {
    const shape = async (answer, status) => {
      assert.equal(answer.status, status);
      assert.match(answer.headers.get("content-type"), /^application\/json/);
      assert.ok(answer.headers.get("x-request-id"));
      const body = await answer.json();
      assert.deepEqual(Object.keys(body).slice(0, 4), ["success", "errors", "messages", "result"]);
      assert.equal(body.success, status < 300);
      return body;
    };
    it("is the envelope where there is no route", async () => {
      const body = await shape(await raw("/accounts/nothing/here"), 404);
      assert.deepEqual(body.errors.map((e) => e.code), [7003, 7000]);
      await shape(await raw(`/accounts/${account_id}/access/policies/`), 404);
      await shape(await raw(`/accounts/${account_id}/access/nothing`, { method: "POST", body: "{}" }), 404);
    });
    it("is the envelope for a wrong method", async () => {
      await shape(await raw(`/accounts/${account_id}/access/apps`, { method: "DELETE" }), 405);
      await shape(await raw(`/accounts/${account_id}/access/apps`, { method: "PATCH", body: "{}" }), 405);
    });
    it("is the envelope for a body that cannot be read", async () => {
      const path = `/accounts/${account_id}/access/groups`;
      for (const body of ["", "{", "[]", "null", '{"name":"a","name":"b"}', '{"a":"\\u0000"}', `{"a":${"[".repeat(99)}${"]".repeat(99)}}`, " ".repeat(300_000)]) {
        const { errors } = await shape(await raw(path, { method: "POST", body }), 400);
        assert.equal(errors[0].code, 12130);
        assert.match(errors[0].message, /^access\.api\.error\.invalid_request: /);
      }
    });
    it("is JSON with 413 for a body without end", async () => {
      const answer = await raw(`/accounts/${account_id}/access/groups`, { method: "POST", body: " ".repeat(3_000_000) });
      assert.equal(answer.status, 413);
      assert.match(answer.headers.get("content-type"), /json/);
    });
  });

  describe("the organization", () => {
    const first = () => ({ account_id, name: "Halden Maritime", auth_domain: server.authDomain, session_duration: "720h" });
    it("is not there at first, and nothing can be guarded", async () => {
      await refused(zt.organizations.list({ account_id }), Cloudflare.NotFoundError, 9999, /not_enabled/);
      await refused(zt.organizations.update(first()), Cloudflare.NotFoundError, 9999);
      await refused(access.applications.create({ account_id, type: "self_hosted", domain: "a.test" }), Cloudflare.NotFoundError, 9999);
    });
    it("is refused when it is wrong", async () => {
      await invalid(zt.organizations.create({ account_id, name: "x" }), /auth_domain is required/);
      await invalid(zt.organizations.create({ ...first(), auth_domain: "elsewhere.test" }), /auth_domain must be/);
      await invalid(zt.organizations.create({ ...first(), session_duration: "30 days" }), /session_duration/);
      await invalid(zt.organizations.create({ ...first(), mfa_required_for_all_apps: true }), /needs allowed_authenticators/);
    });
    it("is created once", async () => {
      const made = await zt.organizations.create({ ...first(), is_ui_read_only: false, house_key: { kept: [1, "å"] } });
      assert.equal(made.session_duration, "720h");
      assert.deepEqual(made.house_key, { kept: [1, "å"] });
      await invalid(zt.organizations.create(first()), /already/);
    });
    it("keeps applications and policies from having second factors of their own", async () => {
      const mfa_config = { allowed_authenticators: ["totp"], session_duration: "1h" };
      await invalid(access.policies.create({ account_id, name: "n", decision: "allow", include: everyone, mfa_config }), /policy "n"/);
      await invalid(access.applications.create({ account_id, type: "self_hosted", domain: "a.test", mfa_config }), /application "a\.test"/);
    });
    it("is replaced whole and echoes durations as they were written", async () => {
      for (const session_duration of ["0m", "720h", "43200m", "24h"]) {
        const o = await zt.organizations.update({ ...first(), session_duration: "43200m",
          mfa_config: { allowed_authenticators: ["totp", "security_key"], session_duration, required_aaguids: null,
            amr_matching_enabled: true, amr_session_duration: "8h" }, mfa_required_for_all_apps: true });
        assert.equal(o.session_duration, "43200m");
        assert.equal(o.mfa_config.session_duration, session_duration);
        assert.equal(o.mfa_config.amr_matching_session_duration, "8h");
        assert.equal(o.mfa_config.amr_matching_enabled, true);
        assert.equal(o.house_key, undefined);
      }
      for (const session_duration of ["721h", "30s", "1d", "-1m", 60])
        await invalid(zt.organizations.update({ ...first(), mfa_config: { allowed_authenticators: ["totp"], session_duration } }));
      for (const allowed_authenticators of [["sms"], ["piv_key"], ["ssh_fido2_key"], "totp"])
        await invalid(zt.organizations.update({ ...first(), mfa_config: { allowed_authenticators } }));
    });
    it("is changed in part by PATCH", async () => {
      const { result } = await client.patch(`/accounts/${account_id}/access/organizations`, { body: { name: "Halden" } });
      assert.equal(result.name, "Halden");
      assert.equal(result.mfa_config.session_duration, "24h");
      assert.equal((await zt.organizations.list({ account_id })).name, "Halden");
    });
  });

  describe("identity providers", () => {
    const config = { client_id: "c", client_secret: "hush-hush-secret", auth_url: "https://idp.test/auth",
      token_url: "https://idp.test/token", certs_url: "https://idp.test/certs", scopes: ["openid", "email"], claims: ["department"] };
    it("are e-mailed PINs, once, and OIDC", async () => {
      pin = await zt.identityProviders.create({ account_id, name: "PIN by e-mail", type: "onetimepin", config: {} });
      assert.match(pin.id, uuid);
      assert.match(pin.config.redirect_url, /\/cdn-cgi\/access\/callback/);
      await invalid(zt.identityProviders.create({ account_id, name: "2", type: "onetimepin", config: {} }), /onetimepin already/);
      oidc = await zt.identityProviders.create({ account_id, name: "IdP", type: "oidc", config });
      await invalid(zt.identityProviders.create({ account_id, name: "3", type: "saml", config: {} }), /not supported/);
    });
    it("never show a client secret", async () => {
      const answers = [oidc, await zt.identityProviders.get(oidc.id, { account_id }), ...(await collect(zt.identityProviders.list({ account_id })))];
      assert.equal(answers.length, 4);
      assert.doesNotMatch(JSON.stringify(answers), /hush/);
    });
    it("keep it where they are, and do not send it elsewhere", async () => {
      const { client_secret, ...rest } = config;
      const changed = await zt.identityProviders.update(oidc.id, { account_id, name: "Renamed", type: "oidc", config: rest });
      assert.equal(changed.name, "Renamed");
      assert.deepEqual(changed.config.claims, ["department"]);
      const elsewhere = { ...rest, token_url: "https://evil.test/token" };
      await invalid(zt.identityProviders.update(oidc.id, { account_id, name: "x", type: "oidc", config: elsewhere }), /client_secret must be sent again/);
      await zt.identityProviders.update(oidc.id, { account_id, name: "IdP", type: "oidc", config: { ...elsewhere, client_secret } });
      await invalid(zt.identityProviders.update(oidc.id, { account_id, name: "x", type: "onetimepin", config: {} }), /type cannot be changed/);
    });
  });

  describe("groups", () => {
    it("are created, found by name, changed", async () => {
      group = await access.groups.create({ account_id, name: "Crew", include: [{ email_domain: { domain: "example.test" } }],
        require: [{ login_method: { id: pin.id } }], is_default: false });
      assert.match(group.id, uuid);
      assert.equal("is_default" in group, false);
      const other = await access.groups.create({ account_id, name: "Dockers", include: everyone });
      assert.deepEqual((await collect(access.groups.list({ account_id, name: "crew" }))).map((g) => g.id), [group.id]);
      assert.equal((await collect(access.groups.list({ account_id, search: "e" }))).length, 2);
      const changed = await access.groups.update(other.id, { account_id, name: "Dock", include: [{ group: { id: group.id } }] });
      assert.equal(changed.name, "Dock");
      assert.deepEqual(changed.exclude, []);
      await access.groups.delete(other.id, { account_id });
      await absent(access.groups.get(other.id, { account_id }));
    });
    it("do not contain themselves", async () => {
      const a = await access.groups.create({ account_id, name: "A", include: [{ group: { id: group.id } }] });
      const b = await access.groups.create({ account_id, name: "B", include: [{ group: { id: a.id } }] });
      await invalid(access.groups.update(a.id, { account_id, name: "A", include: [{ group: { id: a.id } }] }), /contains itself/);
      await invalid(access.groups.update(group.id, { account_id, name: "Crew", include: everyone, exclude: [{ group: { id: b.id } }] }), /contains itself/);
      await invalid(access.groups.delete(a.id, { account_id }), /in use by: group "B"/);
      await access.groups.delete(b.id, { account_id });
      assert.deepEqual(await access.groups.delete(a.id, { account_id }), { id: a.id });
    });
    it("name only what there is", async () => {
      await invalid(access.groups.create({ account_id, name: "x", include: [{ group: { id: missing } }] }), /no group/);
      await invalid(access.groups.create({ account_id, name: "x", include: [{ login_method: { id: missing } }] }), /no identity provider/);
      await invalid(access.groups.create({ account_id, name: "x", include: [] }), /include/);
      await invalid(access.groups.create({ account_id, name: "x", include: [{ planet: { id: "mars" } }] }), /unknown rule type/);
    });
    it("are listed page by page until an empty one", async () => {
      const made = [];
      for (let i = 0; i < 5; i++) made.push(await access.groups.create({ account_id, name: `page ${i}`, include: everyone }));
      const ids = (await collect(access.groups.list({ account_id, per_page: 2 }))).map((g) => g.id);
      assert.equal(new Set(ids).size, 6);
      const { result, result_info } = await client.get(`/accounts/${account_id}/access/groups?page=99&per_page=2`);
      assert.deepEqual(result, []);
      assert.deepEqual(result_info, { page: 99, per_page: 2, count: 0, total_count: 6, total_pages: 3 });
      for (const wrong of ["page=0", "page=-1", "per_page=x", "per_page=0", "page=1&page=2"])
        assert.equal((await raw(`/accounts/${account_id}/access/groups?${wrong}`)).status, 400, wrong);
      for (const g of made) await access.groups.delete(g.id, { account_id });
    });
  });

  describe("reusable policies", () => {
    it("are created with each decision", async () => {
      for (const decision of ["allow", "deny", "bypass", "non_identity"]) {
        const p = await access.policies.create({ account_id, name: decision, decision, include: [{ ip: { ip: "192.0.2.1" } }] });
        assert.equal(p.decision, decision);
        await access.policies.delete(p.id, { account_id });
      }
      await invalid(access.policies.create({ account_id, name: "n", decision: "permit", include: everyone }), /unknown decision/);
      await invalid(access.policies.create({ account_id, name: "n", decision: "allow" }), /include/);
      await invalid(access.policies.create({ account_id, decision: "allow", include: everyone }), /name/);
    });
    it("keep every kind of rule exactly as it was sent", async () => {
      const lists = Object.fromEntries(await Promise.all(["EMAIL", "IP"].map(async (type) =>
        [`${type.toLowerCase()}_list`, { id: (await zt.gateway.lists.create({ account_id, name: type, type })).id }])));
      const include = [...allRules.map((rule) => lists[Object.keys(rule)[0]] ? { [Object.keys(rule)[0]]: lists[Object.keys(rule)[0]] } : rule), { group: { id: group.id } }, { login_method: { id: pin.id } }];
      assert.equal(include.length, 26);
      policy = await access.policies.create({ account_id, name: "Staff", decision: "allow", include, exclude: include, require: include,
        session_duration: "30m", mfa_config: { allowed_authenticators: ["totp"], session_duration: "43200m" } });
      const read = await access.policies.get(policy.id, { account_id });
      for (const list of ["include", "exclude", "require"])
        assert.equal(JSON.stringify(read[list]), JSON.stringify(include));
      assert.equal(read.mfa_config.session_duration, "43200m");
      assert.equal(read.session_duration, "30m");
      assert.deepEqual((await collect(access.policies.list({ account_id }))).map((p) => p.id), [policy.id]);
      assert.equal(read.reusable, true);
      assert.equal(read.app_count, 0);
    });
    it("let nobody pass without identity by what needs one", async () => {
      await invalid(access.policies.create({ account_id, name: "n", decision: "bypass", include: [{ email: { email: "a@b.test" } }] }), /identity/);
      await invalid(access.policies.create({ account_id, name: "n", decision: "bypass", include: [{ group: { id: group.id } }] }), /group "Crew"/);
    });
    it("hold a group, a provider and the second factor in place", async () => {
      await invalid(access.groups.delete(group.id, { account_id }), /in use by: policy "Staff"/);
      await invalid(zt.identityProviders.delete(pin.id, { account_id }), /in use by: policy "Staff"/);
      await invalid(zt.organizations.update({ account_id, name: "n", auth_domain: server.authDomain, mfa_config: { allowed_authenticators: [] } }), /policy "Staff"/);
    });
  });

  describe("applications", () => {
    const base = () => ({ account_id, type: "self_hosted", domain: "app.countersign.localhost:8081", name: "Berth planner" });
    it("are created with policies of all three forms", async () => {
      app = await access.applications.create({ ...base(), allowed_idps: [pin.id], session_duration: "24h", tags: [],
        policies: [policy.id, { name: "Own", decision: "deny", include: everyone, precedence: 7 }] });
      assert.match(app.id, uuid);
      assert.match(app.aud, /^[0-9a-f]{64}$/);
      assert.deepEqual(app.policies.map((p) => [p.name, p.precedence, p.reusable]), [["Staff", 1, true], ["Own", 7, false]]);
      assert.equal((await access.policies.get(policy.id, { account_id })).app_count, 1);
      await invalid(access.policies.delete(policy.id, { account_id }), /in use by: application "Berth planner"/);
    });
    it("are refused when something is wrong with them", async () => {
      await refused(access.applications.create(base()), Cloudflare.BadRequestError, 12136, /already_exists/);
      const wrong = [
        [{ type: "saas" }, /not supported/], [{ type: "teapot" }, /unknown type/], [{ domain: "https://a.test" }, /host name/],
        [{ domain: server.authDomain }, /sign-in host/], [{ domain: "a.test", allowed_idps: [missing] }, /no identity provider/],
        [{ domain: "a.test", policies: [missing] }, /no policy/], [{ domain: "a.test", policies: [policy.id, policy.id] }, /twice/],
        [{ domain: "a.test", policies: [{ id: policy.id, precedence: 1 }, { name: "n", decision: "allow", include: everyone, precedence: 1 }] }, /precedences must be unique/],
        [{ domain: "a.test", policies: [{ name: "n", decision: "maybe", include: everyone }] }, /unknown decision/],
        [{ domain: "a.test", mfa_config: { allowed_authenticators: ["piv_key"] } }, /not supported/],
        [{ domain: "a.test", session_duration: "soon" }, /session_duration/],
      ];
      for (const [change, reason] of wrong) await invalid(access.applications.create({ ...base(), ...change }), reason);
      assert.equal((await collect(access.applications.list({ account_id }))).length, 1);
    });
    it("keep their audience and take back what they show", async () => {
      const { id, ...shown } = await access.applications.get(app.id, { account_id });
      const same = await access.applications.update(id, { account_id, ...shown });
      assert.equal(same.aud, app.aud);
      assert.deepEqual(same.policies.map((p) => p.id), app.policies.map((p) => p.id));
      const { policies, ...without } = shown;
      assert.equal((await access.applications.update(id, { account_id, ...without })).policies.length, 2);
      await access.applications.update(id, { account_id, ...without, policies: [{ id: policy.id, precedence: 3 }] });
      app = await access.applications.get(id, { account_id });
      assert.deepEqual(app.policies.map((p) => [p.id, p.precedence]), [[policy.id, 3]]);
      await absent(access.applications.policies.get(policies[1].id, { account_id, app_id: id }));
    });
    it("have policies of their own", async () => {
      const at = access.applications.policies;
      const own = await at.create(app.id, { account_id, name: "Own", decision: "allow", include: everyone });
      assert.equal(own.precedence, 4);
      await invalid(at.create(app.id, { account_id, name: "x", decision: "allow", include: everyone, precedence: 4 }), /precedences must be unique/);
      const changed = await at.update(own.id, { account_id, app_id: app.id, name: "Mine", decision: "deny", include: everyone, precedence: 1 });
      assert.deepEqual([changed.name, changed.decision, changed.precedence], ["Mine", "deny", 1]);
      assert.deepEqual((await collect(at.list(app.id, { account_id }))).map((p) => p.id), [own.id, policy.id]);
      await invalid(at.delete(policy.id, { account_id, app_id: app.id }), /reusable/);
      await invalid(at.update(policy.id, { account_id, app_id: app.id, name: "x", decision: "allow", include: everyone }), /reusable/);
      await absent(access.policies.get(own.id, { account_id }));
      assert.deepEqual(await at.delete(own.id, { account_id, app_id: app.id }), { id: own.id });
      await absent(at.get(own.id, { account_id, app_id: app.id }));
      await absent(at.create(missing, { account_id, name: "x", decision: "allow", include: everyone }));
    });
    it("have two settings that are changed by themselves", async () => {
      const at = access.applications.settings;
      const before = await access.applications.get(app.id, { account_id });
      assert.deepEqual(await at.edit(app.id, { account_id, allow_iframe: true }), { allow_iframe: true, skip_interstitial: false });
      assert.deepEqual(await at.edit(app.id, { account_id, skip_interstitial: true }), { allow_iframe: true, skip_interstitial: true });
      assert.deepEqual(await at.update(app.id, { account_id, skip_interstitial: true }), { allow_iframe: false, skip_interstitial: true });
      await invalid(at.edit(app.id, { account_id, allow_iframe: "yes" }), /true or false/);
      await absent(at.edit(missing, { account_id, allow_iframe: true }));
      const after = await access.applications.get(app.id, { account_id });
      assert.deepEqual([after.name, after.aud, after.policies.length], [before.name, before.aud, before.policies.length]);
    });
    it("do not say what they would answer to somebody who never came", async () => {
      await absent(access.applications.userPolicyChecks.list(app.id, { account_id }));
      await absent(access.applications.userPolicyChecks.list(missing, { account_id }));
    });
    it("are found by what they are", async () => {
      const other = await access.applications.create({ ...base(), name: "Chandlery", domain: "shop.localhost:8081" });
      const names = async (query) => (await collect(access.applications.list({ account_id, ...query }))).map((a) => a.name).sort();
      assert.deepEqual(await names({}), ["Berth planner", "Chandlery"]);
      assert.deepEqual(await names({ name: "berth" }), ["Berth planner"]);
      assert.deepEqual(await names({ name: "berth", exact: true }), []);
      assert.deepEqual(await names({ name: "Berth planner", exact: true }), ["Berth planner"]);
      assert.deepEqual(await names({ domain: "shop" }), ["Chandlery"]);
      assert.deepEqual(await names({ search: "localhost" }), ["Berth planner", "Chandlery"]);
      assert.deepEqual(await names({ aud: app.aud }), ["Berth planner"]);
      assert.deepEqual(await access.applications.delete(other.id, { account_id }), { id: other.id });
    });
    it("have their sessions ended", async () => {
      const answer = await raw(`/accounts/${account_id}/access/apps/${app.id}/revoke_tokens`, { method: "POST" });
      assert.equal(answer.status, 202);
      await access.applications.revokeTokens(app.id, { account_id });
      await absent(access.applications.revokeTokens(missing, { account_id }));
    });
  });

  describe("people and keys", () => {
    it("have their sessions ended, whichever name the flag has", async () => {
      for (const body of [{}, { body_devices: true, query_devices: true }, { user_uid: missing, warp_session_reauth: false }])
        assert.equal(await zt.organizations.revokeUsers({ account_id, email: "ann@example.test", ...body }), true);
      const go = await raw(`/accounts/${account_id}/access/organizations/revoke_user?devices=true`, { method: "POST", body: '{"email":"a@b.test","devices":true}' });
      assert.equal((await go.json()).result, true);
      await invalid(zt.organizations.revokeUsers({ account_id }), /email/);
      await invalid(zt.organizations.revokeUsers({ account_id, email: "a@b.test", body_devices: "yes" }), /true or false/);
    });
    it("are signed for by keys that rotate when asked", async () => {
      const before = await access.keys.get({ account_id });
      assert.equal(before.key_rotation_interval_days, 42);
      const after = await access.keys.rotate({ account_id });
      assert.ok(after.days_until_next_rotation >= 41);
    });
  });

  describe("taking it all away", () => {
    it("goes in the order of what uses what", async () => {
      await access.applications.delete(app.id, { account_id });
      await absent(access.applications.get(app.id, { account_id }));
      await absent(access.applications.delete(app.id, { account_id }));
      await access.policies.delete(policy.id, { account_id });
      await access.groups.delete(group.id, { account_id });
      for (const idp of [pin, oidc]) assert.deepEqual(await zt.identityProviders.delete(idp.id, { account_id }), { id: idp.id });
      const off = await zt.organizations.update({ account_id, name: "Halden", auth_domain: server.authDomain,
        mfa_config: { allowed_authenticators: [] }, mfa_required_for_all_apps: false });
      assert.equal(off.mfa_configuration_allowed, false);
    });
    it("answers removals with 202", async () => {
      const g = await access.groups.create({ account_id, name: "last", include: everyone });
      const answer = await raw(`/accounts/${account_id}/access/groups/${g.id}`, { method: "DELETE" });
      assert.equal(answer.status, 202);
    });
    it("left no secret in the log", () => {
      const log = server.log?.() ?? "";
      assert.doesNotMatch(log, /hush-hush/);
      assert.doesNotMatch(log, new RegExp(server.token));
    });
  });
});
