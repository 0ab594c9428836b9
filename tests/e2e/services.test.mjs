// What administrators see and lose of service tokens and people at the real server: the sign-in log of
// programmes, tokens that nothing uses, and a user who is disabled.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { localFetch } from "../../demo/local_fetch.mjs";
import { configure, decisionHeaders, Person } from "./person.mjs";
import { Stack, until } from "./stack.mjs";

const hour = 3_600_000;
const day = 24 * hour;

for (const database of ["sqlite", "postgresql"]) describe(`service tokens, on ${database}`, { concurrency: false }, () => {
  let stack, token, shop;

  const api = async (method, path, body) => {
    const answer = await stack.api(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.json)}`);
    return answer.json.result;
  };
  const ask = async (given, { secret = given.client_secret, app = "shop", source = "192.0.2.7" } = {}) => {
    const answer = await localFetch(`http://127.0.0.1:${stack.node.port}/decision`, {
      headers: {
        ...decisionHeaders(stack.origin[app], source), "cf-access-client-id": given.client_id, "cf-access-client-secret": secret,
      },
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  const log = async (query = "non_identity=true") => api("GET", `logs/access_requests?${query}`);
  // The sweep is a step of the server's start.
  const laterWithASweep = async (ms) => {
    await stack.stopServer();
    stack.shiftClock(ms);
    await stack.startServer();
  };
  // What a sweep took is heard of as another node's changes are: within the bound.
  const isRefused = (given) => until("the refusal", async () => await ask(given) === 401);
  const tokenNow = (given) => stack.api("GET", `service_tokens/${given.id}`);

  before(async () => {
    stack = await Stack.start({ front: "none", database });
    shop = (await configure(stack)).apps.shop;
    token = await api("POST", "service_tokens", { name: "Tide table", duration: "forever" });
    await api("PUT", `apps/${shop.id}`, {
      name: shop.name, domain: shop.domain, type: "self_hosted",
      policies: [{ name: "Programmes", decision: "non_identity", include: [{ any_valid_service_token: {} }] }],
    });
  });
  after(() => stack?.stop());

  it("logs one that passes once an hour, whoever asks how often", async () => {
    assert.deepEqual(await log(), []);
    for (let i = 0; i < 5; i++) assert.equal(await ask(token), 200);
    const [entry, ...more] = await log();
    assert.equal(more.length, 0);
    assert.equal(entry.allowed, true);
    assert.equal(entry.connection, "service-token");
    assert.equal(entry.service_token_name, "Tide table");
    assert.equal(entry.app_uid, shop.id);
    assert.equal(entry.ip_address, "192.0.2.7");
    assert.equal(entry.action, "login");
    assert.match(entry.ray_id, /^[0-9a-f]{16}$/);
    assert.deepEqual(await log("non_identity=false"), []);
    await laterWithASweep(hour);
    assert.equal(await ask(token), 200);
    assert.equal(await ask(token), 200);
    assert.equal((await log()).length, 2);
  });

  it("logs a refusal of a known client id, and none of an unknown one", async () => {
    const before = (await log()).length;
    assert.equal(await ask(token, { secret: "wrong" }), 401);
    assert.equal(await ask(token, { secret: "wrong" }), 401);
    assert.equal(await ask({ client_id: `${"0".repeat(32)}.access` }, { secret: "wrong" }), 401);
    assert.equal(await ask(token, { app: "app" }), 403);
    const entries = await log();
    assert.equal(entries.length, before + 2);
    const refused = await log("non_identity=true&allowed=false");
    assert.deepEqual(refused.map((entry) => entry.reason), ["service_token", "service_token"]);
    assert.equal(refused.filter((entry) => entry.app_uid === shop.id).length, 1);
  });

  it("logs another address by itself", async () => {
    const before = (await log()).length;
    assert.equal(await ask(token, { source: "192.0.2.8" }), 200);
    assert.equal(await ask(token, { source: "192.0.2.8" }), 200);
    assert.equal((await log()).length, before + 1);
  });

  it("disables what nothing used for so long, and nothing else", async () => {
    const forgotten = await api("POST", "service_tokens", { name: "Forgotten", duration: "forever" });
    const named = await api("POST", "service_tokens", { name: "Named", duration: "forever" });
    await api("POST", "policies", {
      name: "Named programme", decision: "non_identity", include: [{ service_token: { token_id: named.id } }],
    });
    await api("PATCH", "organizations", {
      service_token_inactivity: { enabled: true, action: "disable", inactivity_threshold_days: 30 },
    });
    await laterWithASweep(20 * day);
    assert.equal(await ask(token), 200);
    // Whom the server saw is written down by the next sweep.
    await laterWithASweep(hour);
    assert.equal(await ask(forgotten, { secret: "wrong" }), 401);
    await laterWithASweep(11 * day);
    await until("the end of the unused token", async () => (await tokenNow(forgotten)).json.result.enabled === false);
    await isRefused(forgotten);
    assert.equal(await ask(token), 200);
    assert.equal(await ask(named), 200);
  });

  it("deletes it where that is asked for", async () => {
    const forgotten = await api("POST", "service_tokens", { name: "Forgotten as well", duration: "forever" });
    await api("PATCH", "organizations", {
      service_token_inactivity: { enabled: true, action: "delete", inactivity_threshold_days: 30 },
    });
    await laterWithASweep(31 * day);
    await until("the end of the unused token", async () => (await tokenNow(forgotten)).status === 404);
    await isRefused(forgotten);
  });

  it("refuses a disabled user at the next decision", async () => {
    const person = new Person(stack, "ada@countersign.test");
    const browser = await person.enrolled();
    assert.equal(await browser.decide(), 200);
    const [user] = await api("GET", "users?email=ada@countersign.test");
    const set = (status) => localFetch(`http://127.0.0.1:${stack.node.port}/api/v1/accounts/${stack.account}/users/${user.id}/status`, {
      method: "POST", headers: { authorization: `Bearer ${stack.token}`, "content-type": "application/json" },
      body: JSON.stringify({ status }),
    });
    assert.equal((await set("disabled")).status, 200);
    assert.equal(await browser.decide(), 401);
    // enabled again, they sign in anew
    assert.equal((await set("active")).status, 200);
    assert.equal(await browser.decide(), 401);
  });
});
