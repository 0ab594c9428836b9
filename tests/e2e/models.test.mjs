// Lists of models against authenticators that really come from a maker, and against those that only
// say so: chains minted here, from a root that the organisation was told, and from one it was not.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { localFetch } from "../../demo/local_fetch.mjs";
import { configure, Person, period } from "./person.mjs";
import { Maker, SoftKey } from "./soft_key.mjs";
import { Stack } from "./stack.mjs";

const hardened = "8c39ee867f9a4a959ba3f6b097e5c2ee";
const consumer = "2fc0579f811347eab116bb5a8db9202a";
const withheld = "00".repeat(16);

describe("lists of models", { concurrency: false }, () => {
  let stack, apps, trusted, stranger, count = 0;

  before(async () => {
    stack = await Stack.start({ front: "none" });
    ({ apps } = await configure(stack));
    trusted = new Maker("Trusted Keys");
    stranger = new Maker("Somebody Else");
    await own("POST", "attestation_roots", { name: "Trusted Keys", pem: trusted.pem });
  });
  after(() => stack?.stop());
  beforeEach(async () => {
    stack.shiftClock(period);
    await organization({ required: null });
    await application({});
  });

  async function ask(method, path, body) {
    const answer = await localFetch(`http://127.0.0.1:${stack.node.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${stack.token}`, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    return { status: answer.status, json: await answer.json() };
  }
  async function expect(method, path, body) {
    const answer = await ask(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.json)}`);
    return answer.json;
  }
  const own = (method, path, body) => expect(method, `/api/v1/accounts/${stack.account}/${path}`, body);
  const compatible = async (method, path, body) =>
    (await expect(method, `/client/v4/accounts/${stack.account}/${path}`, body)).result;
  const list = (values, evidence = "verified") => compatible("POST", "gateway/lists", {
    name: `List ${++count}`, type: "AAGUID", items: values.map((value) => ({ value })), countersign: { evidence },
  });
  const organization = ({ required = null, ...countersign }) => compatible("PUT", "access/organizations", {
    auth_domain: new URL(stack.origin.auth).host, name: "Halden Maritime", session_duration: "24h",
    mfa_config: { allowed_authenticators: ["totp", "security_key", "biometrics"], session_duration: "24h", required_aaguids: required },
    mfa_required_for_all_apps: true, countersign,
  });
  const application = (countersign) => compatible("PUT", `access/apps/${apps.app.id}`, { ...apps.app, policies: undefined, countersign });

  // Somebody who has nothing yet, signed in and asked to enrol.
  async function newcomer(app = "app") {
    const person = new Person(stack, `m${++count}@countersign.test`);
    const browser = person.browser();
    browser.app = app;
    assert.equal((await browser.signIn(person.email)).step, "enrol");
    return browser;
  }
  async function enrol(browser, key) {
    const enrolment = await browser.post("/api/v1/enrolments", { meta: browser.meta, factor: "webauthn", kind: "security_key" });
    const response = key.create(enrolment.options, stack.origin.auth);
    return browser.call("POST", `/api/v1/enrolments/${enrolment.id}/confirm`, { meta: browser.meta, response });
  }
  async function answer(browser, key) {
    const challenge = await browser.post("/api/v1/challenges", { meta: browser.meta });
    const response = key.get(challenge.webauthn, stack.origin.auth);
    return browser.call("POST", `/api/v1/challenges/${challenge.id}/answer`, { factor: "webauthn", response });
  }
  const genuine = (aaguid = hardened) => new SoftKey({ aaguid, batch: trusted.batch(aaguid) });
  const enrolled = (got) => assert.equal(got.status, 200, JSON.stringify(got.json));
  const refused = (got, code) => {
    assert.equal(got.status, 403, JSON.stringify(got.json));
    assert.equal(got.json.error.code, code);
  };

  it("let in whatever comes while none is required", async () => {
    for (const key of [genuine(), new SoftKey({ aaguid: hardened }), new SoftKey()]) {
      const browser = await newcomer();
      enrolled(await enrol(browser, key));
      await browser.enter(await browser.handOver());
      assert.equal(await browser.decide("app"), 200);
    }
  });

  it("let in a listed model whose chain ends in a root that was loaded", async () => {
    await organization({ required: (await list([hardened])).id });
    enrolled(await enrol(await newcomer(), genuine()));
  });

  it("refuse another model of the same maker", async () => {
    await organization({ required: (await list([hardened])).id });
    refused(await enrol(await newcomer(), genuine(consumer)), "model_refused");
  });

  it("refuse a listed AAGUID that nothing vouches for: attestation none", async () => {
    await organization({ required: (await list([hardened])).id });
    refused(await enrol(await newcomer(), new SoftKey({ aaguid: hardened })), "model_unproven");
  });

  it("refuse a listed AAGUID that the key itself signed for", async () => {
    await organization({ required: (await list([hardened])).id });
    refused(await enrol(await newcomer(), new SoftKey({ aaguid: hardened, format: "self" })), "model_unproven");
  });

  it("refuse a listed AAGUID in a whole chain of somebody else's", async () => {
    await organization({ required: (await list([hardened])).id });
    refused(await enrol(await newcomer(), new SoftKey({ aaguid: hardened, batch: stranger.batch(hardened) })), "model_unproven");
  });

  it("refuse a model that borrows another model's certificate", async () => {
    await organization({ required: (await list([hardened])).id });
    const got = await enrol(await newcomer(), new SoftKey({ aaguid: hardened, batch: trusted.batch(consumer) }));
    assert.equal(got.status, 400);
    assert.equal(got.json.error.code, "wrong_response");
  });

  it("refuse a maker's certificate that is for no authenticator", async () => {
    await organization({ required: (await list([hardened])).id });
    const got = await enrol(await newcomer(), new SoftKey({ aaguid: hardened, batch: trusted.batch(hardened, { OU: "Marketing" }) }));
    assert.notEqual(got.status, 200);
  });

  it("refuse a key that says no model", async () => {
    await organization({ required: (await list([hardened])).id });
    const got = await enrol(await newcomer(), new SoftKey({ aaguid: withheld, batch: trusted.batch(withheld) }));
    refused(got, "model_refused");
  });

  it("take a key's word where the list says that it does", async () => {
    await organization({ required: (await list([hardened], "claimed")).id });
    enrolled(await enrol(await newcomer(), new SoftKey({ aaguid: hardened })));
    refused(await enrol(await newcomer(), new SoftKey({ aaguid: consumer })), "model_refused");
  });

  it("can be an application's own, beside the organisation's", async () => {
    await organization({ required: (await list([hardened, consumer])).id });
    await application({ required_aaguids: (await list([hardened])).id });
    refused(await enrol(await newcomer(), genuine(consumer)), "model_refused");
    enrolled(await enrol(await newcomer(), genuine(hardened)));
  });

  it("can say which models are never taken", async () => {
    await organization({ denied_aaguids: (await list([consumer], "claimed")).id });
    refused(await enrol(await newcomer(), genuine(consumer)), "model_refused");
    refused(await enrol(await newcomer(), new SoftKey({ aaguid: consumer })), "model_refused");
    enrolled(await enrol(await newcomer(), genuine(hardened)));
  });

  it("leave who is enrolled alone, until they are asked to look again", async () => {
    const browser = await newcomer();
    const email = `m${count}@countersign.test`;
    const key = genuine(consumer);
    enrolled(await enrol(browser, key));
    await browser.enter(await browser.handOver());
    const only = (await list([hardened])).id;
    await organization({ required: only });
    assert.equal(await browser.decide("app"), 200);
    stack.shiftClock(25 * 3_600_000);
    const later = browser.copy();
    assert.equal((await later.signIn(email)).step, "challenge");
    enrolled(await answer(later, key));
    await organization({ required: only, aaguid_recheck: true });
    stack.shiftClock(25 * 3_600_000);
    const last = later.copy();
    assert.equal((await last.signIn(email)).step, "challenge");
    refused(await answer(last, key), "model_refused");
  });

  it("close what a refused model opened with the next request, when asked to look again", async () => {
    const both = (await list([hardened, consumer])).id;
    await organization({ required: both, aaguid_recheck: true });
    const browser = await newcomer();
    const key = genuine(consumer);
    enrolled(await enrol(browser, key));
    await browser.enter(await browser.handOver());
    assert.equal(await browser.decide("app"), 200);
    await compatible("PATCH", `gateway/lists/${both}`, { remove: [consumer] });
    assert.equal(await browser.decide("app"), 401);
    // and what was proved with it opens nothing new
    const state = await browser.open("shop");
    assert.equal(state.step, "challenge");
    refused(await answer(browser, key), "model_refused");
    await compatible("PATCH", `gateway/lists/${both}`, { append: [{ value: consumer }] });
    assert.equal(await browser.decide("app"), 200);
  });

  it("hold for an application whichever way a key was enrolled", async () => {
    await application({ required_aaguids: (await list([hardened])).id });
    const browser = await newcomer("shop");
    const key = genuine(consumer);
    enrolled(await enrol(browser, key));
    await browser.enter(await browser.handOver());
    assert.equal(await browser.decide("shop"), 200);
    assert.equal((await browser.open("app")).step, "challenge");
    refused(await answer(browser, key), "model_refused");
    const manage = await browser.post("/api/v1/challenges", { purpose: "manage" });
    const response = key.get(manage.webauthn, stack.origin.auth);
    enrolled(await browser.call("POST", `/api/v1/challenges/${manage.id}/answer`, { factor: "webauthn", response }));
    assert.equal((await browser.open("app")).step, "challenge");
  });

  it("close an application to what opened it, once its own list says so", async () => {
    const browser = await newcomer();
    const key = genuine(consumer);
    enrolled(await enrol(browser, key));
    await browser.enter(await browser.handOver());
    assert.equal(await browser.decide("app"), 200);
    await application({ denied_aaguids: (await list([consumer], "claimed")).id });
    assert.equal(await browser.decide("app"), 401);
    await application({});
    assert.equal(await browser.decide("app"), 200);
  });

  it("ask again when nobody vouches any more for what a session was opened with", async () => {
    const other = new Maker("Brief Keys");
    const { attestation_roots: [root] } = await own("POST", "attestation_roots", { pem: other.pem });
    await organization({ required: (await list([hardened])).id, aaguid_recheck: true });
    const browser = await newcomer();
    enrolled(await enrol(browser, new SoftKey({ aaguid: hardened, batch: other.batch(hardened) })));
    await browser.enter(await browser.handOver());
    assert.equal(await browser.decide("app"), 200);
    await own("DELETE", `attestation_roots/${root.id}`);
    assert.equal(await browser.decide("app"), 401);
  });

  it("say beforehand who would fall outside", async () => {
    const only = (await list([hardened])).id;
    const browser = await newcomer();
    enrolled(await enrol(browser, new SoftKey({ aaguid: hardened })));
    const email = `m${count}@countersign.test`;
    const strict = await own("GET", `models/outside?list=${only}`);
    assert.equal(strict.outside.find((o) => o.user.email === email).reason, "model_unproven");
    const lenient = await own("GET", `models/outside?list=${only}&evidence=claimed`);
    assert.equal(lenient.outside.find((o) => o.user.email === email), undefined);
  });

  it("trust nobody any more when the root is taken away", async () => {
    const other = new Maker("Late Keys");
    const { attestation_roots: [root] } = await own("POST", "attestation_roots", { pem: other.pem });
    await organization({ required: (await list([hardened])).id });
    const key = () => new SoftKey({ aaguid: hardened, batch: other.batch(hardened) });
    enrolled(await enrol(await newcomer(), key()));
    await own("DELETE", `attestation_roots/${root.id}`);
    refused(await enrol(await newcomer(), key()), "model_unproven");
  });

  it("cannot be deleted while they are in use, and can afterwards", async () => {
    const only = (await list([hardened])).id;
    await organization({ required: only });
    const got = await ask("DELETE", `/client/v4/accounts/${stack.account}/gateway/lists/${only}`);
    assert.equal(got.status, 400);
    assert.match(got.json.errors[0].message, /organization/);
    await organization({ required: null });
    await compatible("DELETE", `gateway/lists/${only}`);
  });
});
