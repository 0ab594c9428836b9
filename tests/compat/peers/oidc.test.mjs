// The OIDC ceremony with npm oidc-provider as the real provider.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { browse, client, startProvider } from "../../peers/oidc-provider.mjs";
import { startDriver } from "./driver.mjs";

const redirectUri = "https://auth.example.test/cdn-cgi/access/callback/7";
const secret = "s3cret: with+odd/signs & 100%";
const clients = [
  client("basic", secret, redirectUri),
  client("ps256", secret, redirectUri, { id_token_signed_response_alg: "PS256" }),
  client("es256", secret, redirectUri, { id_token_signed_response_alg: "ES256" }),
  client("es384", secret, redirectUri, { id_token_signed_response_alg: "ES384" }),
  client("hs256", secret, redirectUri, { id_token_signed_response_alg: "HS256" }),
];

let idp, driver;

before(async () => {
  idp = await startProvider({ clients });
});
after(() => idp.stop());

// A driver without memory for each test, so that none lives on what another fetched.
beforeEach(async () => {
  idp.setNext({ sub: "ada", amr: ["pwd", "otp"] });
  driver = startDriver();
  await configure("basic");
});

async function configure(id, more = {}) {
  const settings = { issuer: idp.issuer, client_id: id, client_secret: secret, ...more };
  assert.equal((await driver.ask("provider", settings)).error, "none");
}

async function begin() {
  const began = await driver.ask("begin", { redirect_uri: redirectUri });
  assert.equal(began.error, "none");
  return { ...began, redirect_uri: redirectUri };
}

async function back(began) {
  const url = await browse(began.url, redirectUri);
  return { ...began, query: url.search.slice(1) };
}

const finish = (callback) => driver.ask("finish", callback);

async function signIn() {
  return finish(await back(await begin()));
}

// Each test ends its driver and sees that it ended well.
function story(name, tell) {
  test(name, async () => {
    try {
      await tell();
    } finally {
      assert.equal(await driver.stop(), 0);
    }
  });
}

story("a person signs in, and address and name come from userinfo", async () => {
  const began = Date.now();
  const who = await signIn();
  assert.equal(who.error, "none");
  assert.equal(who.sub, "ada");
  assert.equal(who.email, "ada@example.test");
  assert.equal(who.email_verified, true);
  assert.equal(who.name, "ada");
  assert.deepEqual(who.amr, ["pwd", "otp"]);
  assert.ok(Math.abs(who.auth_time - began) < 60_000);
  assert.deepEqual(who.fields, {});
});

story("an address that the provider does not vouch for is not verified", async () => {
  idp.setNext({ sub: "bob", claims: { email_verified: false } });
  const who = await signIn();
  assert.equal(who.error, "none");
  assert.equal(who.email_verified, false);
  assert.deepEqual(who.amr, []);
});

story("configured claims are copied", async () => {
  await configure("basic", { claims: ["groups", "nothing"] });
  assert.deepEqual((await signIn()).fields, { groups: ["staff"] });
});

for (const id of ["ps256", "es256", "es384"]) {
  story(`a client registered for ${id} signs people in`, async () => {
    await configure(id);
    assert.equal((await signIn()).sub, "ada");
  });
}

story("a provider that takes the secret in the form alone gets it there", async () => {
  const method = "client_secret_post";
  const strict = await startProvider({
    clients: [client("post", secret, redirectUri, { token_endpoint_auth_method: method })],
    more: { clientAuthMethods: [method] },
  });
  try {
    await configure("post", { issuer: strict.issuer });
    assert.equal((await signIn()).sub, "ada");
  } finally {
    await strict.stop();
  }
});

story("an ID token under a shared secret is refused", async () => {
  await configure("hs256");
  assert.equal((await signIn()).error, "invalid");
});

story("a provider configured by three addresses, as Cloudflare's API does, is used", async () => {
  await configure("basic", {
    issuer: "",
    auth_url: `${idp.issuer}/auth`,
    token_url: `${idp.issuer}/token`,
    certs_url: `${idp.issuer}/jwks`,
  });
  const who = await signIn();
  assert.equal(who.sub, "ada");
  assert.equal(who.email, "ada@example.test");
});

story("a person who says no is told so", async () => {
  idp.setNext({ deny: true });
  assert.equal((await signIn()).error, "forbidden");
});

story("a code is taken once", async () => {
  const callback = await back(await begin());
  assert.equal((await finish(callback)).error, "none");
  assert.equal((await finish(callback)).error, "invalid");
});

story("a code does not work with the verifier of another beginning", async () => {
  const callback = await back(await begin());
  const other = await begin();
  assert.equal((await finish({ ...callback, verifier: other.verifier })).error, "invalid");
});

story("a code does not work with the nonce of another beginning", async () => {
  const callback = await back(await begin());
  const other = await begin();
  assert.equal((await finish({ ...callback, nonce: other.nonce })).error, "invalid");
});

story("an answer to another beginning is refused by its state", async () => {
  const callback = await back(await begin());
  const other = await begin();
  assert.equal((await finish({ ...callback, state: other.state })).error, "invalid");
});

story("a callback without the issuer that was announced, or with another, is refused", async () => {
  const callback = await back(await begin());
  const query = new URLSearchParams(callback.query);
  assert.equal(query.get("iss"), idp.issuer);
  query.set("iss", "https://evil.test");
  assert.equal((await finish({ ...callback, query: query.toString() })).error, "invalid");
  query.delete("iss");
  assert.equal((await finish({ ...callback, query: query.toString() })).error, "invalid");
  assert.equal((await finish(callback)).error, "none");
});

story("a wrong client secret is the operator's affair", async () => {
  await configure("basic", { client_secret: "wrong" });
  assert.equal((await signIn()).error, "forbidden");
  assert.ok(driver.events().some((e) => e.event === "idp_refused_client"));
});

story("new signing keys are found, at most once a minute", async () => {
  assert.equal((await signIn()).error, "none");
  idp.rotate();
  assert.equal((await signIn()).error, "invalid");
  await driver.ask("advance", { ms: 30_000 });
  assert.equal((await signIn()).error, "invalid");
  await driver.ask("advance", { ms: 30_000 });
  // the provider's own clock stands a minute behind: within the skew that is allowed
  assert.equal((await signIn()).error, "none");
});

story("a token is refused when our clock is beyond the skew", async () => {
  await driver.ask("advance", { ms: -120_000 });
  assert.equal((await signIn()).error, "invalid");
  await driver.ask("advance", { ms: 120_000 + 661_000 });
  assert.equal((await signIn()).error, "invalid");
  await driver.ask("advance", { ms: -600_000 });
  assert.equal((await signIn()).error, "none");
});

story("secrets show in no log line", async () => {
  const callback = await back(await begin());
  await finish({ ...callback, nonce: "another" });
  await configure("basic", { client_secret: "wrong" });
  await signIn();
  const logged = JSON.stringify(driver.events());
  assert.ok(logged.length > 100);
  const code = new URLSearchParams(callback.query).get("code");
  for (const word of [secret, "wrong", code, callback.verifier, callback.state]) {
    assert.ok(!logged.includes(word), word);
  }
});

story("a provider that went away is unavailable, and comes back", async () => {
  const going = await startProvider({ clients });
  await configure("basic", { issuer: going.issuer });
  const callback = await back(await begin());
  await going.stop();
  assert.equal((await finish(callback)).error, "unavailable");
  const returned = await startProvider({ clients, port: going.port });
  try {
    await driver.ask("advance", { ms: 60_000 });
    assert.equal((await signIn()).error, "none");
  } finally {
    await returned.stop();
  }
});
